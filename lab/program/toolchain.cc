#include "lab/program/toolchain.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>

#include "lab/program/command.h"
#include "lab/program/content_hash.h"
#include "lab/program/files.h"

namespace golab::lab {
namespace {

std::string Environment(const char* name) {
  const char* value = ::getenv(name);  // NOLINT(concurrency-mt-unsafe): golab never sets it
  return value != nullptr ? value : "";
}

bool IsFile(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode);
}

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

std::string Absolute(const std::string& path) {
  char resolved[PATH_MAX];
  return ::realpath(path.c_str(), resolved) != nullptr ? resolved : path;
}

// Where the parts are; found or not.
struct Places {
  std::string include_dir;
  std::map<std::string, std::string> files;  // "library", "tsan_library" ...
};

constexpr std::pair<const char*, const char*> kParts[] = {
    {"library", "libgolab.so"},      {"tsan_library", "libgolab_tsan.so"},
    {"tsan_object", "golab_tsan.o"}, {"asan_library", "libgolab_asan.so"},
    {"asan_object", "golab_asan.o"},
};

// Folders below PREFIX that hold libraries: lib, lib64, lib/x86_64-linux-gnu ...
std::vector<std::string> LibraryFolders(const std::string& prefix) {
  std::vector<std::string> folders;
  auto names = ListFolder(prefix);
  if (!names) return folders;
  for (const std::string& name : *names) {
    if (name.rfind("lib", 0) != 0) continue;
    const std::string folder = Below(prefix, name);
    if (IsFile(Below(folder, "libgolab.so"))) folders.push_back(folder);
    auto below = ListFolder(folder);
    for (const std::string& triplet : below ? *below : std::vector<std::string>{}) {
      if (triplet.find("-linux-gnu") == std::string::npos) continue;
      const std::string inner = Below(folder, triplet);
      if (IsFile(Below(inner, "libgolab.so"))) folders.push_back(inner);
    }
  }
  return folders;
}

bool FromPrefix(const std::string& prefix, Places* places) {
  if (!IsFile(prefix + "/include/golab/golab.h")) return false;
  const auto folders = LibraryFolders(prefix);
  if (folders.empty()) return false;
  places->include_dir = prefix + "/include";
  for (const auto& [key, name] : kParts) {
    // Objects have a folder of their own: nobody else links them.
    for (const std::string& path : {folders[0] + "/" + name, folders[0] + "/golab/" + name}) {
      if (IsFile(path)) places->files[key] = path;
    }
  }
  return true;
}

Result<bool> FromBuildTree(const std::string& file, Places* places) {
  if (!IsFile(file)) return false;
  auto text = ReadFile(file, 64 << 10);
  if (!text) return tl::unexpected(text.error());
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    const std::string key = line.substr(0, equals), value = line.substr(equals + 1);
    if (key == "include") places->include_dir = value;
    // A part that is named but not built yet is one that this golab does not have.
    if (key != "include" && IsFile(value)) places->files[key] = value;
  }
  return IsFile(places->include_dir + "/golab/golab.h") && places->files.count("library") != 0;
}

Result<Places> FindPlaces(const ToolchainSearch& search) {
  std::string executable = search.executable;
  if (executable.empty()) {
    char path[PATH_MAX];
    const ssize_t n = ::readlink("/proc/self/exe", path, sizeof path);
    if (n > 0) executable.assign(path, static_cast<std::size_t>(n));
  }
  const std::string folder = FolderOf(executable);
  const std::string prefix = search.prefix.empty() ? Environment("GOLAB_PREFIX") : search.prefix;
  Places places;
  if (FromPrefix(folder + "/..", &places)) return places;
  auto built = FromBuildTree(folder + "/golab-build.paths", &places);
  if (!built) return tl::unexpected(built.error());
  if (*built) return places;
  if (!prefix.empty() && FromPrefix(prefix, &places)) return places;
  return Failure(
      {.what = "cannot find golab's headers and libgolab.so",
       .why = "looked in '" + folder + "/../include' and '" + folder + "/../lib*', in '" + folder +
              "/golab-build.paths', and " +
              (prefix.empty() ? "GOLAB_PREFIX is not set" : "in GOLAB_PREFIX '" + prefix + "'"),
       .what_to_do = "set GOLAB_PREFIX to where golab is installed"});
}

// A file's identity without reading it: what changes when it is built or installed anew.
std::string Stamp(const std::string& path) {
  struct stat st;
  if (::stat(path.c_str(), &st) != 0) return "none";
  return std::to_string(st.st_mtim.tv_sec) + "." + std::to_string(st.st_mtim.tv_nsec) + " " +
         std::to_string(st.st_size) + " " + std::to_string(st.st_ino);
}

RuntimeLibrary LibraryOf(const Places& places, const std::string& prefix) {
  RuntimeLibrary runtime;
  const auto part = [&](const char* name) {
    const auto it = places.files.find(prefix + name);
    return it == places.files.end() ? std::string() : Absolute(it->second);
  };
  runtime.library = part("library");
  runtime.object = part("object");
  if (runtime.available()) runtime.id = Stamp(runtime.library) + " " + Stamp(runtime.object);
  return runtime;
}

Result<std::string> HeadersId(const std::string& include_dir) {
  ContentHash hash;
  std::error_code error;
  std::vector<std::string> paths;
  for (auto it = std::filesystem::recursive_directory_iterator(include_dir + "/golab", error);
       !error && it != std::filesystem::recursive_directory_iterator(); it.increment(error)) {
    if (it->is_regular_file(error)) paths.push_back(it->path().string());
  }
  if (error) {
    return SystemFailure("cannot read golab's headers in '" + include_dir + "'", error.value());
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    auto bytes = ReadFile(path);
    if (!bytes) return tl::unexpected(bytes.error());
    hash.Add(path.substr(include_dir.size())).Add(*bytes);
  }
  return hash.Hex();
}

// What `g++ OPTION` prints, one line.
Result<std::string> AskCompiler(const std::string& compiler, const std::string& option) {
  SpawnSpec spec;
  spec.path = compiler;
  spec.argv = {compiler, option};
  spec.environment = {"PATH=/usr/bin:/bin", "LC_ALL=C"};
  auto result = RunCommand(std::move(spec), {});
  if (!result) return tl::unexpected(result.error());
  if (result->wait_status != 0) {
    return Failure({.what = "'" + compiler + " " + option + "' failed", .why = result->output});
  }
  return result->output.substr(0, result->output.find('\n'));
}

Result<std::string> CompilerIdentity(const std::string& compiler, const std::string& cache_dir) {
  const std::string stamp = compiler + " " + Stamp(Absolute(compiler));
  const std::string file = cache_dir + "/compiler";
  if (auto known = ReadFile(file, 4096)) {
    const std::size_t line = known->find('\n');
    if (line != std::string::npos && known->substr(0, line) == stamp && known->back() == '\n') {
      return known->substr(line + 1, known->size() - line - 2);
    }
  }
  auto version = AskCompiler(compiler, "-dumpfullversion");
  if (!version) return version;
  auto machine = AskCompiler(compiler, "-dumpmachine");
  if (!machine) return machine;
  const std::string identity = "g++ " + *version + " " + *machine;
  // A cache: where it cannot be written the compiler is asked again next time.
  (void)ReplaceFile(file, stamp + "\n" + identity + "\n");
  return identity;
}

// Made private, or what is there is ours and private.
bool PreparePrivate(const std::string& path) {
  if (!MakeFolders(path, 0700)) return false;
  struct stat st;
  return ::lstat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == ::geteuid() &&
         (st.st_mode & 022) == 0 && ::access(path.c_str(), W_OK | X_OK) == 0;
}

}  // namespace

const char* FlavourName(Flavour flavour) {
  switch (flavour) {
    case Flavour::kPlain:
      return "plain";
    case Flavour::kTsan:
      return "tsan";
    case Flavour::kAsan:
      return "asan";
  }
  return "";
}

const RuntimeLibrary& Toolchain::runtime(Flavour flavour) const {
  switch (flavour) {
    case Flavour::kTsan:
      return tsan;
    case Flavour::kAsan:
      return asan;
    case Flavour::kPlain:
      break;
  }
  return plain;
}

Result<Toolchain> FindToolchain(const ToolchainSearch& search) {
  auto places = FindPlaces(search);
  if (!places) return tl::unexpected(places.error());
  Toolchain toolchain;
  toolchain.include_dir = Absolute(places->include_dir);
  toolchain.plain = LibraryOf(*places, "");
  toolchain.tsan = LibraryOf(*places, "tsan_");
  toolchain.asan = LibraryOf(*places, "asan_");
  auto headers = HeadersId(toolchain.include_dir);
  if (!headers) return tl::unexpected(headers.error());
  toolchain.headers_id = *headers;

  std::string folders = search.compiler_path.empty() ? Environment("PATH") : search.compiler_path;
  if (search.compiler_path.empty()) folders += ":/usr/bin:/bin";
  toolchain.compiler = FindExecutable("g++", folders);
  if (toolchain.compiler.empty()) {
    return Failure({.what = "cannot find g++",
                    .why = "looked in " + folders,
                    .what_to_do = "on Debian: apt-get install g++"});
  }
  toolchain.has_gold = !FindExecutable("ld.gold", folders).empty();
  std::string cache_dir = search.cache_dir;
  if (cache_dir.empty()) {
    auto found = CacheDir();
    if (!found) return tl::unexpected(found.error());
    cache_dir = *found;
  }
  auto identity = CompilerIdentity(toolchain.compiler, cache_dir);
  if (!identity) return tl::unexpected(identity.error());
  toolchain.compiler_identity = *identity;
  return toolchain;
}

Result<std::string> CacheDir() {
  std::string base = Environment("XDG_CACHE_HOME");
  if (base.empty() || base[0] != '/') {
    const std::string home = Environment("HOME");
    base = home.empty() || home[0] != '/' ? "" : home + "/.cache";
  }
  if (!base.empty() && PreparePrivate(base + "/golab")) return base + "/golab";
  const std::string fallback = "/tmp/golab-cache-" + std::to_string(::geteuid());
  if (PreparePrivate(fallback)) return fallback;
  return Failure({.what = "cannot make a folder for what golab builds",
                  .why = "neither '" + (base.empty() ? "~/.cache" : base) + "/golab' nor '" +
                         fallback + "' is there and private",
                  .what_to_do = "set XDG_CACHE_HOME to a folder of yours"});
}

}  // namespace golab::lab
