#include "runtime/world/exit.h"

#include <sched.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "runtime/base/fault.h"
#include "runtime/go_trace/tracer.h"
#include "runtime/sched/dump_all.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/traceback/text_sink.h"
#include "runtime/world/program.h"
#include "runtime/world/real_calls.h"
#include "runtime/world/recording.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab::rt {
namespace {

constinit bool exit_recorded = false;

/// on_exit handlers run last registered first: this one was registered before the program could, so
/// it comes after its handlers and static destructors, whose output still counts.
void OnExit(int status, void* /*unused*/) {
  RecordExit(ExitKind::kOsExit, status);
}

std::uint32_t RunningId(const P* p) noexcept {
  return ShownId(p->current);
}

}  // namespace

void BeginEnd() noexcept {
  static constinit pid_t who = 0;
  const pid_t me = gettid();
  pid_t first = 0;
  if (__atomic_compare_exchange_n(&who, &first, me, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) ||
      first == me) {
    return;
  }
  for (;;) pause();
}

void RegisterExitHook() noexcept {
  if (world.lab) on_exit(&OnExit, nullptr);
}

void RecordExit(ExitKind kind, int status) noexcept {
  P* p = arch::ThisP();
  if (!world.lab || p == nullptr || exit_recorded) return;
  exit_recorded = true;
  Touch(kEverything, AccessMode::kWrite);
  RecordFlags();
  std::fflush(stdout);
  MarkOutputFully(p, RunningId(p));
  if (p->current != nullptr) NoteWork(p->current);
  ForEachG([&](G* g) {
    if (g != p->current) NoteWork(g);
  });
  Emit(p, EventType::kExit, RunningId(p), static_cast<std::uint8_t>(kind),
       static_cast<std::uint64_t>(static_cast<std::uint32_t>(status)), 0);
  p->log.header()->finished = 1;
}

void ExitNow(ExitKind kind, int status) noexcept {
  std::fflush(stdout);
  std::fflush(stderr);
  FinishTraceAtExit(false);
  RecordExit(kind, status);
  real::ExitProcess(status);
}

void MainReturned() noexcept {
  P* p = arch::ThisP();
  G* me = p->current;
  sched.main_returned = true;
  if (world.lab) {
    MarkOutputFully(p, me->id);
    Emit(p, EventType::kMainReturn, me->id, 0, 0, 0);
    Touch(kEverything, AccessMode::kWrite);
    step_trace.EndStep();
    step_trace.Close();
    world.phase = Phase::kSettling;
    // The others run until nothing can run at this instant; then the scheduling loop comes back
    // here.
    Park(WaitReason::kNone, 0, nullptr);
    BeginEnd();
    FreezeTheWorld();
    world.phase = Phase::kDone;
    FinishTraceAtExit(false);
    RecordExit(ExitKind::kMainReturned, 0);
  }
  BeginEnd();
  FreezeTheWorld();  // nobody runs on while static objects are destroyed
  std::exit(0);
}

G* SettledMain(P* p) noexcept {
  G* g = &sched.gs[0];
  if (world.phase == Phase::kSettling) Emit(p, EventType::kRest, 0, 0, 0, 0);
  Transition(p, g, Status::kWaiting, Status::kRunnable, EventType::kUnblock, 0, 0, g->id, 0);
  return g;
}

void ReportDeadlock(P* p) noexcept {
  BeginEnd();
  std::fflush(stdout);
  bool waits_for_network = false;
  ForEachG([&](const G* g) {
    if (StatusOf(g) == Status::kWaiting && g->reason == WaitReason::kIOWait) waits_for_network = true;
  });
  if (world.lab) {
    MarkOutputFully(p, 0);
    Emit(p, EventType::kDeadlock, 0, waits_for_network ? 3 : 1, 0, 0);
  }
  FdSink sink(2);
  if (waits_for_network) {  // the virtual world's, where nothing else can come
    sink.Put("fatal error: all goroutines wait for ever: nothing is on its way in the network\n");
    sink.Put("(in the real world, as with Go, the program would stand here in silence)\n");
    DumpAll(sink, DumpOrder::kById);
    sink.Flush();
    ExitNow(ExitKind::kDeadlock, 2);
  }
  if (LiveGoroutines() == 0) {
    sink.Put("fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n");
    sink.Flush();
    ExitNow(ExitKind::kNoGoroutines, 2);
  }
  sink.Put("fatal error: all goroutines are asleep - deadlock!\n");
  DumpAll(sink, DumpOrder::kById);
  sink.Flush();
  ExitNow(ExitKind::kDeadlock, 2);
}

void EndLivelocked(P* p, G* g) noexcept {
  if (world.lab) {
    MarkOutputFully(p, ShownId(g));
    Emit(p, EventType::kLivelock, ShownId(g), 0, 0, 0);
  }
  ExitNow(ExitKind::kFatal, 2);
}

void EndAtVirtualLimit(P* p) noexcept {
  if (world.lab) {
    MarkOutputFully(p, RunningId(p));
    Emit(p, EventType::kVirtualLimit, RunningId(p), 0, 0, 0);
  }
  ExitNow(ExitKind::kFatal, 2);
}

void YieldThread() noexcept {
  sched_yield();
}

void Fatal(const char* text) noexcept {
  BeginEnd();
  P* p = arch::ThisP();
  std::fflush(stdout);
  if (p != nullptr && world.lab && p->log.header() != nullptr) {
    MarkOutputFully(p, RunningId(p));
    const std::uint64_t stack =
        p->current != nullptr ? CaptureStack(p, __builtin_frame_address(0)) : 0;
    Emit(p, EventType::kFatal, RunningId(p), 0, EvidenceText(text, __builtin_strlen(text)), stack);
  }
  FdSink sink(2);
  sink.Put("fatal error: ");
  sink.Put(text);
  sink.Put("\n");
  if (p != nullptr) DumpAll(sink, DumpOrder::kRunningFirst);
  sink.Flush();
  ExitNow(ExitKind::kFatal, 2);
}

void Throw(const char* text) noexcept {
  static constinit bool again = false;
  BeginEnd();
  if (again) real::ExitProcess(2);
  again = true;
  FdSink sink(2);
  sink.Put("fatal error: ");
  sink.Put(text);
  sink.Put("\n\n[golab's runtime broke a rule of its own; please report this]\n");
  if (arch::ThisP() != nullptr) DumpAll(sink, DumpOrder::kRunningFirst);
  sink.Flush();
  ExitNow(ExitKind::kFatal, 2);
}

void FatalThreads(std::uint32_t most) noexcept {
  BeginEnd();
  FdSink sink(2);
  sink.Put("runtime: program exceeds ");
  sink.PutDecimal(most);
  sink.Put("-thread limit\n");
  sink.Flush();
  Fatal("thread exhaustion");
}

void FatalOutside(const char* what) noexcept {
  FdSink sink(2);
  sink.Put("fatal error: ");
  sink.Put(what);
  sink.Put(" outside a goroutine\n");
  sink.Flush();
  ExitNow(ExitKind::kFatal, 2);
}

}  // namespace golab::rt
