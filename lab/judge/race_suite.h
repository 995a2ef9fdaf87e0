#pragma once
// Race images for tests: programs of the source tree, built for TSan or ASan as submissions are,
// run under schedules, and what golab says of them.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lab/explore/runner.h"
#include "lab/explore/schedule.h"
#include "lab/program/flavour.h"
#include "lab/program/sources.h"

namespace golab::lab {

/// A file as main.cc, or a folder's files, with those of `beside` that it lacks.
Sources SourcesAt(const std::filesystem::path& path,
                  const std::vector<std::filesystem::path>& beside = {});

/// The .cc files of a folder, sorted.
std::vector<std::filesystem::path> FilesIn(const std::filesystem::path& folder);

/// A test's name from a path in the source tree.
std::string NameOf(const testing::TestParamInfo<std::filesystem::path>& info);

/// How to run the image of a flavour; fails the test and is empty where it does not build.
RunnerSpec RaceImage(const Sources& sources, Flavour flavour);

/// Starts it; fails the test and is null if that fails.
std::unique_ptr<Runner> Start(RunnerSpec spec);

/// What a check says of a run, line one first; empty if it passes.
std::string SaidOf(const char* check, const Run& run, const Sources& sources);

/// A program with "// no-race: LINE ONE" or "// no-dangling: LINE ONE" in it is found so, by each
/// of `runs` in Go's order, in the same words to the last byte.
void ExpectFound(const std::filesystem::path& path, int runs);

/// Which runs of a program without races and bad accesses.
struct Extent {
  std::vector<std::uint32_t> quanta;  ///< basic blocks of a slice
  int seeds = 1;                      ///< of each, from Go's order on
  bool may_be_stopped = false;        ///< it may run into a limit: it never ends, or says too much
  /// Looks at each run, too.
  std::function<void(const ScheduleName& name, const Run& run)> look = {};
};

/// Nothing is found in either image, in no run; returns how many were made.
int ExpectNothing(const Sources& sources, const Extent& extent,
                  const std::vector<std::string>& flags = {});

/// All that is right in the source tree: programs beside these tests, the submissions that test the
/// runtime's own words, the tasks' solutions and their right examples.
std::vector<std::filesystem::path> RightPrograms();

/// One of them with the files that it needs.
Sources RightSources(const std::filesystem::path& path);

}  // namespace golab::lab
