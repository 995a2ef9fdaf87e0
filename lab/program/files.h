#pragma once
// Files read and written whole, and folders that nobody else sees. Links are never followed at the
// last step of a path.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lab/error.h"

namespace golab::lab {

/// A file descriptor that closes itself; -1 if there is none.
class Fd {
 public:
  Fd() = default;

  explicit Fd(int fd) : fd_(fd) {}

  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

  Fd& operator=(Fd&& other) noexcept;

  ~Fd() { Close(); }

  int get() const { return fd_; }

  bool open() const { return fd_ >= 0; }

  void Close();

 private:
  int fd_ = -1;
};

/// "folder/name".
std::string Below(const std::string& folder, std::string_view name);

/// All bytes of the regular file at `path`; an error (usage) if it has more than `max`.
Result<std::string> ReadFile(const std::string& path, std::size_t max = std::size_t{1} << 30);

/// Makes the file, which must not exist.
Result<void> WriteNewFile(const std::string& path, std::string_view bytes, unsigned mode = 0644);

/// Makes or replaces the file in one step.
Result<void> ReplaceFile(const std::string& path, std::string_view bytes);

/// Where a user asks for it. A regular file is replaced in one step, behind a link too; a pipe, a
/// terminal or a device stays what it is and is written to.
Result<void> WriteOutput(const std::string& path, std::string_view bytes);

/// Makes the folder and those above it, as far as they are missing.
Result<void> MakeFolders(const std::string& path, unsigned mode = 0755);

/// Names in a folder but . and .., sorted. An error (usage) if it is none.
Result<std::vector<std::string>> ListFolder(const std::string& path);

/// Removes a file, or a folder and all in it. Goes on where something cannot be removed.
void RemoveTree(const std::string& path);

/// A new folder for this process alone, removed with the object.
class PrivateFolder {
 public:
  /// Below `parent`; empty: $TMPDIR or /tmp.
  static Result<PrivateFolder> Make(const std::string& parent, const std::string& prefix);

  PrivateFolder() = default;

  PrivateFolder(PrivateFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

  PrivateFolder& operator=(PrivateFolder&& other) noexcept;
  ~PrivateFolder();

  const std::string& path() const { return path_; }

  void Empty();  ///< Removes what is in it.

  std::string Release() { return std::exchange(path_, {}); }  ///< It stays.

 private:
  std::string path_;
};

}  // namespace golab::lab
