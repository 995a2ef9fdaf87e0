#include "lab/explain/event_lines.h"

#include <string.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "lab/report/text.h"

namespace golab::lab {
namespace {

using rt::EventType;
using rt::Record;

constexpr std::size_t kLongestText = 200;

std::string Goroutine(std::uint64_t id) {
  return id == 0 ? "-" : "G" + std::to_string(id);
}

std::string Hex(std::uint64_t address) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(address));
  return text;
}

std::string Quoted(const std::string& text) {
  return JsonString(CutText(CleanUtf8(text), kLongestText));
}

std::string Channel(std::uint64_t id) {
  return "channel " + std::to_string(id);
}

const char* EndText(rt::EndKind kind) {
  switch (kind) {
    case rt::EndKind::kReturned:
      return "returned";
    case rt::EndKind::kGoexit:
      return "Goexit";
    case rt::EndKind::kPanicked:
      return "panicked";
    case rt::EndKind::kException:
      return "exception";
  }
  return "";
}

const char* ExitText(rt::ExitKind kind) {
  switch (kind) {
    case rt::ExitKind::kMainReturned:
      return "main returned";
    case rt::ExitKind::kOsExit:
      return "exit";
    case rt::ExitKind::kUnderscoreExit:
      return "_exit";
    case rt::ExitKind::kQuickExit:
      return "quick_exit";
    case rt::ExitKind::kAbort:
      return "abort";
    case rt::ExitKind::kPanic:
      return "panic";
    case rt::ExitKind::kFatal:
      return "fatal error";
    case rt::ExitKind::kDeadlock:
      return "all goroutines are asleep";
    case rt::ExitKind::kNoGoroutines:
      return "no goroutines";
    case rt::ExitKind::kOutsideEnd:
      return "ended from outside";
  }
  return "";
}

const char* LockText(std::uint8_t kind) {
  switch (static_cast<rt::LockKind>(kind)) {
    case rt::LockKind::kMutex:
      return "mutex";
    case rt::LockKind::kRead:
      return "read lock";
    case rt::LockKind::kWrite:
      return "write lock";
    case rt::LockKind::kStd:
      return "std::mutex";
  }
  return "lock";
}

std::string Object(std::uint64_t number) {
  return "object " + std::to_string(number);
}

const char* WatchText(std::uint8_t what) {
  switch (static_cast<rt::GcWatch>(what)) {
    case rt::GcWatch::kFinalizer:
      return "finalizer";
    case rt::GcWatch::kCleanup:
      return "cleanup";
    case rt::GcWatch::kNoFinalizer:
      return "no finalizer";
    case rt::GcWatch::kStopped:
      return "no cleanup";
  }
  return "";
}

const char* ScannedText(std::uint8_t status) {
  switch (status) {
    case 1:
      return "_Gscanrunnable";
    case 2:
      return "_Gscanrunning";
    case 3:
      return "_Gscansyscall";
    case 4:
      return "_Gscanwaiting";
    default:
      return "_Gscan";
  }
}

std::string KeptText(const std::string& blob) {
  rt::GcKept kept{};
  if (blob.size() != sizeof kept) return "";
  std::memcpy(&kept, blob.data(), sizeof kept);
  const std::string text = Object(kept.object) + " is kept by ";
  switch (kept.held_by) {
    case 1:
      return text + "a pointer on the stack of " + Goroutine(kept.g);
    case 2:
      return text + "a global, or memory of the C++ heap";
    case 3:
    case 4:
      return text + Object(kept.holder);
    default:
      return text + "a pointer that moved meanwhile";
  }
}

struct Text {
  const char* event = "";  ///< empty: no line
  std::string what = {};
};

std::string FunctionAt(const History& h, std::uint64_t pc, bool exact) {
  const auto frames = h.symbols().Lookup(pc, exact);
  return frames.empty() ? Hex(pc) : frames.back().function;
}

Text OutputText(const History& h, Moment m, const Record& r) {
  const auto& all = h.outputs();  // in their order
  auto it = std::lower_bound(all.begin(), all.end(), m,
                             [](const Output& output, Moment want) { return output.at < want; });
  std::string text;
  for (; it != all.end() && it->at == m; ++it) {
    if (it->g == r.g) text += it->text;
  }
  return {r.reason == 2 ? "stderr" : "stdout", Quoted(text)};
}

Text TextOf(const History& h, Moment m) {
  const Record& r = h.events()[m];
  const std::string address = Hex(r.arg);
  switch (static_cast<EventType>(r.type)) {
    case EventType::kCreate:
      return {"create", Goroutine(r.arg)};
    case EventType::kStart:
      return {"start", r.arg == 0 ? "" : FunctionAt(h, r.arg, true)};
    case EventType::kRun:
      return {"run"};
    case EventType::kBlock:
      return {"block", rt::WaitReasonText(static_cast<rt::WaitReason>(r.reason))};
    case EventType::kUnblock:
      return {"unblock", Goroutine(r.arg)};
    case EventType::kYield:
      return {"yield"};
    case EventType::kPreempt:
      return {"preempt"};
    case EventType::kEnd:
      return {"end", EndText(static_cast<rt::EndKind>(r.reason))};
    case EventType::kSyscallBegin:
      return {"syscall"};
    case EventType::kSyscallEnd:
      return {"sysexit"};
    case EventType::kThreadStart:
      return {"thread", "M" + std::to_string(r.arg) + " starts"};
    case EventType::kThreadStop:
      return {"thread", "M" + std::to_string(r.arg) + " ends"};
    case EventType::kOutput:
      return OutputText(h, m, r);
    case EventType::kNumGoroutine:
      return {"count", "NumGoroutine() = " + std::to_string(r.arg)};
    case EventType::kStackDump:
      return {"dump", r.reason == 1 ? "all goroutines" : "its own stack"};
    case EventType::kChanMake:
      return {"make", Channel(r.arg >> 32) + ", room for " + std::to_string(r.arg & 0xffffffff)};
    case EventType::kSend:
      return {"send", Channel(r.arg)};
    case EventType::kRecv:
      return {"receive", Channel(r.arg) + ((r.reason & 2) != 0 ? ", closed" : "")};
    case EventType::kClose:
      return {"close", Channel(r.arg)};
    case EventType::kLock:
      return {"lock", LockText(r.reason) + (" " + address)};
    case EventType::kUnlock:
      return {"unlock", LockText(r.reason) + (" " + address)};
    case EventType::kWaitGroupAdd: {
      const int delta = static_cast<std::int8_t>(r.reason);
      return {"add", "WaitGroup " + address + " " + (delta > 0 ? "+" : "") + std::to_string(delta)};
    }
    case EventType::kDeferRun:
      return {"defer", FunctionAt(h, r.arg, true)};
    case EventType::kPanic:
      return {"panic", Quoted(h.Blob(r.arg))};
    case EventType::kRecover:
      return {"recover", Quoted(h.Blob(r.arg))};
    case EventType::kGoexit:
      return {"goexit"};
    case EventType::kLockThread:
      return {"thread", r.reason == 1 ? "locked to it" : "unlocked"};
    case EventType::kMainStart:
      return {"main", "begins"};
    case EventType::kMainReturn:
      return {"main", "returned"};
    case EventType::kExit:
      return {"exit", ExitText(static_cast<rt::ExitKind>(r.reason)) +
                          (", status " + std::to_string(static_cast<std::int32_t>(r.arg)))};
    case EventType::kDeadlock:
      return {"deadlock", "all goroutines are asleep"};
    case EventType::kLivelock:
      return {"livelock"};
    case EventType::kFatal:
      return {"fatal", Quoted(h.Blob(r.arg))};
    case EventType::kTestStart:
      return {"test", Quoted(h.Blob(r.arg)) + " begins"};
    case EventType::kTestEnd:
      return {"test", Quoted(h.Blob(r.arg)) + " ends"};
    case EventType::kForeignThread:
      return {"thread", "one of its own"};
    case EventType::kCondSignal:
      return {"signal", (r.reason == 1 ? "Broadcast " : "Signal ") + address};
    case EventType::kSignal: {
      const char* name = ::sigabbrev_np(static_cast<int>(r.arg));
      return {"arrives",
              name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(r.arg)};
    }
    case EventType::kLeakCheck:
      return {"leaks", r.reason == 1 ? Quoted(h.Blob(r.arg)) : "none found"};
    case EventType::kGcBegin:
      return {"gc", "collection " + std::to_string(r.arg) + " begins"};
    case EventType::kGcEnd:
      return {"gc", "collection " + std::to_string(r.arg) + " ends"};
    case EventType::kGcScanBegin:
      return {"scan", ScannedText(r.reason)};
    case EventType::kGcScanEnd:
      return {"scanned", std::to_string(r.arg) + (r.arg == 1 ? " pointer" : " pointers") +
                             (r.reason == 1 ? ", since it goes on" : "")};
    case EventType::kGcNew:
      return {"new", Object(r.arg)};
    case EventType::kGcWatch:
      return {"watch", WatchText(r.reason) + (" of " + Object(r.arg))};
    case EventType::kGcUnreachable:
      return {"gc", Object(r.arg) + " is unreachable: its " + WatchText(r.reason) + " is queued"};
    case EventType::kGcKept:
      return {"gc", KeptText(h.Blob(r.arg))};
    case EventType::kGcCallBegin:
      return {"call", WatchText(r.reason) + (" of " + Object(r.arg))};
    case EventType::kGcCallEnd:
      return {"left", WatchText(r.reason) + (" of " + Object(r.arg))};
    case EventType::kVirtualLimit:
      return {"limit", "of virtual time"};
    default:
      return {};
  }
}

}  // namespace

std::string EventLine(const History& h, Moment m) {
  const Record& r = h.events()[m];
  const Text text = TextOf(h, m);
  if (*text.event == '\0') return "";
  std::string place;
  if (r.stack != 0 && static_cast<EventType>(r.type) != EventType::kPick) {
    const Frame frame = h.OwnFrame(r.stack);
    if (frame.line > 0) place = "  " + frame.file + ":" + std::to_string(frame.line);
  }
  char head[64];
  std::snprintf(head, sizeof head, "%12.6f s  %-5s %-9s", static_cast<double>(r.time) / 1e9,
                Goroutine(r.g).c_str(), text.event);
  std::string line = head + (" " + OneLine(text.what + place));
  while (line.back() == ' ') line.pop_back();
  return line;
}

std::string EventLines(const History& h) {
  std::string lines;
  for (Moment m = 0; m < h.events().size(); ++m) {
    const std::string line = EventLine(h, m);
    if (!line.empty()) lines += line + "\n";
  }
  return lines;
}

}  // namespace golab::lab
