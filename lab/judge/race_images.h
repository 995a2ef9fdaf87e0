#pragma once
// The race images of a subject: its sources built a second and a third time, for TSan and ASan, in
// the background of everything else.

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "lab/catalogue/catalogue.h"
#include "lab/explore/runner.h"
#include "lab/program/build.h"
#include "lab/program/sources.h"

namespace golab::lab {

/// The images of one flavour.
struct RaceImageSet {
  std::map<std::string, RunnerSpec> by_case;  ///< by the case's id, without flags
  std::string missing_because;                ///< why there are none; empty: they are there
};

/// Thread safety: belongs to the thread that made it.
class RaceImages {
 public:
  /// Begins to build. Of the cases those that are the subject's own files alone; where there is
  /// none the first. `builder` outlives this.
  RaceImages(const Task& task, Sources sources, const std::vector<const Case*>& cases,
             const Builder& builder);
  /// Gives up what is under way.
  ~RaceImages();
  RaceImages(const RaceImages&) = delete;
  RaceImages& operator=(const RaceImages&) = delete;

  /// Waits until they are built.
  const RaceImageSet& Of(Flavour flavour);

 private:
  void Build(Flavour flavour, RaceImageSet* set);

  const Task& task_;
  const Sources sources_;
  std::vector<const Case*> cases_;
  const Builder& builder_;
  std::atomic<bool> cancel_{false};
  RaceImageSet tsan_, asan_;
  std::thread tsan_thread_, asan_thread_;
};

}  // namespace golab::lab
