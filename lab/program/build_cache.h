#pragma once
// The store of what was built. An entry is a folder named by its key's hash; it appears whole by
// rename, and is taken only if the key stored in it is the key asked for, byte for byte: an
// accident of the hash costs a compilation, never a wrong image.
//
//   HASH/key          everything that decides the image: tools, flags, sources
//   HASH/meta         "image SIZE SIZE" (image, symbols) or "failure KIND STATUS"
//   HASH/image        HASH/symbols        HASH/diagnostics
//
// Thread safety: any thread, any number of processes.

#include <cstdint>
#include <optional>
#include <string>

#include "lab/error.h"
#include "lab/program/build.h"
#include "lab/program/files.h"

namespace golab::lab {

class BuildCache {
 public:
  BuildCache(std::string folder, std::uint64_t cap_bytes)
      : folder_(std::move(folder)), cap_bytes_(cap_bytes) {}

  /// The answer for `key`, if there is one; it is then the youngest.
  std::optional<BuildOutcome> Find(const std::string& key) const;

  /// A folder to build in, on the same file system as the entries. What becomes the entry is made
  /// in its subfolder "entry".
  Result<PrivateFolder> MakeWorkshop() const;

  /// Completes workshop/entry with `key` and the outcome's facts, and moves it to its place.
  /// Returns the outcome with its final paths. Then removes the oldest entries above the cap.
  Result<BuildOutcome> Store(const std::string& key, const BuildOutcome& outcome,
                             const std::string& workshop) const;

 private:
  std::string EntryOf(const std::string& key) const;
  void EvictAbove(std::uint64_t cap_bytes) const;

  std::string folder_;
  std::uint64_t cap_bytes_;
};

}  // namespace golab::lab
