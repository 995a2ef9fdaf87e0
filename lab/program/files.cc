#include "lab/program/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

namespace golab::lab {
namespace {

std::string Quoted(const std::string& path) {
  return "'" + path + "'";
}

bool WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

Result<void> WriteOpenFile(Fd fd, const std::string& path, std::string_view bytes) {
  if (!fd.open()) return SystemFailure("cannot make " + Quoted(path), errno);
  const bool written = WriteAll(fd.get(), bytes);
  const int code = errno;
  if (written) return {};
  ::unlink(path.c_str());
  return SystemFailure("cannot write " + Quoted(path), code);
}

void RemoveIn(int parent, const char* name) {
  if (::unlinkat(parent, name, 0) == 0 || errno == ENOENT) return;
  Fd fd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.open() && errno == EACCES) {  // a folder whose permissions its maker took away
    ::fchmodat(parent, name, 0700, 0);
    fd = Fd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  }
  if (!fd.open()) return;
  ::fchmod(fd.get(), 0700);
  const int copy = ::dup(fd.get());
  if (DIR* dir = copy < 0 ? nullptr : ::fdopendir(copy)) {
    while (const dirent* entry = ::readdir(dir)) {  // NOLINT(concurrency-mt-unsafe): own DIR
      const std::string_view child = entry->d_name;
      if (child != "." && child != "..") RemoveIn(fd.get(), entry->d_name);
    }
    ::closedir(dir);
  }
  ::unlinkat(parent, name, AT_REMOVEDIR);
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    Close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void Fd::Close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

std::string Below(const std::string& folder, std::string_view name) {
  std::string path = folder;
  path += '/';
  return path += name;
}

Result<std::string> ReadFile(const std::string& path, std::size_t max) {
  // O_NONBLOCK: a pipe of that name must not stop golab.
  const Fd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat st;
  if (!fd.open() || ::fstat(fd.get(), &st) != 0) {
    return SystemFailure("cannot read " + Quoted(path), errno, ExitClass::kUsage);
  }
  if (!S_ISREG(st.st_mode)) {
    return Failure(
        {.what = Quoted(path) + " is not a regular file", .exit_class = ExitClass::kUsage});
  }
  std::string bytes;
  // One more than the size: a file that grows meanwhile shows itself by more rounds.
  std::size_t room = static_cast<std::size_t>(st.st_size) + 1;
  while (bytes.size() <= max) {
    const std::size_t old = bytes.size();
    bytes.resize(old + std::min(room, max - old + 1));
    const ssize_t n = ::read(fd.get(), bytes.data() + old, bytes.size() - old);
    if (n < 0 && errno != EINTR) {
      return SystemFailure("cannot read " + Quoted(path), errno, ExitClass::kUsage);
    }
    bytes.resize(old + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    if (n == 0) return bytes;
    room = 64 << 10;
  }
  return Failure({.what = Quoted(path) + " has more than " + std::to_string(max) + " bytes",
                  .exit_class = ExitClass::kUsage});
}

Result<void> WriteNewFile(const std::string& path, std::string_view bytes, unsigned mode) {
  return WriteOpenFile(Fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)),
                       path, bytes);
}

Result<void> ReplaceFile(const std::string& path, std::string_view bytes) {
  std::string temporary = path + ".XXXXXX";
  Fd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (fd.open()) ::fchmod(fd.get(), 0644);
  if (auto written = WriteOpenFile(std::move(fd), temporary, bytes); !written) return written;
  if (::rename(temporary.c_str(), path.c_str()) == 0) return {};
  const int code = errno;
  ::unlink(temporary.c_str());
  return SystemFailure("cannot replace " + Quoted(path), code);
}

Result<void> WriteOutput(const std::string& path, std::string_view bytes) {
  struct stat st;
  if (::stat(path.c_str(), &st) != 0 || S_ISREG(st.st_mode)) {
    std::error_code error;
    const std::string target = std::filesystem::canonical(path, error).string();
    auto replaced = ReplaceFile(error ? path : target, bytes);
    if (replaced) return replaced;
    // The name of the new file before it takes its place says nothing to the reader.
    return Failure({.what = "cannot write " + Quoted(path),
                    .why = replaced.error().why,
                    .exit_class = replaced.error().exit_class});
  }
  if (S_ISDIR(st.st_mode))
    return Failure({.what = Quoted(path) + " is a folder", .exit_class = ExitClass::kUsage});
  const Fd fd(::open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
  if (fd.open() && WriteAll(fd.get(), bytes)) return {};
  return SystemFailure("cannot write " + Quoted(path), errno);
}

Result<void> MakeFolders(const std::string& path, unsigned mode) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (::mkdir(part.c_str(), mode) != 0 && errno != EEXIST && end == std::string::npos) {
      return SystemFailure("cannot make the folder " + Quoted(part), errno);
    }
    if (end == std::string::npos) break;
  }
  struct stat st;
  if (::stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode)) return {};
  return Failure({.what = Quoted(path) + " is not a folder", .exit_class = ExitClass::kUsage});
}

Result<std::vector<std::string>> ListFolder(const std::string& path) {
  DIR* dir = ::opendir(path.c_str());
  if (dir == nullptr) {
    return SystemFailure("cannot open the folder " + Quoted(path), errno, ExitClass::kUsage);
  }
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(dir)) {  // NOLINT(concurrency-mt-unsafe): own DIR
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(dir);
  std::sort(names.begin(), names.end());
  return names;
}

void RemoveTree(const std::string& path) {
  RemoveIn(AT_FDCWD, path.c_str());
}

Result<PrivateFolder> PrivateFolder::Make(const std::string& parent, const std::string& prefix) {
  std::string base = parent;
  if (base.empty()) {
    const char* tmpdir = ::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): golab never sets it
    base = tmpdir != nullptr && *tmpdir == '/' ? tmpdir : "/tmp";
  }
  PrivateFolder folder;
  std::string path = base + "/" + prefix + "XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) {
    return SystemFailure("cannot make a folder in " + Quoted(base), errno);
  }
  folder.path_ = std::move(path);
  return folder;
}

PrivateFolder& PrivateFolder::operator=(PrivateFolder&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

PrivateFolder::~PrivateFolder() {
  if (!path_.empty()) RemoveTree(path_);
}

void PrivateFolder::Empty() {
  auto names = ListFolder(path_);
  if (!names) return;
  for (const std::string& name : *names) RemoveTree(path_ + "/" + name);
}

}  // namespace golab::lab
