#include "runtime/sched/dump_all.h"

#include <algorithm>
#include <memory>
#include <new>

#include "runtime/sched/sched.h"
#include "runtime/traceback/self_symbolizer.h"
#include "runtime/world/lab_child.h"
#include "runtime/world/world.h"

namespace golab::rt {
namespace {

void Write(TextSink& sink, const G* g, const void* frame, bool full) noexcept {
  DumpOptions options;
  options.full = options.addresses = full;
  WriteGoroutine(sink, ViewOf(g, frame), SelfSymbolizer::Get(), options);
}

/// As ForEachG, by ascending id: slots of the array are used again. Without memory, in its order.
template <class Visit>
void ForEachGById(Visit&& visit) noexcept {
  std::size_t count = 0;
  ForEachG([&](const G*) { ++count; });
  const std::unique_ptr<const G*[]> all(new (std::nothrow) const G*[count]);
  if (all == nullptr) return ForEachG(visit);
  const G** end = all.get();
  ForEachG([&](const G* g) { *end++ = g; });
  std::sort(all.get(), end, [](const G* a, const G* b) { return a->id < b->id; });
  std::for_each(all.get(), end, visit);
}

/// For which a goroutine has waited as far as the collector knows: nothing before its second
/// collection, as in Go.
unsigned MinutesWaited(const G* g) noexcept {
  const Status status = StatusOf(g);
  if (status != Status::kWaiting && status != Status::kSyscall) return 0;
  const GExtra* const x = g->extra;
  if (x == nullptr || x->waits_since == 0 || x->waits_resumes != g->resumes) return 0;
  constexpr std::uint64_t kMinute = 60'000'000'000;
  return static_cast<unsigned>((Now() + 1 - x->waits_since) / kMinute);
}

}  // namespace

const char* StateText(Status status, WaitReason reason) noexcept {
  switch (status) {
    case Status::kRunning:
      return "running";
    case Status::kSyscall:
      return "syscall";
    case Status::kWaiting:
      return WaitReasonText(reason);
    default:
      return "runnable";
  }
}

GoroutineView ViewOf(const G* g, const void* frame) noexcept {
  GoroutineView v;
  v.id = g->id;
  v.reason = StateText(StatusOf(g), g->reason);
  v.locked = (g->flags & kGLockedThread) != 0;
  v.created_pc = g->id == 1 ? 0 : g->gopc;
  v.creator = g->creator;
  v.gp = reinterpret_cast<std::uintptr_t>(g);
  v.minutes = MinutesWaited(g);
  const P* mine = arch::ThisP();
  if (StatusOf(g) == Status::kRunning) {
    v.mp = reinterpret_cast<std::uintptr_t>(mine);
    v.elsewhere = frame == nullptr && (mine == nullptr || mine->current != g);
  }
  if ((g->flags & kGStarted) == 0) {
    v.never_ran = true;
    v.start_pc = StartPc(g);
    return v;
  }
  if (g->stack_top == nullptr) return v;
  const StackBounds bounds = BoundsOf(g->stack_top);
  v.stack.lo = reinterpret_cast<std::uintptr_t>(bounds.lo);
  v.stack.hi = reinterpret_cast<std::uintptr_t>(g->stack_top);
  if (frame != nullptr) {
    v.stack.fp = reinterpret_cast<std::uintptr_t>(frame);
  } else if (g->sp != nullptr) {
    // Saved by the switch: [sp] = where to resume, [sp + 8] = frame pointer.
    v.stack.fp = static_cast<std::uintptr_t*>(g->sp)[1];
  } else {  // a thread that would not stop is on its stack, whatever its status
    v.elsewhere = mine == nullptr || mine->current != g;
  }
  return v;
}

void DumpAll(TextSink& sink, DumpOrder order, bool full) noexcept {
  PrepareNames();
  FreezeTheWorld();
  P* p = arch::ThisP();
  const G* mine = p != nullptr && p->current != nullptr ? p->current : nullptr;
  const bool running = mine != nullptr && StatusOf(mine) == Status::kRunning;
  if (running && order == DumpOrder::kRunningFirst) {
    sink.Put('\n');
    Write(sink, mine, __builtin_frame_address(0), full);
  }
  ForEachGById([&](const G* g) {
    if (g == mine && running && order == DumpOrder::kRunningFirst) return;
    sink.Put('\n');
    Write(sink, g, g == mine && running ? __builtin_frame_address(0) : nullptr, full);
  });
}

void DumpFromHere(TextSink& sink, const void* frame, bool all) noexcept {
  PrepareNames();
  P* p = arch::ThisP();
  if (p == nullptr || p->current == nullptr) return;
  const G* mine = p->current;
  if (all) StopTheWorld();
  Write(sink, mine, frame, false);
  if (!all) return;
  ForEachGById([&](const G* g) {
    if (g == mine) return;
    sink.Put('\n');
    Write(sink, g, nullptr, false);
  });
  StartTheWorld();
}

void PrepareNames() noexcept {
  static constinit bool prepared = false;
  if (prepared) return;
  prepared = true;
  // A run of a lab has what the lab brought; making tables would cost more than the run.
  if (!IsLabProcess()) (void)SelfSymbolizer::Get().Prepare();
}

}  // namespace golab::rt
