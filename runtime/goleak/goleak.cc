// Package goleak, on dumps as the original: what is left out is told by Go's names.

#include "golab/goleak.h"

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "golab/fmt.h"
#include "golab/os.h"
#include "golab/time.h"

#include "runtime/sched/dump_all.h"
#include "runtime/sched/sched.h"
#include "runtime/testing/test_main.h"
#include "runtime/world/recording.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab {
namespace rt {
namespace {

constexpr int kRetries = 20;
constexpr time::Duration kLongestPause = 100 * time::Millisecond;

/// One goroutine of a dump.
struct LeakStack {
  std::uint32_t id = 0;
  std::string state;                   // "chan receive"
  std::vector<std::string> functions;  // innermost first
  std::string created_by;
  std::string text;  // all of it

  std::string_view Top() const { return functions.empty() ? "" : std::string_view(functions[0]); }

  bool Has(std::string_view function) const {
    return std::find(functions.begin(), functions.end(), function) != functions.end();
  }
};

/// The name in a frame's line: without its arguments.
std::string FunctionOf(std::string_view line) {
  return std::string(line.substr(0, line.rfind('(')));
}

/// Reads a dump (dump.h), which has a line for each goroutine's head, two for each frame, and an
/// empty one between goroutines.
class DumpReader {
 public:
  explicit DumpReader(std::string_view text) : rest_(text) {}

  std::vector<LeakStack> Read() {
    std::vector<LeakStack> stacks;
    for (std::string_view line; Next(&line);) {
      if (line.starts_with(kHead)) stacks.push_back(Head(line));
      if (line.empty() || stacks.empty()) continue;
      LeakStack& s = stacks.back();
      s.text.append(line).append("\n");
      if (line.starts_with(kHead) || line[0] == '\t' || line.ends_with("frames elided..."))
        continue;
      if (line.starts_with(kCreatedBy)) {
        s.created_by =
            line.substr(kCreatedBy.size(), line.rfind(" in goroutine ") - kCreatedBy.size());
      } else {
        s.functions.push_back(FunctionOf(line));
      }
    }
    return stacks;
  }

 private:
  static constexpr std::string_view kHead = "goroutine ";
  static constexpr std::string_view kCreatedBy = "created by ";

  bool Next(std::string_view* line) {
    if (rest_.empty()) return false;
    const std::size_t end = rest_.find('\n');
    *line = rest_.substr(0, end);
    rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
    return true;
  }

  /// "goroutine 7 [chan receive]:"
  static LeakStack Head(std::string_view line) {
    LeakStack s;
    for (const char c : line.substr(kHead.size())) {
      if (c < '0' || c > '9') break;
      s.id = s.id * 10 + static_cast<std::uint32_t>(c - '0');
    }
    const std::size_t open = line.find('[');
    const std::size_t close = line.rfind(']');
    if (open < close) s.state = line.substr(open + 1, close - open - 1);
    return s;
  }

  std::string_view rest_;
};

GOLAB_NOINLINE std::vector<LeakStack> AllStacks() {
  Touch(kEverything, AccessMode::kWrite);
  std::string text;
  char buffer[4096];
  TextSink sink(
      buffer, sizeof buffer,
      [](void* to, const char* piece, std::size_t size) noexcept {
        static_cast<std::string*>(to)->append(piece, size);
      },
      &text);
  DumpFromHere(sink, __builtin_frame_address(0), /*all=*/true);
  sink.Flush();
  return DumpReader(text).Read();
}

/// Those of the test's own running, and of the library.
bool IsOfTheHouse(const LeakStack& s) {
  const std::string_view top = s.Top();
  if (top == "os/signal.signal_recv" || top == "os/signal.loop") return true;
  if (!s.state.starts_with("chan receive")) return false;
  return top == "testing.(*T).Run" || (s.id == 1 && WaitsForBody());
}

std::string Join(const std::vector<LeakStack>& stacks) {
  std::string text = "[";
  for (const LeakStack& s : stacks) {
    if (&s != &stacks.front()) text += ' ';
    text += "Goroutine " + std::to_string(s.id) + " in state " + s.state + ", with " +
            std::string(s.Top()) + " on top of the stack:\n" + s.text;
  }
  return text + "]";
}

}  // namespace

struct LeakOptions {
  std::vector<Func<bool(const LeakStack&)>> ignores;
  Func<void(int)> cleanup;
  bool run_on_failure = false;
};

namespace {

using Options = std::initializer_list<std::reference_wrapper<const goleak::Option>>;

LeakOptions Build(Options given) {
  LeakOptions options;
  for (const goleak::Option& one : given) one.ApplyTo(options);
  return options;
}

goleak::Option Ignore(Func<bool(const LeakStack&)> which) {
  return goleak::Option(
      [which = std::move(which)](LeakOptions& options) { options.ignores.push_back(which); });
}

std::string ToStd(const String& text) {
  return std::string(text.data(), text.size());
}

std::vector<LeakStack> Look(const LeakOptions& options, std::uint32_t me) {
  std::vector<LeakStack> found = AllStacks();
  std::erase_if(found, [&](const LeakStack& s) {
    return s.id == me || IsOfTheHouse(s) ||
           std::any_of(options.ignores.begin(), options.ignores.end(),
                       [&](const auto& ignores) { return ignores(s); });
  });
  return found;
}

/// The whole search. `frame` is the caller's.
Error Search(const LeakOptions& options, const void* frame) {
  const std::uint32_t me = CurrentG("goleak.Find")->id;
  for (int i = 0;; ++i) {
    const std::vector<LeakStack> found = Look(options, me);
    const bool last = found.empty() || i == kRetries;
    if (!last) {
      time::Sleep(std::min(time::Microsecond * (std::int64_t{1} << i), kLongestPause));
      continue;
    }
    const std::string text = found.empty() ? "" : "found unexpected goroutines:\n" + Join(found);
    if (world.lab) {
      EvidenceSlow(EventType::kLeakCheck, found.empty() ? 0 : 1,
                   EvidenceText(text.data(), text.size()), frame);
    }
    if (found.empty()) return nullptr;
    return errors::New(String(text.data(), text.size()));
  }
}

void VerifyRun(const Func<int()>& run, Options given, const void* frame) {
  int status = run();
  const LeakOptions options = Build(given);
  if (status == 0 || options.run_on_failure) {
    if (const Error err = Search(options, frame)) {
      fmt::Fprintf(os::Stderr(), "goleak: Errors on %s test run: %v\n",
                   options.run_on_failure ? "unsuccessful" : "successful", err);
      if (status == 0) status = 1;
    }
  }
  if (options.cleanup == nullptr) os::Exit(status);
  options.cleanup(status);
}

}  // namespace

void VerifyTestRun(const Func<int()>& run, const goleak::Option& o1, const goleak::Option& o2,
                   const goleak::Option& o3, const goleak::Option& o4, const goleak::Option& o5,
                   const goleak::Option& o6) {
  VerifyRun(run, {o1, o2, o3, o4, o5, o6}, __builtin_frame_address(0));
}

}  // namespace rt

namespace goleak {

Option IgnoreTopFunction(const String& function) {
  return rt::Ignore([f = rt::ToStd(function)](const rt::LeakStack& s) { return s.Top() == f; });
}

Option IgnoreAnyFunction(const String& function) {
  return rt::Ignore([f = rt::ToStd(function)](const rt::LeakStack& s) { return s.Has(f); });
}

Option IgnoreCreatedBy(const String& function) {
  return rt::Ignore(
      [f = rt::ToStd(function)](const rt::LeakStack& s) { return s.created_by == f; });
}

Option IgnoreCurrent() {
  GOLAB_AT_CALL_ON(rt::kEverything, kWrite);
  rt::CurrentG("goleak.IgnoreCurrent");
  std::set<std::uint32_t> ids;
  for (const rt::LeakStack& s : rt::AllStacks()) ids.insert(s.id);
  return rt::Ignore([ids = std::move(ids)](const rt::LeakStack& s) { return ids.contains(s.id); });
}

Option Cleanup(Func<void(int)> f) {
  return Option([f = std::move(f)](rt::LeakOptions& options) { options.cleanup = f; });
}

Option RunOnFailure() {
  return Option([](rt::LeakOptions& options) { options.run_on_failure = true; });
}

Error Find(const Option& o1, const Option& o2, const Option& o3, const Option& o4, const Option& o5,
           const Option& o6) {
  GOLAB_AT_CALL_ON(rt::kEverything, kWrite);
  const rt::LeakOptions options = rt::Build({o1, o2, o3, o4, o5, o6});
  if (options.cleanup != nullptr)
    return errors::New("Cleanup can only be passed to VerifyNone or VerifyTestMain");
  if (options.run_on_failure)
    return errors::New("RunOnFailure can only be passed to VerifyTestMain");
  return rt::Search(options, __builtin_frame_address(0));
}

void VerifyNone(const testing::T& t, const Option& o1, const Option& o2, const Option& o3,
                const Option& o4, const Option& o5, const Option& o6, rt::Place place) {
  GOLAB_AT_CALL_ON(rt::kEverything, kWrite);
  const rt::LeakOptions options = rt::Build({o1, o2, o3, o4, o5, o6});
  Error err = options.run_on_failure
                  ? errors::New("RunOnFailure can only be passed to VerifyTestMain")
                  : rt::Search(options, __builtin_frame_address(0));
  if (err) t.Error(rt::Logged(err, place.file, place.line));
  if (options.cleanup != nullptr) options.cleanup(0);
}

void VerifyTestMain(testing::M& m, const Option& o1, const Option& o2, const Option& o3,
                    const Option& o4, const Option& o5, const Option& o6) {
  rt::VerifyRun([&m] { return m.Run(); }, {o1, o2, o3, o4, o5, o6}, __builtin_frame_address(0));
}

}  // namespace goleak
}  // namespace golab
