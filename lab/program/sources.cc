#include "lab/program/sources.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "lab/program/files.h"

namespace golab::lab {
namespace {

constexpr std::array<std::string_view, 3> kUnitSuffixes{".cc", ".cpp", ".cxx"};
constexpr std::array<std::string_view, 2> kHeaderSuffixes{".h", ".hpp"};

template <std::size_t N>
bool EndsWithOneOf(std::string_view name, const std::array<std::string_view, N>& suffixes) {
  return std::any_of(suffixes.begin(), suffixes.end(), [&](std::string_view s) {
    return name.size() > s.size() && name.substr(name.size() - s.size()) == s;
  });
}

bool NameLess(const SourceFile& file, std::string_view name) {
  return file.name < name;
}

// A name as it may be shown: control bytes replaced, so that it cannot act on a terminal.
std::string Shown(std::string_view name) {
  std::string text(name);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return text;
}

tl::unexpected<struct Error> Refused(const std::string& dir, const std::string& what,
                                     std::string what_to_do) {
  return Failure({.what = what,
                  .where = dir,
                  .what_to_do = std::move(what_to_do),
                  .exit_class = ExitClass::kUsage});
}

const char* KindOf(mode_t mode) {
  if (S_ISLNK(mode)) return "a symbolic link";
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

Result<SourceFile> ReadSource(int dir_fd, const std::string& dir, const std::string& name,
                              const SourceLimits& limits) {
  const std::string cannot_read = "cannot read '" + dir + "/" + name + "'";
  struct stat st;
  if (::fstatat(dir_fd, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) != 0) {
    return SystemFailure(cannot_read, errno, ExitClass::kUsage);
  }
  if (!S_ISREG(st.st_mode)) {
    return Refused(dir, "'" + name + "' is " + KindOf(st.st_mode) + ", not a file",
                   "golab reads regular files only");
  }
  const Fd fd(::openat(dir_fd, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  // Asked again: another file may have taken the name since.
  if (!fd.open() || ::fstat(fd.get(), &st) != 0) {
    return SystemFailure(cannot_read, errno, ExitClass::kUsage);
  }
  if (!S_ISREG(st.st_mode)) return Refused(dir, "'" + name + "' is not a file", "");
  // One byte more than it claims to have, so that a file that grows meanwhile is seen to be too
  // large.
  const auto claimed = std::min(static_cast<std::size_t>(st.st_size), limits.file_bytes);
  SourceFile file{name, std::string(claimed + 1, '\0')};
  std::size_t used = 0;
  while (used < file.bytes.size()) {
    const ssize_t n = ::read(fd.get(), file.bytes.data() + used, file.bytes.size() - used);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemFailure(cannot_read, errno, ExitClass::kUsage);
    if (n == 0) break;
    used += static_cast<std::size_t>(n);
  }
  if (used > claimed) {
    return Refused(dir,
                   "'" + name + "' has more than " + std::to_string(limits.file_bytes) + " bytes",
                   "a source may have " + std::to_string(limits.file_bytes) + " bytes");
  }
  file.bytes.resize(used);
  file.bytes.shrink_to_fit();
  return file;
}

Result<void> CheckNamed(const Sources& sources, const std::string& dir,
                        const std::vector<std::string>& named) {
  for (const std::string& name : named) {
    if (sources.Find(name) != nullptr) continue;
    std::string found;
    for (const SourceFile& file : sources.files) found += (found.empty() ? "" : ", ") + file.name;
    struct Error error;
    error.what = "there is no '" + name + "'";
    error.where = dir;
    error.why = found.empty() ? "the folder holds no source file" : "found " + found;
    error.exit_class = ExitClass::kUsage;
    return Failure(std::move(error));
  }
  return {};
}

}  // namespace

const SourceFile* Sources::Find(std::string_view name) const {
  const auto it = std::lower_bound(files.begin(), files.end(), name, NameLess);
  return it != files.end() && it->name == name ? &*it : nullptr;
}

void Sources::Put(SourceFile file) {
  const auto it =
      std::lower_bound(files.begin(), files.end(), std::string_view(file.name), NameLess);
  if (it != files.end() && it->name == file.name) {
    *it = std::move(file);
  } else {
    files.insert(it, std::move(file));
  }
}

void Sources::Remove(std::string_view name) {
  const auto it = std::lower_bound(files.begin(), files.end(), name, NameLess);
  if (it != files.end() && it->name == name) files.erase(it);
}

bool IsPlainName(std::string_view name) {
  const auto word = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= 100 && word(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return word(c) || c == '.' || c == '-'; });
}

bool IsUnit(std::string_view name) {
  return EndsWithOneOf(name, kUnitSuffixes);
}

bool IsSource(std::string_view name) {
  return IsUnit(name) || EndsWithOneOf(name, kHeaderSuffixes);
}

Result<Sources> ReadSources(const std::string& dir, const std::vector<std::string>& named,
                            const SourceLimits& limits) {
  const Fd dir_fd(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!dir_fd.open()) {
    return SystemFailure("cannot open the folder '" + dir + "'", errno, ExitClass::kUsage);
  }
  auto names = ListFolder(dir);
  if (!names) return tl::unexpected(names.error());
  Sources sources;
  std::size_t total = 0;
  for (const std::string& name : *names) {
    if (name[0] == '.' || !IsSource(name)) continue;
    if (!IsPlainName(name)) {
      return Refused(dir, "'" + Shown(name) + "' is no name for a source",
                     "letters, digits, _ . and - only, the first a letter, digit or _");
    }
    if (sources.files.size() == limits.files) {
      return Refused(dir, "more than " + std::to_string(limits.files) + " sources", "");
    }
    auto file = ReadSource(dir_fd.get(), dir, name, limits);
    if (!file) return tl::unexpected(file.error());
    total += file->bytes.size();
    if (total > limits.total_bytes) {
      return Refused(
          dir, "the sources have more than " + std::to_string(limits.total_bytes) + " bytes in all",
          "");
    }
    sources.Put(std::move(*file));
  }
  if (auto ok = CheckNamed(sources, dir, named); !ok) return tl::unexpected(ok.error());
  if (std::none_of(sources.files.begin(), sources.files.end(),
                   [](const SourceFile& f) { return IsUnit(f.name); })) {
    return Refused(dir, "there is nothing to compile", "golab compiles .cc .cpp .cxx");
  }
  return sources;
}

Result<void> WriteSources(const Sources& sources, const std::string& dir) {
  for (const SourceFile& file : sources.files) {
    if (!IsPlainName(file.name)) {
      return Failure({.what = "'" + Shown(file.name) + "' is no name for a source"});
    }
    if (auto written = WriteNewFile(dir + "/" + file.name, file.bytes); !written) return written;
  }
  return {};
}

}  // namespace golab::lab
