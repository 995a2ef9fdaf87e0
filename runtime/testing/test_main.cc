// The list of tests, their flags, and the main function that runs them. Go: testing.M, and what the
// go command generates.

#include "runtime/testing/test_main.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string_view>
#include <tuple>

#include "golab/defer.h"
#include "golab/flag.h"
#include "golab/os.h"
#include "golab/testing.h"

#include "runtime/lang/flag_registry.h"
#include "runtime/testing/test_names.h"
#include "runtime/testing/test_state.h"

namespace golab {
namespace rt {
namespace {

// Written by static initialisers; read by main.
constinit TestEntry* entries = nullptr;
constinit TestMainEntry* test_mains = nullptr;
constinit const char* program = nullptr;  // whose tests this process runs

/// The values of the flags; null until DefineFlags.
struct TestFlags {
  bool* verbose = nullptr;
  bool* is_short = nullptr;
  bool* fail_fast = nullptr;
  unsigned* count = nullptr;
  String* run = nullptr;
  String* skip = nullptr;
  time::Duration* timeout = nullptr;
};

constinit TestFlags flags;

constexpr const char* kFlagNames[] = {"count", "failfast", "run", "short", "skip", "timeout", "v"};

void DefineFlags() {
  if (flags.verbose != nullptr) return;
  flags.count = flag::Uint("test.count", 1, "run tests and benchmarks `n` times");
  flags.fail_fast =
      flag::Bool("test.failfast", false, "do not start new tests after the first test failure");
  flags.run = flag::String("test.run", "", "run only tests and examples matching `regexp`");
  flags.is_short = flag::Bool("test.short", false, "run smaller test suite to save time");
  flags.skip = flag::String("test.skip", "", "do not list or run tests matching `regexp`");
  flags.timeout = flag::Duration(
      "test.timeout", 0, "panic test binary after duration `d` (default 0, timeout disabled)");
  flags.verbose = flag::Bool("test.v", false, "verbose: print additional output");
}

std::string_view BaseName(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

/// In Go's order: files by name, and as they stand there.
std::vector<const TestEntry*> SortedTests() {
  std::vector<const TestEntry*> tests;
  for (const TestEntry* e = entries; e != nullptr; e = e->next) {
    if (std::strcmp(e->program, program) == 0) tests.push_back(e);
  }
  const auto key = [](const TestEntry* e) {
    return std::tuple(BaseName(e->file), std::string_view(e->file), e->line);
  };
  std::sort(tests.begin(), tests.end(),
            [&](const TestEntry* a, const TestEntry* b) { return key(a) < key(b); });
  return tests;
}

[[noreturn]] void Refuse(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  os::Exit(1);
}

void RefuseTwins(const std::vector<const TestEntry*>& tests) {
  std::map<std::string_view, const TestEntry*> first;
  for (const TestEntry* e : tests) {
    const auto [at, is_new] = first.emplace(e->name, e);
    if (is_new) continue;
    const auto place = [](const TestEntry* t) {
      return std::string(t->file) + ":" + std::to_string(t->line);
    };
    Refuse("golab: " + place(e) + ": " + e->name + " is defined twice, also at " +
           place(at->second));
  }
}

/// The pattern of a flag; null if it is empty, because that asks for everything and skips nothing.
const TestPattern* ParsePattern(const String& text, const char* name) {
  if (text.empty()) return nullptr;
  std::string error;
  std::optional<TestPattern> pattern =
      TestPattern::Parse(std::string(text.data(), text.size()), name, &error);
  if (!pattern) Refuse("testing: invalid regexp for " + error);
  return new TestPattern(std::move(*pattern));
}

/// Panics when a run has taken the time that -timeout gives. Go: (*M).startAlarm, one for all runs.
class Alarm {
 public:
  Alarm(TestRun* run, time::Duration timeout) : is_set_(timeout > 0) {
    if (is_set_) timer_ = time::AfterFunc(timeout, [run, timeout] { Ring(run, timeout); });
  }

  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  ~Alarm() {
    if (is_set_) timer_.Stop();
  }

 private:
  static void Ring(TestRun* run, time::Duration timeout) {
    String text = "test timed out after " + timeout.String();
    const std::vector<std::string> running = RunningTests(run);
    if (!running.empty()) text += "\nrunning tests:";
    for (const std::string& line : running) text += "\n\t" + line;
    panic(text);
  }

  bool is_set_;
  time::Timer timer_;
};

}  // namespace

/// Of all tests together.
struct Outcome {
  bool ran = false;
  bool ok = true;
};

}  // namespace rt

namespace testing {

/// Named as Go names it, and no part of another: dumps of main show it.
// NOLINTNEXTLINE(readability-identifier-naming)
GOLAB_NOINLINE rt::Outcome runTests(const std::vector<const rt::TestEntry*>& tests) {
  // Kept, as tests are, which refer to it: a goroutine that outlives its test may still speak of
  // it.
  static const rt::TestPattern* const asked = rt::ParsePattern(*rt::flags.run, "-test.run");
  static const rt::TestPattern* const skipped = rt::ParsePattern(*rt::flags.skip, "-test.skip");
  rt::Outcome outcome;
  for (unsigned i = 0; i < *rt::flags.count; ++i) {
    if (i > 0 && (!outcome.ran || (*rt::flags.fail_fast && !outcome.ok))) break;
    auto* const run =
        new rt::TestRun{new rt::TestNames(asked, skipped),
                        new rt::TestOutput{*rt::flags.verbose, {}}, *rt::flags.fail_fast};
    rt::TestState* const root = rt::NewTest(run, nullptr, "");
    const rt::Alarm alarm(run, *rt::flags.timeout);
    tRunner(root, [&](T& t) {
      for (const rt::TestEntry* e : tests) t.Run(e->name, e->function);
    });
    outcome.ok = outcome.ok && !root->failed;
    outcome.ran = outcome.ran || root->ran;
  }
  return outcome;
}

int M::Run() {
  rt::DefineFlags();
  if (!flag::Parsed()) flag::Parse();
  const std::vector<const rt::TestEntry*> tests = rt::SortedTests();
  rt::RefuseTwins(tests);
  const rt::Outcome outcome = runTests(tests);
  if (!outcome.ran) fmt::Fprintln(os::Stderr(), "testing: warning: no tests to run");
  fmt::Println(outcome.ok ? "PASS" : "FAIL");
  exit_code_ = outcome.ok ? 0 : 1;
  return exit_code_;
}

bool Short() {
  if (rt::flags.is_short == nullptr) panic("testing: Short called before Init");
  if (!flag::Parsed()) panic("testing: Short called before Parse");
  return *rt::flags.is_short;
}

bool Verbose() {
  if (rt::flags.verbose == nullptr) panic("testing: Verbose called before Init");
  if (!flag::Parsed()) panic("testing: Verbose called before Parse");
  return *rt::flags.verbose;
}

bool Testing() {
  return rt::program != nullptr;
}

}  // namespace testing

namespace rt {
namespace {

void RunTestMain() {
  testing::M m;
  for (const TestMainEntry* e = test_mains; e != nullptr; e = e->next) {
    if (std::strcmp(e->program, program) != 0) continue;
    e->function(m);
    os::Exit(m.ExitCode());
  }
  os::Exit(m.Run());
}

}  // namespace

void RegisterTest(TestEntry* entry) {
  entry->next = entries;
  entries = entry;
}

void RegisterTestMain(TestMainEntry* entry) {
  entry->next = test_mains;
  test_mains = entry;
}

bool HasTests(const char* name) {
  for (const TestEntry* e = entries; e != nullptr; e = e->next) {
    if (name == nullptr || std::strcmp(e->program, name) == 0) return true;
  }
  return false;
}

void (*TestMainFor(const char* name))() {
  program = name;
  DefineFlags();
  return &RunTestMain;
}

std::vector<std::string> TestArguments(int argc, char** argv) {
  std::vector<std::string> arguments(argv, argv + argc);
  const std::vector<DefinedFlag> defined = DefinedFlags();
  for (std::size_t i = 1; i < arguments.size() && arguments[i] != "--"; ++i) {
    std::string& argument = arguments[i];
    const std::size_t dashes =
        std::min<std::size_t>(argument.find_first_not_of('-'), argument.size());
    if (dashes != 1 && dashes != 2) continue;
    const std::string name = argument.substr(dashes, argument.find('=') - dashes);
    if (name == "args") {
      arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i));
      break;
    }
    const bool own = std::any_of(defined.begin(), defined.end(),
                                 [&](const DefinedFlag& f) { return f.name == name; });
    const bool known =
        std::find(std::begin(kFlagNames), std::end(kFlagNames), name) != std::end(kFlagNames);
    if (known && !own) argument = "-test." + argument.substr(dashes);
  }
  return arguments;
}

}  // namespace rt
}  // namespace golab
