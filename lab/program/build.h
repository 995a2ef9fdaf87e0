#pragma once
// From sources to an image that can be run: one g++ call, a look at what the image defines, the
// symbol table, all kept in a cache. A second build of the same sources takes about a millisecond.
//
// The cache may be used by any number of golabs at once: entries appear whole by rename, and are
// taken for what they are named only if the sources stored in them are the same, byte for byte.
// Thread safety: any thread may Build; two that build the same image both work, one entry remains.

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lab/error.h"
#include "lab/program/sources.h"
#include "lab/program/toolchain.h"

namespace golab::lab {

/// An executable in the cache. It stays there for at least an hour after it was last asked for.
struct Image {
  std::string path;
  std::string symbols_path;  ///< runtime/traceback/symbol_table.h
  std::string key;           ///< 32 hex digits; the same for the same sources, flags and tools
  bool cached = false;       ///< nothing was compiled for this answer
};

/// What a compiler said about one place.
struct Diagnostic {
  enum class Severity { kError, kWarning, kNote };

  Severity severity = Severity::kError;
  std::string file;  ///< as the submission names it: "main.cc"; empty: no place (linker)
  int line = 0;      ///< 0 = unknown
  int column = 0;    ///< 0 = unknown
  std::string message;
};

/// A submission that does not build. Not an Error: nothing failed but the student's file.
struct CompileFailure {
  enum class Kind {
    kCompiler,  ///< The compiler or the linker refused it.
    kRefused,   ///< It builds, but defines what it must not; diagnostics teach why.
    kLimit,     ///< The compiler needed too much time, memory or output.
  };

  Kind kind = Kind::kCompiler;
  int exit_status = 0;      ///< the compiler's; 128 + signal if it was killed
  std::string diagnostics;  ///< all of it, as the compiler wrote it, file names without ./
  std::vector<Diagnostic>
      messages;  ///< the same in parts, in order; notes follow what they explain
};

struct BuildLimits {
  int cpu_seconds = 20;  ///< for each process of the compilation
  int wall_seconds = 60;
  std::uint64_t memory_bytes = std::uint64_t{3} << 29;  ///< address space of each process: 1.5 GiB
  std::uint64_t file_bytes = 64 << 20;
  std::uint64_t output_bytes = 256 << 10;  ///< of diagnostics; more is cut, and the compiler killed
};

struct BuildRequest {
  Sources sources;
  Flavour flavour = Flavour::kPlain;
  std::vector<std::string> objects;  ///< object files of golab's own to link in
  /// Gives what to put before the command, such as a sandbox in which only `folder` can be written.
  /// Not part of the key.
  std::function<std::vector<std::string>(const std::string& folder)> wrapper;
  BuildLimits limits;
  const std::atomic<bool>* cancel = nullptr;  ///< set to end the compilation; Build then fails
};

/// Either, never both.
struct BuildOutcome {
  Image image;
  CompileFailure failure;
  bool built = false;
};

/// The compiler's arguments for one flavour, without files.
std::vector<std::string> CompilerFlags(Flavour flavour);

class Builder {
 public:
  /// `cache_dir`: empty for CacheDir() + "/build". `cap_bytes`: the oldest entries go above it.
  explicit Builder(Toolchain toolchain, std::string cache_dir = "",
                   std::uint64_t cap_bytes = std::uint64_t{1} << 30);

  /// Builds, or answers from the cache (failures are kept as well; limits reached are not).
  /// Fails only where golab or the machine is at fault: no compiler, disk full, cancelled.
  Result<BuildOutcome> Build(const BuildRequest& request) const;

  const Toolchain& toolchain() const { return toolchain_; }

 private:
  Toolchain toolchain_;
  std::string cache_dir_;
  std::uint64_t cap_bytes_;
};

/// The messages in a compiler's output ("main.cc:3:5: error: ..."), the linker's included.
std::vector<Diagnostic> ParseDiagnostics(const std::string& text);

}  // namespace golab::lab
