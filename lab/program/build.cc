#include "lab/program/build.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>

#include "lab/log/log.h"
#include "lab/program/build_cache.h"
#include "lab/program/command.h"
#include "lab/program/content_hash.h"
#include "lab/program/files.h"
#include "lab/program/image_check.h"
#include "runtime/traceback/dwarf_index.h"

namespace golab::lab {
namespace {

// Where a sandbox binds libgolab.so; behind the real folder, which a sandbox does not show.
constexpr char kSandboxFolder[] = "/app";

std::string FolderOf(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

void ReplaceAll(std::string* text, std::string_view from, std::string_view to) {
  std::string result;
  std::size_t begin = 0;
  for (std::size_t at; (at = text->find(from, begin)) != std::string::npos;
       begin = at + from.size()) {
    result.append(*text, begin, at - begin).append(to);
  }
  *text = result.append(*text, begin);
}

std::vector<std::string> LinkerFlags(const Toolchain& toolchain, const RuntimeLibrary& runtime) {
  std::vector<std::string> flags;
  if (toolchain.has_gold) flags.emplace_back("-fuse-ld=gold");
  flags.insert(flags.end(),
               {"-Wl,-z,now", "-Wl,--build-id", "-Wl,--no-as-needed", runtime.library});
  if (!runtime.object.empty()) flags.push_back(runtime.object);
  flags.push_back("-Wl,-rpath," + FolderOf(runtime.library) + ":" + kSandboxFolder);
  return flags;
}

// All that decides what comes out. The fields are joined with their sizes, so that none runs into
// the next.
Result<std::string> KeyOf(const Toolchain& toolchain, const BuildRequest& request) {
  const RuntimeLibrary& runtime = toolchain.runtime(request.flavour);
  std::string key;
  const auto add = [&](const std::string& field) {
    key += std::to_string(field.size()) + ":" + field + "\n";
  };
  add("golab image 1");
  add(toolchain.compiler);
  add(toolchain.compiler_identity);
  add(toolchain.include_dir);
  add(toolchain.headers_id);
  add(runtime.id);
  for (const std::string& flag : CompilerFlags(request.flavour)) add(flag);
  for (const std::string& flag : LinkerFlags(toolchain, runtime)) add(flag);
  for (const std::string& object : request.objects) {
    auto bytes = ReadFile(object);
    if (!bytes) return tl::unexpected(bytes.error());
    add(ContentHash().Add(*bytes).Hex());
  }
  for (const SourceFile& file : request.sources.files) {
    add(file.name);
    add(file.bytes);
  }
  return key;
}

SpawnSpec CompilerCommand(const Toolchain& toolchain, const BuildRequest& request,
                          const std::string& workshop) {
  SpawnSpec spec;
  if (request.wrapper) spec.argv = request.wrapper(workshop);
  spec.argv.push_back(toolchain.compiler);
  spec.path = spec.argv.front();
  const auto add = [&](const std::vector<std::string>& more) {
    spec.argv.insert(spec.argv.end(), more.begin(), more.end());
  };
  add(CompilerFlags(request.flavour));
  // Names in debug information and __FILE__ as the student knows them, and the same in every
  // folder.
  add({"-ffile-prefix-map=./=", "-fdebug-prefix-map=" + workshop + "/src=.", "-isystem",
       toolchain.include_dir});
  for (const SourceFile& file : request.sources.files) {
    if (IsUnit(file.name)) add({"./" + file.name});
  }
  add(request.objects);
  add(LinkerFlags(toolchain, toolchain.runtime(request.flavour)));
  add({"-o", "../entry/image"});
  spec.folder = workshop + "/src";
  spec.environment = {"PATH=/usr/bin:/bin", "LC_ALL=C", "TMPDIR=" + workshop + "/tmp"};
  const BuildLimits& limits = request.limits;
  spec.limits = {{RLIMIT_CPU, static_cast<rlim_t>(limits.cpu_seconds)},
                 {RLIMIT_AS, limits.memory_bytes},
                 {RLIMIT_FSIZE, limits.file_bytes},
                 {RLIMIT_CORE, 0}};
  return spec;
}

// The compiler's words without the folders of this build.
std::string Readable(std::string text, const std::string& workshop) {
  ReplaceAll(&text, workshop + "/tmp/", "");
  ReplaceAll(&text, workshop + "/src/", "");
  ReplaceAll(&text, "'./", "'");
  ReplaceAll(&text, "from ./", "from ");
  ReplaceAll(&text, ".o:./", ".o:");
  ReplaceAll(&text, "\n./", "\n");
  if (text.rfind("./", 0) == 0) text.erase(0, 2);
  return text;
}

BuildOutcome FailureOf(CompileFailure::Kind kind, int exit_status, std::string diagnostics) {
  BuildOutcome outcome;
  outcome.failure.kind = kind;
  outcome.failure.exit_status = exit_status;
  outcome.failure.messages = ParseDiagnostics(diagnostics);
  outcome.failure.diagnostics = std::move(diagnostics);
  return outcome;
}

// g++ says "fatal error: Killed signal terminated program cc1plus" and ends by itself when a limit
// kills its child.
bool HitLimit(const std::string& text) {
  for (const char* sign :
       {"signal terminated program", "virtual memory exhausted", "out of memory allocating",
        "CPU time limit exceeded", "File size limit exceeded", "cannot allocate memory"}) {
    if (text.find(sign) != std::string::npos) return true;
  }
  return false;
}

std::string LimitText(const BuildLimits& limits) {
  return "error: the compiler was ended: a build may take " + std::to_string(limits.cpu_seconds) +
         " s of processor time, " + std::to_string(limits.wall_seconds) + " s in all, " +
         std::to_string(limits.memory_bytes >> 20) + " MiB of memory and " +
         std::to_string(limits.output_bytes >> 10) + " KiB of messages\n";
}

Result<BuildOutcome> Compile(const Toolchain& toolchain, const BuildRequest& request,
                             const std::string& workshop) {
  if (auto written = WriteSources(request.sources, workshop + "/src"); !written) {
    return tl::unexpected(written.error());
  }
  CommandLimits limits;
  limits.wall = std::chrono::seconds(request.limits.wall_seconds);
  limits.output_bytes = request.limits.output_bytes;
  auto result = RunCommand(CompilerCommand(toolchain, request, workshop), limits, request.cancel);
  if (!result) return tl::unexpected(result.error());
  using Ended = CommandResult::Ended;
  if (result->ended == Ended::kCancelled) return Failure({.what = "the build was cancelled"});
  const std::string text = Readable(std::move(result->output), workshop);
  const int status = result->wait_status;
  const int exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (result->ended != Ended::kByItself || WIFSIGNALED(status) ||
      (exit_status != 0 && HitLimit(text))) {
    return FailureOf(CompileFailure::Kind::kLimit, exit_status, LimitText(request.limits) + text);
  }
  if (exit_status != 0) {
    const bool own_start = text.find("multiple definition of '_start'") != std::string::npos ||
                           text.find("multiple definition of `_start'") != std::string::npos;
    if (!own_start) return FailureOf(CompileFailure::Kind::kCompiler, exit_status, text);
    return FailureOf(
        CompileFailure::Kind::kRefused, exit_status,
        "error: the submission defines _start, where every process begins; write GOLAB_MAIN() "
        "{ ... }\n" +
            text);
  }
  BuildOutcome outcome;
  outcome.built = true;
  return outcome;
}

// After the compiler: the symbol table, and a look at what the image defines.
Result<BuildOutcome> Complete(const Toolchain& toolchain, const BuildRequest& request,
                              const std::string& workshop) {
  const std::string image = workshop + "/entry/image";
  std::string table, error;
  if (!rt::BuildSymbolTable(image, &table, &error)) {
    return Failure({.what = "cannot read the symbols of what was built", .why = error});
  }
  // Sanitizers bring definitions of their own; their images follow a plain one that was looked at.
  if (request.flavour == Flavour::kPlain) {
    auto objections = CheckImage(image, toolchain.plain.library, table);
    if (!objections) return tl::unexpected(objections.error());
    std::string text;
    for (const std::string& objection : *objections) text += objection + "\n";
    if (!text.empty()) {
      RemoveTree(image);
      return FailureOf(CompileFailure::Kind::kRefused, 1, text);
    }
  }
  if (auto written = WriteNewFile(workshop + "/entry/symbols", table); !written) {
    return tl::unexpected(written.error());
  }
  BuildOutcome outcome;
  outcome.built = true;
  return outcome;
}

}  // namespace

std::vector<std::string> CompilerFlags(Flavour flavour) {
  std::vector<std::string> flags = {
      "-std=c++20", "-g1", "-O1", "-fno-omit-frame-pointer", "-mno-omit-leaf-frame-pointer",
      "-fno-optimize-sibling-calls", "-fno-inline", "-fstack-clash-protection",
      // A division by zero and a nil pointer are panics, which unwind from where they strike.
      "-fnon-call-exceptions",
      "-fsanitize-coverage=trace-pc", "-DGOLAB_OUT_OF_LINE",
      // Bounds on what a source can ask of the compiler, and plain output.
      "-ftemplate-depth=256", "-fconstexpr-ops-limit=2000000", "-fmax-errors=20",
      "-fdiagnostics-color=never"};
  if (flavour == Flavour::kTsan) flags.emplace_back("-fsanitize=thread");
  if (flavour == Flavour::kAsan) {
    flags.emplace_back("-fsanitize=address,undefined");
    // Both are signals, of which golab makes panics.
    flags.emplace_back("-fno-sanitize=null,integer-divide-by-zero");
  }
  return flags;
}

Builder::Builder(Toolchain toolchain, std::string cache_dir, std::uint64_t cap_bytes)
    : toolchain_(std::move(toolchain)), cache_dir_(std::move(cache_dir)), cap_bytes_(cap_bytes) {}

Result<BuildOutcome> Builder::Build(const BuildRequest& request) const {
  if (!toolchain_.runtime(request.flavour).available()) {
    return Failure(
        {.what = std::string("this golab has no ") + FlavourName(request.flavour) + " runtime"});
  }
  std::string folder = cache_dir_;
  if (folder.empty()) {
    auto cache_dir = CacheDir();
    if (!cache_dir) return tl::unexpected(cache_dir.error());
    folder = *cache_dir + "/build";
  }
  const BuildCache cache(folder, cap_bytes_);
  auto key = KeyOf(toolchain_, request);
  if (!key) return tl::unexpected(key.error());
  if (auto found = cache.Find(*key)) {
    Log("build: found in the cache");
    return *found;
  }
  const LogTime time(std::string("build: compiled, ") + FlavourName(request.flavour));

  auto workshop = cache.MakeWorkshop();
  if (!workshop) return tl::unexpected(workshop.error());
  auto outcome = Compile(toolchain_, request, workshop->path());
  if (outcome && outcome->built) outcome = Complete(toolchain_, request, workshop->path());
  if (!outcome) return outcome;
  // A limit may be due to the machine's load, so it is no property of the sources.
  if (!outcome->built && outcome->failure.kind == CompileFailure::Kind::kLimit) return outcome;
  return cache.Store(*key, *outcome, workshop->path());
}

}  // namespace golab::lab
