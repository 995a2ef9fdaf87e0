#pragma once
// The sources of a submission, read once into memory. What is hashed, built and quoted is this
// copy: files that change meanwhile, links and pipes play no part.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lab/error.h"

namespace golab::lab {

struct SourceFile {
  std::string name;  ///< without folder: "main.cc"
  std::string bytes;
};

/// Sorted by name, names unique.
struct Sources {
  std::vector<SourceFile> files;

  const SourceFile* Find(std::string_view name) const;
  void Put(SourceFile file);  ///< Adds it, or replaces the one of that name.
  void Remove(std::string_view name);
};

struct SourceLimits {
  std::size_t file_bytes = 1 << 20;
  std::size_t total_bytes = 4 << 20;
  std::size_t files = 100;
};

/// [A-Za-z0-9_][A-Za-z0-9_.-]*: a name that no tool takes for an option or a response file.
bool IsPlainName(std::string_view name);

/// .cc .cpp .cxx: a file of its own to the compiler.
bool IsUnit(std::string_view name);

/// A unit, or .h .hpp.
bool IsSource(std::string_view name);

/// Reads the sources that lie directly in `dir`. Files whose names begin with a dot and those that
/// are no sources are left alone; folders are not entered.
/// Errors (usage): no such folder; one of `named` is missing; a source that is no regular file
/// (link, pipe, device), is not readable, too large, or has no plain name; too many; none to
/// compile.
Result<Sources> ReadSources(const std::string& dir, const std::vector<std::string>& named = {},
                            const SourceLimits& limits = {});

/// Writes them as files into the existing folder `dir`; no file may be there yet.
Result<void> WriteSources(const Sources& sources, const std::string& dir);

}  // namespace golab::lab
