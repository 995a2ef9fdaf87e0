#pragma once
// What golab needs to build a submission: its own public headers and libgolab.so, g++, and whether
// gold links for it.

#include <string>
#include <string_view>
#include <vector>

#include "lab/error.h"
#include "lab/program/flavour.h"

namespace golab::lab {

/// The runtime that an image of one flavour links.
struct RuntimeLibrary {
  std::string library;  ///< path of the shared object; empty: this golab cannot build the flavour
  std::string object;   ///< path of an object to link in beside it (sanitizer options), or empty
  std::string id;       ///< changes when the library or the object does

  bool available() const { return !library.empty(); }
};

struct Toolchain {
  std::string include_dir;  ///< holds golab/golab.h
  std::string headers_id;   ///< changes when a public header does
  RuntimeLibrary plain, tsan, asan;
  std::string compiler;           ///< absolute path of g++
  std::string compiler_identity;  ///< "g++ 12.2.0 x86_64-linux-gnu"
  bool has_gold = false;          ///< ld.gold is installed

  const RuntimeLibrary& runtime(Flavour flavour) const;
};

/// Where to look. The default is what golab does; tests give their own.
struct ToolchainSearch {
  std::string executable;     ///< path of the running golab; empty: /proc/self/exe
  std::string prefix;         ///< GOLAB_PREFIX; empty: from the environment
  std::string compiler_path;  ///< colon-separated folders to find g++ in; empty: PATH
  std::string cache_dir;      ///< for the compiler's identity; empty: CacheDir()
};

/// Finds headers and library in this order:
///   1. an installation: ../include/golab/golab.h and ../lib*/[TRIPLET/]libgolab.so beside
///   bin/golab
///   2. a build tree: `golab-build.paths` beside the executable, lines `include=DIR`,
///   `library=FILE`,
///      and if built `tsan_library= tsan_object= asan_library= asan_object=`
///   3. the prefix in GOLAB_PREFIX
/// Errors name every place that was looked at. About 1 ms; the compiler is asked who it is only
/// when its file changed.
Result<Toolchain> FindToolchain(const ToolchainSearch& search = {});

/// `${XDG_CACHE_HOME:-~/.cache}/golab`, made if it is not there, private to the user. Where that
/// cannot be written: a private folder under /tmp.
Result<std::string> CacheDir();

}  // namespace golab::lab
