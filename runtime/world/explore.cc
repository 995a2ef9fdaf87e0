// The virtual world's choices: which goroutine goes on at a runtime call, which runs next, which
// timer fires, which ready case a select takes.
//
// Candidates stand in one canonical order: [running goroutine] [due timers by (when, order)]
// [runnext] [run queue] [global queue] [late timer]. Index 0 is what Go would do, so a plan of no
// deviations is Go's order. Seed 0 takes index 0 everywhere and is no choice at calls. A systematic
// run takes the choices of its plan, then index 0 but for what was tried in other runs. A walk
// draws each goroutine in proportion to the work it is expected to do still (uniform random walk:
// Zhao et al., "URW"; counts from run 0), and lets a timer that is due within 10 ms overtake in 8
// of 100 choices.

#include "runtime/arch/fiber.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/world/exit.h"
#include "runtime/world/real_calls.h"
#include "runtime/world/recording.h"
#include "runtime/world/signal_arrival.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab::rt {
namespace {

constexpr std::uint32_t kMaxCandidates = 256;  // more than these wait for their turn at the front
constexpr std::uint32_t kMaxTimers = 128;
constexpr std::uint32_t kMaxTimersOfWalk = 16;
constexpr std::uint64_t kLateNs = 10'000'000;
constexpr std::uint32_t kLatePercent = 8;
constexpr std::uint32_t kStarved = 200;  // passed over so often, a goroutine is picked

/// One thing that may happen next: a goroutine runs, or a timer fires.
struct Candidate {
  G* g = nullptr;
  Timer* timer = nullptr;

  enum Where : std::uint8_t { kRunning, kTimer, kRunnext, kQueue, kGlobal, kLate } where = kRunning;

  std::uint32_t position = 0;  // in its queue
};

struct Explorer {
  std::uint64_t draws = 0;
  std::uint32_t preemptions = 0;  // forced, since anything else happened
  bool settle_enough = false;     // busy goroutines have had their preemptions after main's return
  CallPlace nowhere;              // of decisions to which no goroutine has led
  Candidate candidates[kMaxCandidates];
  std::uint32_t n = 0;
  std::uint64_t step_flags = 0;  // StepFlag bits of the last collection
  std::uint32_t yielder = 0;     // gave up its turn, and nobody else has had one since
};

constinit Explorer explorer;

/// How often each goroutine has been at each call. Linear probing; when full, occurrences stop
/// counting (replay of a deviation then takes the first match). Entries lie one after another, so
/// that a run, whose memory is all new, touches few pages.
class Occurrences {
 public:
  std::uint32_t Next(std::uint32_t g, std::uintptr_t pc) noexcept {
    std::uint64_t i = MixPath(pc ^ (std::uint64_t{g} << 48)) % kSize;
    for (std::uint32_t tries = 0; tries < 64; ++tries, i = (i + 1) % kSize) {
      if (places_[i] == 0) {
        entries_[used_] = Entry{pc, g, 1};
        places_[i] = static_cast<std::uint16_t>(++used_);
        return 1;
      }
      Entry& e = entries_[places_[i] - 1];
      if (e.pc == pc && e.g == g) return ++e.count;
    }
    return 0;
  }

 private:
  static constexpr std::uint64_t kSize = 8192;

  struct Entry {
    std::uintptr_t pc = 0;
    std::uint32_t g = 0;
    std::uint32_t count = 0;
  };

  std::uint16_t places_[kSize] = {};  // of an entry, counted from 1
  Entry entries_[kSize] = {};
  std::uint32_t used_ = 0;
};

constinit Occurrences occurrences;

/// Draw k of the plan's stream: a function of (secret, seed, k) alone, so that any draw can be
/// checked by itself.
std::uint64_t Draw() noexcept {
  const Plan* plan = world.plan;
  const std::uint64_t key = plan == nullptr ? 0 : MixPath(plan->secret ^ MixPath(plan->seed));
  return MixPath(key + ++explorer.draws * 0x9e3779b97f4a7c15ULL);
}

std::uint64_t Below(std::uint64_t n) noexcept {
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(Draw()) * n) >> 64);
}

Strategy TheStrategy() noexcept {
  return world.plan == nullptr ? Strategy::kGoOrder : world.plan->strategy;
}

const WorkEntry* FindWork(std::uint64_t path) noexcept {
  const Plan* plan = world.plan;
  if (plan == nullptr || plan->work_count == 0) return nullptr;
  std::uint32_t lo = 0;
  std::uint32_t hi = plan->work_count < kMaxWork ? plan->work_count : kMaxWork;
  while (lo < hi) {
    const std::uint32_t mid = lo + (hi - lo) / 2;
    if (plan->work[mid].path < path) {
      lo = mid + 1;
    } else {
      hi = mid;
    }
  }
  return lo < plan->work_count && plan->work[lo].path == path ? &plan->work[lo] : nullptr;
}

/// Expected remaining work of a goroutine with all it is still to create.
std::uint64_t WeightOf(GExtra* x) noexcept {
  if (x->weight == 0) {
    const WorkEntry* work = FindWork(x->path);
    x->weight = (work != nullptr ? work->points : 1) + 1;
  }
  const std::uint64_t remaining = x->weight - 1;
  return remaining > x->points ? remaining - x->points : 1;
}

/// A run of the systematic search, or the one that it begins with. It sees to fairness otherwise
/// than walks: who gives up its turn is a candidate still, since Go promises no more, unless it
/// does so again before anybody else has had one.
bool Searches() noexcept {
  return TheStrategy() == Strategy::kSystematic || step_trace.wants_candidates();
}

/// The end of a search is a proof for exact timers.
bool TakesLateTimers() noexcept {
  return TheStrategy() == Strategy::kWalk || TheStrategy() == Strategy::kDeviations;
}

void AddGoroutine(G* g, Candidate::Where where, std::uint32_t position, bool skip) noexcept {
  if (explorer.n == kMaxCandidates - 1) {
    explorer.step_flags |= kStepCut;
    return;
  }
  if (skip && Extra(g)->spins) {
    explorer.step_flags |= kStepLeftOut;
    return;
  }
  if (skip && Extra(g)->demoted && TheStrategy() == Strategy::kWalk) return;
  explorer.candidates[explorer.n++] = Candidate{g, nullptr, where, position};
}

/// Collects who could be next. `skip`: goroutines that have just been forced out, or gave up their
/// turn, stand back, if anything else can happen.
void CollectQueues(P* p, bool skip) noexcept {
  if (p->runnext != nullptr) AddGoroutine(p->runnext, Candidate::kRunnext, 0, skip);
  for (std::uint32_t i = 0; i < p->queue.Size(); ++i) {
    AddGoroutine(p->queue.At(i), Candidate::kQueue, i, skip);
  }
  std::uint32_t i = 0;
  for (G* g = sched.global.head; g != nullptr; g = g->link) {
    AddGoroutine(g, Candidate::kGlobal, i++, skip);
  }
}

void Collect(P* p, G* running) noexcept {
  explorer.n = 0;
  explorer.step_flags = 0;
  if (running != nullptr) AddGoroutine(running, Candidate::kRunning, 0, false);
  Timer* timers[kMaxTimers];
  const bool clock_runs = world.phase != Phase::kSettling;
  const std::size_t timer_count =
      p->timers.size() == 0
          ? 0
          : p->timers.Collect(world.now + (clock_runs ? kLateNs : 0), timers,
                              TheStrategy() == Strategy::kWalk ? kMaxTimersOfWalk : kMaxTimers);
  for (std::size_t i = 0; i < timer_count; ++i) {
    if (timers[i]->when > world.now) break;
    explorer.candidates[explorer.n++] = Candidate{nullptr, timers[i], Candidate::kTimer, 0};
  }
  const std::uint32_t before_queues = explorer.n;
  CollectQueues(p, running == nullptr || Searches());
  if (running == nullptr && explorer.n == before_queues && before_queues == 0)
    CollectQueues(p, false);
  if (timer_count == kMaxTimers) explorer.step_flags |= kStepCut;
  const bool goroutine = running != nullptr || explorer.n > before_queues;
  if (goroutine && clock_runs && timer_count > 0 && timers[timer_count - 1]->when > world.now &&
      explorer.n < kMaxCandidates) {
    explorer.step_flags |= kStepLate;
    if (!TakesLateTimers()) return;
    for (std::size_t i = 0; i < timer_count; ++i) {
      if (timers[i]->when <= world.now) continue;
      explorer.candidates[explorer.n++] = Candidate{nullptr, timers[i], Candidate::kLate, 0};
      break;
    }
  }
}

std::uint32_t ChooseByWalk() noexcept {
  const std::uint32_t n = explorer.n;
  const bool late = explorer.candidates[n - 1].where == Candidate::kLate;
  if (late && Below(100) < kLatePercent) return n - 1;
  const std::uint32_t last = late ? n - 1 : n;
  std::uint64_t total = 0;
  for (std::uint32_t i = 0; i < last; ++i) {
    const Candidate& c = explorer.candidates[i];
    if (c.g == nullptr) {
      total += 1;
      continue;
    }
    GExtra* x = Extra(c.g);
    if (x->passed_over >= kStarved) return i;
    total += WeightOf(x);
  }
  std::uint64_t at = Below(total);
  for (std::uint32_t i = 0; i < last; ++i) {
    const Candidate& c = explorer.candidates[i];
    const std::uint64_t weight = c.g == nullptr ? 1 : WeightOf(Extra(c.g));
    if (at < weight) return i;
    at -= weight;
  }
  return 0;
}

CallPlace& PlaceOf(G* who) noexcept {
  return who == nullptr ? explorer.nowhere : Extra(who)->call;
}

/// The plan's deviation for this decision, null if it has none left.
Deviation* FindDeviation(PickKind kind, G* who, std::uint32_t turn) noexcept {
  Plan* plan = world.plan;
  const std::uint64_t path = ShownId(who) == 0 ? 0 : Extra(who)->path;  // as recorded
  const CallPlace& place = PlaceOf(who);
  for (std::uint32_t i = 0; i < plan->deviation_count && i < kMaxDeviations; ++i) {
    Deviation& d = plan->deviations[i];
    if (d.used == 0 && d.path == path && d.pc == place.pc && d.occurrence == place.occurrence &&
        d.turn == turn && d.kind == static_cast<std::uint8_t>(kind)) {
      return &d;
    }
  }
  return nullptr;
}

std::uint32_t ChooseByPlan(PickKind kind, G* who, std::uint32_t turn) noexcept {
  Deviation* d = FindDeviation(kind, who, turn);
  if (d == nullptr) return 0;
  d->used = 1;
  if (d->by_index != 0) return d->choice < explorer.n ? static_cast<std::uint32_t>(d->choice) : 0;
  for (std::uint32_t i = 0; i < explorer.n; ++i) {
    const Candidate& c = explorer.candidates[i];
    if (d->choice == 0 ? c.timer != nullptr && (c.where == Candidate::kLate) == (d->late_timer != 0)
                       : c.g != nullptr && Extra(c.g)->path == d->choice) {
      return i;
    }
  }
  return 0;
}

std::uint32_t ThreadOf(const Candidate& c) noexcept {
  return c.g != nullptr ? c.g->id : rt::ThreadOf(c.timer);
}

/// What `c` does until the next decision is a step of the trace.
void BeginStep(const Candidate& c) noexcept {
  if (c.g != nullptr) Extra(c.g)->spins = false;
  if (c.g == nullptr || c.g->id != explorer.yielder) explorer.yielder = 0;
  if (!world.tracing) return;
  const std::uint32_t n = step_trace.wants_candidates() ? explorer.n : 0;
  step_trace.BeginStep(ThreadOf(c), n, explorer.step_flags);
  for (std::uint32_t i = 0; i < n; ++i) step_trace.AddCandidate(ThreadOf(explorer.candidates[i]));
}

/// All that could go on is known from another run: this one ends, and tells nothing.
[[noreturn]] void EndRedundant() noexcept {
  step_trace.Flag(kTraceRedundant);
  real::ExitProcess(0);
}

std::uint32_t FirstAwake() noexcept {
  for (std::uint32_t i = 0; i < explorer.n; ++i) {
    if (!step_trace.IsAsleep(ThreadOf(explorer.candidates[i]))) return i;
  }
  EndRedundant();
}

std::uint32_t ChooseBySearch() noexcept {
  const int choice = world.tracing && explorer.n > 1 ? step_trace.NextChoice() : -1;
  if (choice < 0) return FirstAwake();
  if (static_cast<std::uint32_t>(choice) < explorer.n) return static_cast<std::uint32_t>(choice);
  step_trace.Flag(kTraceDiverged);
  return 0;
}

void RecordPick(P* p, G* who, PickKind kind, std::uint32_t turn, std::uint32_t n,
                std::uint32_t index, bool late, std::uint32_t chosen) noexcept {
  const CallPlace& place = PlaceOf(who);
  const PickArg pick{static_cast<std::uint8_t>(n < 255 ? n : 255),
                     static_cast<std::uint8_t>(index < 255 ? index : 255),
                     static_cast<std::uint8_t>(late ? 1 : 0), static_cast<std::uint8_t>(turn),
                     chosen};
  std::uint64_t arg;
  __builtin_memcpy(&arg, &pick, sizeof arg);
  const std::uint32_t occurrence = place.occurrence < 0xffff ? place.occurrence : 0xffff;
  p->log.Append(Record{world.now, ShownId(who), static_cast<std::uint16_t>(occurrence),
                       static_cast<std::uint8_t>(EventType::kPick), static_cast<std::uint8_t>(kind),
                       arg, place.pc});
}

/// Numbers a decision within the call that led to it.
std::uint32_t NextTurn(G* who) noexcept {
  const std::uint32_t turn = PlaceOf(who).decisions++;
  return turn < 255 ? turn : 255;
}

/// Decides among the collected candidates.
std::uint32_t Choose(P* p, G* who, PickKind kind) noexcept {
  const std::uint32_t n = explorer.n;
  const std::uint32_t turn = NextTurn(who);
  const Strategy strategy = TheStrategy();
  if (world.phase == Phase::kTail && n > 1) step_trace.Flag(kTraceTail);
  if (n == 1 && strategy != Strategy::kSystematic) return 0;
  std::uint32_t index = 0;
  switch (strategy) {
    case Strategy::kGoOrder:
      break;
    case Strategy::kWalk:
      index = ChooseByWalk();
      break;
    case Strategy::kSystematic:
      index = ChooseBySearch();
      if (n == 1) return index;
      break;
    case Strategy::kDeviations:
      index = ChooseByPlan(kind, who, turn);
      break;
  }
  const Candidate& c = explorer.candidates[index];
  RecordPick(p, who, kind, turn, n, index, c.where == Candidate::kLate, ShownId(c.g));
  for (std::uint32_t i = 0; i < n; ++i) {
    if (explorer.candidates[i].g == nullptr) continue;
    GExtra* x = Extra(explorer.candidates[i].g);
    x->passed_over = i == index ? 0 : x->passed_over + 1;
  }
  return index;
}

G* TakeOut(P* p, const Candidate& c) noexcept {
  switch (c.where) {
    case Candidate::kRunnext:
      p->runnext = nullptr;
      break;
    case Candidate::kQueue:
      p->queue.RemoveAtSolo(c.position);
      break;
    case Candidate::kGlobal:
      sched.global.RemoveAt(c.position);
      break;
    default:
      break;
  }
  return c.g;
}

void MoveClock(P* p, std::uint64_t to) noexcept {
  if (to <= world.now) return;
  MarkOutputFully(p, ShownId(p->current));
  world.now = to;
  Emit(p, EventType::kClock, 0, 0, to, 0);
  step_trace.AddClock(to);
}

void Fire(P* p, const Candidate& c) noexcept {
  Timer* timer = c.timer;
  MoveClock(p, timer->when);
  p->timers.Remove(timer);
  if (timer->pin == nullptr || timer->pin(timer)) {
    const fiber::ActingAs clock(p->m->g0_fiber);
    timer->fire(timer, world.now);
  }
  explorer.preemptions = 0;
}

/// Forced preemptions that stand for kLivelockPreemptions whole slices: tests shorten the slice.
std::uint32_t LivelockPreemptions() noexcept {
  const std::uint32_t quantum = world.plan == nullptr ? 0 : world.plan->quantum;
  if (quantum == 0 || quantum >= kQuantumCallbacks) return kLivelockPreemptions;
  return kLivelockPreemptions * (kQuantumCallbacks / quantum);
}

void ClearDemotions(P* p) noexcept {
  if (p->runnext != nullptr) Extra(p->runnext)->demoted = false;
  for (std::uint32_t i = 0; i < p->queue.Size(); ++i) Extra(p->queue.At(i))->demoted = false;
  for (G* g = sched.global.head; g != nullptr; g = g->link) Extra(g)->demoted = false;
}

/// Nothing can run at this instant: lets the clock jump. False: nothing ever will.
bool Idle(P* p) noexcept {
  if (world.phase == Phase::kSettling) {
    Emit(p, EventType::kRest, 0, 0, 0, 0);
    world.phase = Phase::kTail;
    world.rest_time = world.now;
  }
  const std::uint64_t next = p->timers.NextWhen();
  if (next == Wheel::kNone) return false;
  const Plan* plan = world.plan;
  if (world.phase == Phase::kTail &&
      (plan == nullptr || next > world.rest_time + plan->rest_limit_ns)) {
    return false;
  }
  if (plan != nullptr && plan->virtual_limit_ns != 0 && next > plan->virtual_limit_ns &&
      world.phase == Phase::kRunning) {
    EndAtVirtualLimit(p);
  }
  MoveClock(p, next);
  return true;
}

}  // namespace

namespace {

/// The running goroutine is about to begin an operation: lets others go on first, if the strategy
/// says so. Its own step has begun when this returns.
void DecideAtCall(P* p, G* me) noexcept {
  step_trace.EndStep();
  for (;;) {
    LookForArrival();
    Collect(p, me);
    const std::uint32_t index =
        TheStrategy() == Strategy::kGoOrder ? 0 : Choose(p, me, PickKind::kAtCall);
    const Candidate c = explorer.candidates[index];
    BeginStep(c);
    if (c.timer != nullptr) {
      Fire(p, c);
      step_trace.EndStep();
      continue;
    }
    if (c.g == me) return;
    // Another goes on from here; this one queues behind all, as if it had been preempted.
    YieldTo(TakeOut(p, c));
    return;
  }
}

}  // namespace

void PointSlow(std::uintptr_t pc, std::uint64_t object, AccessMode mode) noexcept {
  P* p = arch::ThisP();
  if (p == nullptr) return;
  G* me = p->current;
  if (me != nullptr && StatusOf(me) == Status::kRunning && p->entered == 0) {
    GExtra* x = Extra(me);
    ++x->points;
    x->call = CallPlace{pc, occurrences.Next(me->id, pc), 0};
    const bool decides = TheStrategy() != Strategy::kGoOrder || world.tracing;
    if (decides && world.phase == Phase::kRunning) DecideAtCall(p, me);
  }
  if (object != 0) Touch(object, mode);
}

G* PickVirtual(P* p, G* previous) noexcept {
  if (Searches() && previous != nullptr && StatusOf(previous) == Status::kRunnable) {
    if (explorer.yielder == previous->id) Extra(previous)->spins = true;
    explorer.yielder = previous->id;
  }
  for (;;) {
    step_trace.EndStep();
    if (explorer.settle_enough) return nullptr;
    LookForArrival();
    Collect(p, nullptr);
    if (explorer.n == 0) {
      if (!Idle(p)) return nullptr;
      continue;
    }
    const std::uint32_t index = Choose(p, previous, PickKind::kAtBlock);
    const Candidate c = explorer.candidates[index];
    BeginStep(c);
    if (c.timer != nullptr) {
      Fire(p, c);
      continue;
    }
    G* g = TakeOut(p, c);
    ClearDemotions(p);
    Extra(g)->demoted = false;
    return g;
  }
}

std::uint32_t ChooseCase(P* p, std::uint32_t n, std::uintptr_t /*pc*/) noexcept {
  G* me = p->current;
  const std::uint32_t turn = NextTurn(me);
  std::uint32_t index = 0;
  switch (TheStrategy()) {
    case Strategy::kGoOrder:
      break;
    case Strategy::kWalk:
      index = static_cast<std::uint32_t>(Below(n));
      break;
    case Strategy::kSystematic: {
      const int choice = world.tracing ? step_trace.NextChoice() : 0;
      if (choice >= 0 && static_cast<std::uint32_t>(choice) < n)
        index = static_cast<std::uint32_t>(choice);
      break;
    }
    case Strategy::kDeviations:
      if (Deviation* d = FindDeviation(PickKind::kSelect, me, turn)) {
        d->used = 1;
        index = d->choice < n ? static_cast<std::uint32_t>(d->choice) : 0;
      }
      break;
  }
  RecordPick(p, me, PickKind::kSelect, turn, n, index, false, index);
  step_trace.AddCase(n, index);
  return index;
}

void InheritWork(GExtra* parent, GExtra* child) noexcept {
  // What the child is expected to do is no longer the parent's.
  if (TheStrategy() != Strategy::kWalk) return;
  WeightOf(parent);
  const std::uint64_t childs = WeightOf(child);
  parent->weight = parent->weight > childs + 1 ? parent->weight - childs : 1;
}

void NoteProgress(const G* ready) noexcept {
  explorer.preemptions = 0;
  if (world.tracing && ready != nullptr) [[unlikely]]
    step_trace.AddWakes(ready->id);
}

void NotePreemption(P* p, G* g) noexcept {
  ++explorer.preemptions;
  step_trace.Flag(kTracePreempted);
  if (Searches()) Extra(g)->spins = true;
  std::uint32_t busy = p->queue.Size() + sched.global.size + (p->runnext != nullptr ? 1 : 0);
  if (busy == 0) busy = 1;
  const bool enough = explorer.preemptions >= LivelockPreemptions() * busy;
  if (world.phase != Phase::kRunning) {
    if (!enough) return;
    if (world.phase == Phase::kSettling) Emit(p, EventType::kRest, 0, 0, 0, 0);
    explorer.settle_enough = true;
    return;
  }
  if (enough && p->timers.size() == 0) EndLivelocked(p, g);
  const Plan* plan = world.plan;
  if (plan != nullptr && plan->virtual_limit_ns != 0 && world.now > plan->virtual_limit_ns) {
    EndAtVirtualLimit(p);
  }
  MoveClock(p, world.now + kQuantumNs);
}

}  // namespace golab::rt
