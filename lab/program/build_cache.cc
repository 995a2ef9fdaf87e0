#include "lab/program/build_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <sstream>

#include "lab/program/content_hash.h"

namespace golab::lab {
namespace {

constexpr char kWorkshopPrefix[] = "new-";
// Another golab may just have been given an entry, or be at work in a workshop.
constexpr std::time_t kKeepSeconds = 3600;

std::uint64_t SizeOf(const std::string& path) {
  struct stat st;
  return ::lstat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode)
             ? static_cast<std::uint64_t>(st.st_size)
             : 0;
}

// The stored sizes must still be right: after a power cut files may be there, but empty.
std::optional<BuildOutcome> ReadEntry(const std::string& entry) {
  auto meta = ReadFile(entry + "/meta", 200);
  if (!meta) return std::nullopt;
  std::istringstream words(*meta);
  std::string kind;
  std::uint64_t first = 0, second = 0;
  if (!(words >> kind >> first >> second)) return std::nullopt;
  BuildOutcome outcome;
  if (kind == "image") {
    outcome.built = true;
    outcome.image.path = entry + "/image";
    outcome.image.symbols_path = entry + "/symbols";
    if (SizeOf(outcome.image.path) != first || SizeOf(outcome.image.symbols_path) != second)
      return std::nullopt;
    return outcome;
  }
  auto text = ReadFile(entry + "/diagnostics");
  if (kind != "failure" || first > static_cast<std::uint64_t>(CompileFailure::Kind::kRefused) ||
      !text) {
    return std::nullopt;
  }
  outcome.failure.kind = static_cast<CompileFailure::Kind>(first);
  outcome.failure.exit_status = static_cast<int>(second);
  outcome.failure.messages = ParseDiagnostics(*text);
  outcome.failure.diagnostics = std::move(*text);
  return outcome;
}

}  // namespace

std::string BuildCache::EntryOf(const std::string& key) const {
  return folder_ + "/" + ContentHash().Add(key).Hex();
}

std::optional<BuildOutcome> BuildCache::Find(const std::string& key) const {
  const std::string entry = EntryOf(key);
  auto stored = ReadFile(entry + "/key");
  if (!stored || *stored != key) return std::nullopt;
  auto outcome = ReadEntry(entry);
  if (!outcome) return std::nullopt;
  outcome->image.key = entry.substr(folder_.size() + 1);
  outcome->image.cached = true;
  ::utimensat(AT_FDCWD, entry.c_str(), nullptr, 0);
  return outcome;
}

Result<PrivateFolder> BuildCache::MakeWorkshop() const {
  if (auto made = MakeFolders(folder_, 0700); !made) return tl::unexpected(made.error());
  auto workshop = PrivateFolder::Make(folder_, kWorkshopPrefix);
  if (!workshop) return workshop;
  for (const char* name : {"/entry", "/src", "/tmp"}) {
    if (auto made = MakeFolders(workshop->path() + name, 0700); !made)
      return tl::unexpected(made.error());
  }
  return workshop;
}

Result<BuildOutcome> BuildCache::Store(const std::string& key, const BuildOutcome& outcome,
                                       const std::string& workshop) const {
  const std::string made = workshop + "/entry", entry = EntryOf(key);
  std::string meta;
  if (outcome.built) {
    meta = "image " + std::to_string(SizeOf(made + "/image")) + " " +
           std::to_string(SizeOf(made + "/symbols"));
  } else {
    meta = "failure " + std::to_string(static_cast<int>(outcome.failure.kind)) + " " +
           std::to_string(outcome.failure.exit_status);
    auto written = WriteNewFile(made + "/diagnostics", outcome.failure.diagnostics);
    if (!written) return tl::unexpected(written.error());
  }
  for (const auto& [name, bytes] :
       {std::pair<const char*, const std::string&>("/key", key), {"/meta", meta}}) {
    if (auto written = WriteNewFile(made + name, bytes); !written)
      return tl::unexpected(written.error());
  }
  // Where there is an entry already, another golab was faster, or it is damaged, or of another key.
  while (::rename(made.c_str(), entry.c_str()) != 0) {
    const int code = errno;
    if (code != ENOTEMPTY && code != EEXIST)
      return SystemFailure("cannot make '" + entry + "'", code);
    if (auto found = Find(key)) return *found;
    if (::rename(entry.c_str(), (workshop + "/old").c_str()) == 0) RemoveTree(workshop + "/old");
  }
  auto stored = Find(key);
  if (!stored) return Failure({.what = "'" + entry + "' vanished", .what_to_do = "try again"});
  stored->image.cached = false;
  EvictAbove(cap_bytes_);
  return *stored;
}

void BuildCache::EvictAbove(std::uint64_t cap_bytes) const {
  struct Entry {
    std::time_t used;
    std::uint64_t bytes;
    std::string path;
  };

  std::vector<Entry> entries;
  std::uint64_t total = 0;
  auto names = ListFolder(folder_);
  for (const std::string& name : names ? *names : std::vector<std::string>{}) {
    Entry entry{0, 0, folder_ + "/" + name};
    struct stat st;
    if (::lstat(entry.path.c_str(), &st) != 0 || !S_ISDIR(st.st_mode)) continue;
    entry.used = st.st_mtim.tv_sec;
    for (const char* part : {"/key", "/image", "/symbols", "/diagnostics"})
      entry.bytes += SizeOf(entry.path + part);
    total += entry.bytes;
    entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.used < b.used; });
  const std::time_t now = std::time(nullptr);
  for (const Entry& entry : entries) {
    if (now - entry.used < kKeepSeconds) break;  // the rest is younger
    const bool abandoned =
        entry.path.compare(folder_.size() + 1, sizeof kWorkshopPrefix - 1, kWorkshopPrefix) == 0;
    if (total <= cap_bytes && !abandoned) continue;
    RemoveTree(entry.path);
    total -= entry.bytes;
  }
}

}  // namespace golab::lab
