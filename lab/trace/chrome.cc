#include "lab/trace/chrome.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <map>
#include <set>

#include "lab/report/text.h"

namespace golab::lab {
namespace {

constexpr std::uint64_t kGoroutines = 1, kProcs = 2;  // "processes" of the format
constexpr std::uint64_t kProcTracks =
    1'000'000'000;  // thread ids are unique over both, and have 32 bits

/// Microseconds with three decimals: never an exponent.
std::string Us(std::uint64_t ns) {
  char text[40];
  std::snprintf(text, sizeof text, "%" PRIu64 ".%03u", ns / 1000, static_cast<unsigned>(ns % 1000));
  return text;
}

class Writer {
 public:
  Writer(const Execution& execution, const TimeWindow& window,
         const std::function<void(std::string_view)>& write)
      : execution_(execution), write_(write) {
    const std::uint64_t length = execution.end_ns - execution.begin_ns;
    from_ = execution.begin_ns + std::min(window.from_ns, length);
    to_ = execution.begin_ns + std::min(window.to_ns, length);
  }

  std::optional<std::uint64_t> WriteAll();

 private:
  std::uint64_t Ts(std::uint64_t time) const { return time - execution_.begin_ns; }

  static std::uint64_t Track(std::uint64_t g) { return g & 0x3fff'ffff; }

  std::string LabelOf(const GoLife& life) const;
  void Put(const std::string& event);
  void Head(const char* what, std::uint64_t pid, std::uint64_t tid, const std::string& name);
  std::optional<std::uint64_t> Cut();
  void Spans(const GoLife& life);
  void Arrow(const GoArrow& arrow, std::size_t number);
  void Note(const GoNote& note);
  void Counts();

  const Execution& execution_;
  const std::function<void(std::string_view)>& write_;
  std::uint64_t from_ = 0, to_ = 0;
  bool any_ = false;
};

void Writer::Put(const std::string& event) {
  write_((any_ ? ",\n" : "\n") + event);
  any_ = true;
}

std::string Writer::LabelOf(const GoLife& life) const {
  return "G" + std::to_string(life.id) + (life.name.empty() ? "" : " " + life.name);
}

void Writer::Head(const char* what, std::uint64_t pid, std::uint64_t tid, const std::string& name) {
  Put("{\"ph\":\"M\",\"name\":\"" + std::string(what) + "\",\"pid\":" + std::to_string(pid) +
      ",\"tid\":" + std::to_string(tid) + ",\"args\":{\"name\":" + JsonString(name) + "}}");
}

/// Each span is two events, one on the goroutine's track and one, if it runs, on the P's.
std::optional<std::uint64_t> Writer::Cut() {
  std::vector<std::uint64_t> times;
  for (const GoLife& life : execution_.lives) {
    for (const GoSpan& span : life.spans) {
      if (span.begin_ns <= to_ && span.end_ns >= from_) times.insert(times.end(), 4, span.begin_ns);
    }
  }
  if (times.size() <= kMostChromeEvents) return std::nullopt;
  std::nth_element(times.begin(), times.begin() + kMostChromeEvents, times.end());
  to_ = std::max(times[kMostChromeEvents], from_);
  return Ts(to_);
}

void Writer::Spans(const GoLife& life) {
  for (const GoSpan& span : life.spans) {
    if (span.begin_ns > to_ || span.end_ns < from_) continue;
    const std::uint64_t begin = std::max(span.begin_ns, from_), end = std::min(span.end_ns, to_);
    const std::string reason = execution_.Text(span.reason);
    std::string name = "running";
    if (span.phase == Phase::kReady) name = "runnable";
    if (span.phase == Phase::kSyscall) name = "syscall";
    if (span.phase == Phase::kWaiting) name = reason.empty() ? "waiting" : reason;
    std::string args;
    if (span.stack != 0) args = "\"stack\":" + JsonString(execution_.Stack(span.stack));
    if (!reason.empty()) args += (args.empty() ? "" : ",") + ("\"reason\":" + JsonString(reason));
    const std::string when =
        ",\"ts\":" + Us(Ts(begin)) + ",\"dur\":" + Us(end - begin) + ",\"args\":{" + args + "}}";
    Put("{\"ph\":\"X\",\"cat\":\"gstate\",\"name\":" + JsonString(name) +
        ",\"pid\":1,\"tid\":" + std::to_string(Track(life.id)) + when);
    if (span.phase == Phase::kRunning && span.proc != kNoResource) {
      Put("{\"ph\":\"X\",\"cat\":\"proc\",\"name\":" + JsonString(LabelOf(life)) +
          ",\"pid\":2,\"tid\":" + std::to_string(kProcTracks + (span.proc & 0xffffff)) + when);
    }
  }
}

/// From the goroutine that causes it to the other. An end right on the border of two slices would
/// belong to the earlier one: so a nanosecond off it on both sides.
void Writer::Arrow(const GoArrow& arrow, std::size_t number) {
  if (arrow.time < from_ || arrow.time > to_ || arrow.from == kNoResource) return;
  const GoLife* to = execution_.Find(arrow.to);
  if (to == nullptr) return;
  const auto runs = std::find_if(to->spans.begin(), to->spans.end(), [&](const GoSpan& span) {
    return span.phase == Phase::kRunning && span.begin_ns >= arrow.time;
  });
  if (runs == to->spans.end() || runs->begin_ns > to_) return;
  const std::string reason = execution_.Text(arrow.reason);
  const std::string name =
      arrow.creates ? "go" : "unblock" + (reason.empty() ? "" : " (" + reason + ")");
  const std::string same = ",\"cat\":\"flow\",\"name\":" + JsonString(name) +
                           ",\"id\":" + std::to_string(number + 1) + ",\"pid\":1,\"tid\":";
  const std::uint64_t at = Ts(arrow.time);
  Put("{\"ph\":\"s\"" + same + std::to_string(Track(arrow.from)) +
      ",\"ts\":" + Us(at == 0 ? 0 : at - 1) + "}");
  Put("{\"ph\":\"f\",\"bp\":\"e\"" + same + std::to_string(Track(arrow.to)) +
      ",\"ts\":" + Us(Ts(runs->begin_ns) + 1) + "}");
}

void Writer::Note(const GoNote& note) {
  using Kind = GoTraceEvent::Kind;
  if (note.time < from_ || note.time > to_) return;
  const std::uint64_t g = note.g == kNoResource ? 1 : Track(note.g);
  const std::string where =
      ",\"pid\":1,\"tid\":" + std::to_string(g) + ",\"ts\":" + Us(Ts(note.time));
  const bool task = note.kind == Kind::kTaskBegin || note.kind == Kind::kTaskEnd;
  switch (note.kind) {
    case Kind::kLog:
      return Put("{\"ph\":\"i\",\"s\":\"t\",\"cat\":\"log\",\"name\":" +
                 JsonString(execution_.Text(note.name)) + where +
                 ",\"args\":{\"message\":" + JsonString(execution_.Text(note.message)) + "}}");
    case Kind::kTaskBegin:
    case Kind::kTaskEnd:
    case Kind::kRegionBegin:
    case Kind::kRegionEnd: {
      const bool begins = note.kind == Kind::kTaskBegin || note.kind == Kind::kRegionBegin;
      std::string name = execution_.Text(note.name);
      if (note.kind == Kind::kTaskEnd) {  // its name stands where it begins
        for (const GoNote& other : execution_.notes) {
          if (other.kind == Kind::kTaskBegin && other.task == note.task)
            name = execution_.Text(other.name);
        }
      }
      const std::string id = task ? "t" + std::to_string(note.task) : "g" + std::to_string(g);
      return Put(std::string("{\"ph\":\"") + (begins ? "b" : "e") + "\",\"cat\":\"" +
                 (task ? "task" : "region") + "\",\"name\":" + JsonString(name) + ",\"id\":\"" +
                 id + "\"" + where + "}");
    }
    default:
      return;
  }
}

/// How many goroutines run, are ready and wait.
void Writer::Counts() {
  std::map<std::uint64_t, std::array<int, 3>> changes;
  const auto of = [](Phase phase) {
    return phase == Phase::kRunning ? 0 : phase == Phase::kReady ? 1 : 2;
  };
  for (const GoLife& life : execution_.lives) {
    for (const GoSpan& span : life.spans) {
      if (span.begin_ns > to_ || span.end_ns < from_) continue;
      const auto which = static_cast<std::size_t>(of(span.phase));
      ++changes[std::max(span.begin_ns, from_)][which];
      if (span.end_ns <= to_) --changes[span.end_ns][which];
    }
  }
  std::array<int, 3> now{};
  for (const auto& [time, change] : changes) {
    for (std::size_t i = 0; i < now.size(); ++i) now[i] += change[i];
    Put("{\"ph\":\"C\",\"name\":\"goroutines\",\"pid\":1,\"ts\":" + Us(Ts(time)) +
        ",\"args\":{\"running\":" + std::to_string(now[0]) + ",\"runnable\":" +
        std::to_string(now[1]) + ",\"waiting\":" + std::to_string(now[2]) + "}}");
  }
}

std::optional<std::uint64_t> Writer::WriteAll() {
  const auto cut = Cut();
  write_("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
  Head("process_name", kGoroutines, 0, "goroutines");
  Head("process_name", kProcs, 0, "processors");
  std::set<std::uint64_t> procs;
  for (const GoLife& life : execution_.lives) {
    if (life.begin_ns > to_ || life.end_ns < from_) continue;
    Head("thread_name", kGoroutines, Track(life.id), LabelOf(life));
    for (const GoSpan& span : life.spans) {
      if (span.proc != kNoResource) procs.insert(span.proc & 0xffffff);
    }
  }
  for (const std::uint64_t p : procs)
    Head("thread_name", kProcs, kProcTracks + p, "P " + std::to_string(p));
  for (const GoLife& life : execution_.lives) Spans(life);
  for (std::size_t i = 0; i < execution_.arrows.size(); ++i) Arrow(execution_.arrows[i], i);
  for (const GoNote& note : execution_.notes) Note(note);
  Counts();
  write_("\n]}\n");
  return cut;
}

}  // namespace

std::optional<std::uint64_t> WriteChrome(const Execution& execution, const TimeWindow& window,
                                         const std::function<void(std::string_view)>& write) {
  return Writer(execution, window, write).WriteAll();
}

}  // namespace golab::lab
