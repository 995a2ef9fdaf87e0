// The order of events, and the states of Gs, Ps and Ms. Go: internal/trace, order.go; the rules are
// its own, so that what is read here is what `go tool trace` shows.

#include "lab/trace/go_reader.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "lab/trace/go_batches.h"

namespace golab::lab {
namespace {

using rt::GoEvent;

constexpr int kMaxArguments = 5;

/// Arguments of timed events by type; -1: no such event.
constexpr int kArguments[49] = {
    -1, -1, -1, -1, -1, -1, -1, -1, -1,  // structure
    2,  2,  0,  3,  2,                   // ProcsChange to ProcStatus
    3,  1,  2,  0,  0,  2,  2,  3,       // GoCreate to GoUnblock
    2,  0,  0,  3,                       // GoSyscallBegin to GoStatus
    2,  0,  1,  2,  1,                   // STWBegin to GCEnd
    1,  1,  2,  1,  1,  0,  1,  1,       // GCSweepActive to HeapGoal
    1,  4,  2,  3,  3,  4,               // GoLabel to UserLog
    2,  2,  3,  4,                       // GoSwitch to GoStatusStack
};

/// Experimental events may stand among the others: skipped by their number of arguments.
constexpr int ArgumentsOf(std::uint8_t type) {
  if (type < std::size(kArguments)) return kArguments[type];
  constexpr int kAllocFree[] = {3, 3, 1, 3, 3, 1, 2, 2, 1};
  return type >= 128 && type <= 136 ? kAllocFree[type - 128] : -1;
}

struct Sequence {
  std::uint64_t generation = 0, number = 0;

  bool IsFollowedBy(std::uint64_t generation_now, std::uint64_t next) const {
    return generation == generation_now && number + 1 == next;
  }
};

enum class ProcState : std::uint8_t { kIdle, kRunning, kSyscall, kAbandoned };

struct Goroutine {
  GoState state = GoState::kUndetermined;
  Sequence seq;
  std::vector<std::pair<std::uint64_t, std::string>> regions;
};

struct Proc {
  ProcState state = ProcState::kIdle;
  Sequence seq;
};

struct Machine {
  std::uint64_t g = kNoResource, p = kNoResource;
};

struct Event {
  GoEvent type = GoEvent::kNone;
  std::uint64_t time = 0;  // ns
  std::uint64_t args[kMaxArguments] = {};
  std::size_t offset = 0;
};

/// The events of one M in one generation.
class Cursor {
 public:
  std::uint64_t m = 0;
  std::vector<const GoBatch*> batches;
  Event next;

  /// Reads the next event. False: there is none. Empty `wrong`: all is well.
  bool Advance(std::uint64_t frequency, std::string* wrong);

 private:
  std::size_t batch_ = 0;
  GoBytes in_{{}};
  std::uint64_t ticks_ = 0;
};

bool Cursor::Advance(std::uint64_t frequency, std::string* wrong) {
  for (;;) {
    while (in_.AtEnd()) {
      if (batch_ == batches.size()) return false;
      in_ = GoBytes(batches[batch_]->payload);
      ticks_ = batches[batch_]->time;
      ++batch_;
    }
    next.offset = batches[batch_ - 1]->offset + in_.at() + rt::kGoTraceHeaderSize;
    std::uint8_t type = 0;
    std::uint64_t delta = 0;
    (void)in_.Byte(&type);
    const int arguments = ArgumentsOf(type);
    if (arguments < 0) {
      *wrong = "an event of unknown type " + std::to_string(type);
      return false;
    }
    bool whole = in_.Number(&delta);
    std::uint64_t ignored = 0;
    for (int i = 0; i < arguments && whole; ++i)
      whole = in_.Number(i < kMaxArguments ? &next.args[i] : &ignored);
    if (!whole) {
      *wrong = "an event is cut at the end of its batch";
      return false;
    }
    ticks_ += delta;
    if (type >= std::size(kArguments)) continue;
    next.type = static_cast<GoEvent>(type);
    next.time = static_cast<std::uint64_t>(static_cast<unsigned __int128>(ticks_) * 1'000'000'000 /
                                           frequency);
    return true;
  }
}

enum class Advance : std::uint8_t { kDone, kNotYet, kWrong };

std::string Name(const char* what, std::uint64_t id) {
  return std::string(what) + " " + std::to_string(id);
}

class Reader {
 public:
  Reader(std::string_view bytes, GoTraceVisitor& visitor)
      : batches_(bytes.substr(rt::kGoTraceHeaderSize)), visitor_(visitor) {}

  Result<void> ReadAll(GoTraceSummary* summary);

 private:
  std::string ReadGeneration();
  Advance Try(std::uint64_t m, const Event& e);
  Advance Apply(std::uint64_t m, Machine& machine, const Event& e);
  Advance Procs(std::uint64_t m, Machine& machine, const Event& e);
  Advance Starts(Machine& machine, const Event& e);
  Advance Stops(Machine& machine, const Event& e);
  Advance Calls(Machine& machine, const Event& e);
  Advance Status(std::uint64_t m, Machine& machine, const Event& e);
  Advance Collector(const Machine& machine, const Event& e);
  Advance User(const Machine& machine, const Event& e);
  Advance Switch(Machine& machine, const Event& e);

  Advance Wrong(std::string what) {
    wrong_ = std::move(what);
    return Advance::kWrong;
  }

  bool Needs(const Machine& machine, bool p, bool g);

  Goroutine* Current(const Machine& machine) { return Find(machine.g); }

  Goroutine* Find(std::uint64_t g);
  bool Text(std::uint64_t id, std::string_view* out);
  bool Stack(std::uint64_t id, const std::vector<GoFrame>** out);
  GoTraceEvent Made(const Machine& machine, GoTraceEvent::Kind kind, std::uint64_t id);
  void Tell(GoTraceEvent event);
  void Move(const Machine& machine, std::uint64_t g, Goroutine& goroutine, GoState to,
            std::string_view reason, const std::vector<GoFrame>* stack);
  void TellProc(const Machine& machine, std::uint64_t p, GoState to);

  GoBatchReader batches_;
  GoTraceVisitor& visitor_;
  GoGeneration generation_;
  std::unordered_map<std::uint64_t, Goroutine> goroutines_;
  std::unordered_map<std::uint64_t, Proc> procs_;
  std::unordered_map<std::uint64_t, Machine> machines_;
  bool first_ = true;
  bool gc_known_ = false, gc_active_ = false;
  std::uint64_t gc_seq_ = 0;
  std::uint64_t last_time_ = 0;
  std::uint64_t now_ = 0, m_ = kNoResource;  // of the event that is applied
  std::size_t events_ = 0;
  std::uint64_t tries_ = 0;  // events that had to wait
  std::string wrong_;
};

Goroutine* Reader::Find(std::uint64_t g) {
  const auto it = goroutines_.find(g);
  return it == goroutines_.end() ? nullptr : &it->second;
}

bool Reader::Needs(const Machine& machine, bool p, bool g) {
  if (p && machine.p == kNoResource) wrong_ = "needs a processor, and its thread has none";
  if (g && machine.g == kNoResource) wrong_ = "needs a goroutine, and its thread has none";
  return wrong_.empty();
}

bool Reader::Text(std::uint64_t id, std::string_view* out) {
  if (id == 0) return true;
  const auto it = generation_.strings.find(id);
  if (it == generation_.strings.end()) {
    wrong_ = Name("string", id) + " is not defined";
    return false;
  }
  *out = it->second;
  return true;
}

bool Reader::Stack(std::uint64_t id, const std::vector<GoFrame>** out) {
  if (id == 0) return true;
  const auto it = generation_.stacks.find(id);
  if (it == generation_.stacks.end()) {
    wrong_ = Name("stack", id) + " is not defined";
    return false;
  }
  *out = &it->second;
  return true;
}

GoTraceEvent Reader::Made(const Machine& machine, GoTraceEvent::Kind kind, std::uint64_t id) {
  GoTraceEvent event;
  event.kind = kind;
  event.m = m_;
  event.p = machine.p;
  event.g = machine.g;
  event.id = id;
  return event;
}

void Reader::Tell(GoTraceEvent event) {
  event.time = std::max(now_, last_time_ + 1);
  last_time_ = event.time;
  ++events_;
  visitor_.Visit(event);
}

void Reader::Move(const Machine& machine, std::uint64_t g, Goroutine& goroutine, GoState to,
                  std::string_view reason, const std::vector<GoFrame>* stack) {
  GoTraceEvent event = Made(machine, GoTraceEvent::Kind::kGoroutine, g);
  event.from = goroutine.state;
  event.to = to;
  event.reason = reason;
  event.stack = stack;
  goroutine.state = to;
  Tell(event);
}

void Reader::TellProc(const Machine& machine, std::uint64_t p, GoState to) {
  GoTraceEvent event = Made(machine, GoTraceEvent::Kind::kProc, p);
  event.to = to;
  Tell(event);
}

Advance Reader::Procs(std::uint64_t m, Machine& machine, const Event& e) {
  const std::uint64_t p = e.args[0];
  switch (e.type) {
    case GoEvent::kProcStart: {
      const auto it = procs_.find(p);
      if (machine.p != kNoResource || it == procs_.end() || it->second.state != ProcState::kIdle ||
          !it->second.seq.IsFollowedBy(generation_.number, e.args[1])) {
        return Advance::kNotYet;
      }
      it->second.state = ProcState::kRunning;
      ++it->second.seq.number;
      TellProc(machine, p, GoState::kRunning);
      machine.p = p;
      return Advance::kDone;
    }
    case GoEvent::kProcStop: {
      if (!Needs(machine, true, false)) return Advance::kWrong;
      Proc& proc = procs_[machine.p];
      if (proc.state != ProcState::kRunning && proc.state != ProcState::kSyscall)
        return Wrong(Name("P", machine.p) + " stops, but does not run");
      proc.state = ProcState::kIdle;
      TellProc(machine, machine.p, GoState::kWaiting);
      machine.p = kNoResource;
      return Advance::kDone;
    }
    case GoEvent::kProcSteal: {
      const auto it = procs_.find(p);
      if (it == procs_.end() || !it->second.seq.IsFollowedBy(generation_.number, e.args[1]) ||
          (it->second.state != ProcState::kSyscall && it->second.state != ProcState::kAbandoned)) {
        return Advance::kNotYet;
      }
      if (it->second.state == ProcState::kSyscall) {
        const auto victim = machines_.find(e.args[2]);
        if (victim == machines_.end() || victim->second.p != p)
          return Wrong(Name("P", p) + " is stolen from " + Name("thread", e.args[2]) +
                       ", which does not have it");
        victim->second.p = kNoResource;
        if (e.args[2] == m) machine.p = kNoResource;
      }
      it->second.state = ProcState::kIdle;
      ++it->second.seq.number;
      TellProc(machine, p, GoState::kWaiting);
      return Advance::kDone;
    }
    default:
      break;
  }
  // ProcStatus
  const std::uint64_t status = e.args[1];
  if (status < 1 || status > 4) return Wrong("unknown status of " + Name("P", p));
  const auto state = status == 1   ? ProcState::kRunning
                     : status == 2 ? ProcState::kIdle
                     : status == 3 ? ProcState::kSyscall
                                   : ProcState::kAbandoned;
  const auto [it, is_new] = procs_.try_emplace(p);
  Proc& proc = it->second;
  // One that we hold to be in a system call may have been abandoned.
  const bool fits =
      proc.state == state || (state == ProcState::kAbandoned && proc.state == ProcState::kSyscall);
  if (!is_new && !fits) return Wrong(Name("P", p) + " has another status than it had");
  if (is_new) {
    proc.state = state;
    if (state == ProcState::kRunning || state == ProcState::kSyscall) {
      if (machine.p != kNoResource && machine.p != p)
        return Wrong(Name("thread", m) + " has two processors");
      TellProc(machine, p, GoState::kRunning);
      machine.p = p;
    } else {
      TellProc(machine, p, GoState::kWaiting);
    }
  }
  proc.seq = {generation_.number, 0};
  return Advance::kDone;
}

/// GoCreate, GoCreateBlocked, GoCreateSyscall, GoStart, GoUnblock.
Advance Reader::Starts(Machine& machine, const Event& e) {
  const std::uint64_t id = e.args[0];
  if (e.type == GoEvent::kGoStart) {
    Goroutine* g = Find(id);
    if (g == nullptr || g->state != GoState::kRunnable ||
        !g->seq.IsFollowedBy(generation_.number, e.args[1])) {
      return Advance::kNotYet;
    }
    if (!Needs(machine, true, false)) return Advance::kWrong;
    if (machine.g != kNoResource)
      return Wrong(Name("goroutine", id) + " starts where another one runs");
    ++g->seq.number;
    Move(machine, id, *g, GoState::kRunning, {}, nullptr);
    machine.g = id;
    return Advance::kDone;
  }
  if (e.type == GoEvent::kGoUnblock) {
    Goroutine* g = Find(id);
    const std::vector<GoFrame>* stack = nullptr;
    if (g == nullptr || g->state != GoState::kWaiting ||
        !g->seq.IsFollowedBy(generation_.number, e.args[1])) {
      return Advance::kNotYet;
    }
    if (!Stack(e.args[2], &stack)) return Advance::kWrong;
    ++g->seq.number;
    Move(machine, id, *g, GoState::kRunnable, {}, stack);
    return Advance::kDone;
  }
  const bool in_call = e.type == GoEvent::kGoCreateSyscall;
  if (!Needs(machine, !in_call, false)) return Advance::kWrong;
  if (in_call && machine.g != kNoResource)
    return Wrong(Name("goroutine", id) + " is created where another one runs");
  const auto [it, is_new] = goroutines_.try_emplace(id);
  if (!is_new) return Wrong(Name("goroutine", id) + " is created twice");
  GoTraceEvent event = Made(machine, GoTraceEvent::Kind::kGoroutine, id);
  event.from = GoState::kNotExist;
  event.to = in_call                               ? GoState::kSyscall
             : e.type == GoEvent::kGoCreateBlocked ? GoState::kWaiting
                                                   : GoState::kRunnable;
  if (!in_call && (!Stack(e.args[1], &event.start) || !Stack(e.args[2], &event.stack)))
    return Advance::kWrong;
  it->second.state = event.to;
  it->second.seq = {generation_.number, 0};
  Tell(event);
  if (in_call) machine.g = id;
  return Advance::kDone;
}

/// GoDestroy, GoStop, GoBlock.
Advance Reader::Stops(Machine& machine, const Event& e) {
  if (!Needs(machine, true, true)) return Advance::kWrong;
  Goroutine* g = Current(machine);
  if (g == nullptr || g->state != GoState::kRunning)
    return Wrong(Name("goroutine", machine.g) + " stops, but does not run");
  if (e.type == GoEvent::kGoDestroy) {
    Move(machine, machine.g, *g, GoState::kNotExist, {}, nullptr);
    goroutines_.erase(machine.g);
  } else {
    std::string_view reason;
    const std::vector<GoFrame>* stack = nullptr;
    if (!Text(e.args[0], &reason) || !Stack(e.args[1], &stack)) return Advance::kWrong;
    Move(machine, machine.g, *g,
         e.type == GoEvent::kGoBlock ? GoState::kWaiting : GoState::kRunnable, reason, stack);
  }
  machine.g = kNoResource;
  return Advance::kDone;
}

/// System calls.
Advance Reader::Calls(Machine& machine, const Event& e) {
  const bool needs_p = e.type == GoEvent::kGoSyscallBegin || e.type == GoEvent::kGoSyscallEnd;
  if (!Needs(machine, needs_p, true)) return Advance::kWrong;
  Goroutine* g = Current(machine);
  const std::uint64_t id = machine.g;
  if (e.type == GoEvent::kGoSyscallBegin) {
    const std::vector<GoFrame>* stack = nullptr;
    Proc& proc = procs_[machine.p];
    if (g == nullptr || g->state != GoState::kRunning || proc.state != ProcState::kRunning)
      return Wrong(Name("goroutine", id) + " begins a system call, but does not run");
    if (!proc.seq.IsFollowedBy(generation_.number, e.args[0]))
      return Wrong("a system call does not follow what its processor did");
    if (!Stack(e.args[1], &stack)) return Advance::kWrong;
    ++proc.seq.number;
    proc.state = ProcState::kSyscall;
    Move(machine, id, *g, GoState::kSyscall, {}, stack);
    return Advance::kDone;
  }
  if (g == nullptr || g->state != GoState::kSyscall)
    return Wrong(Name("goroutine", id) + " ends a system call that it is not in");
  switch (e.type) {
    case GoEvent::kGoSyscallEnd:
      if (procs_[machine.p].state != ProcState::kSyscall)
        return Wrong("a system call ends with a processor that is not in it");
      procs_[machine.p].state = ProcState::kRunning;
      Move(machine, id, *g, GoState::kRunning, {}, nullptr);
      return Advance::kDone;
    case GoEvent::kGoSyscallEndBlocked:
      if (machine.p != kNoResource) {
        if (procs_[machine.p].state != ProcState::kSyscall)
          return Wrong("a system call ends with a processor that is not in it");
        return Advance::kNotYet;  // until that is taken away
      }
      Move(machine, id, *g, GoState::kRunnable, {}, nullptr);
      machine.g = kNoResource;
      return Advance::kDone;
    default:  // GoDestroySyscall
      if (machine.p != kNoResource) {
        Proc& proc = procs_[machine.p];
        if (proc.state != ProcState::kSyscall)
          return Wrong("a goroutine ends in a system call that its processor is not in");
        proc.state = ProcState::kAbandoned;
        machine.p = kNoResource;
      }
      Move(machine, id, *g, GoState::kNotExist, {}, nullptr);
      goroutines_.erase(id);
      machine.g = kNoResource;
      return Advance::kDone;
  }
}

Advance Reader::Status(std::uint64_t m, Machine& machine, const Event& e) {
  const std::uint64_t id = e.args[0], of = e.args[1], status = e.args[2];
  const std::vector<GoFrame>* stack = nullptr;
  if (e.type == GoEvent::kGoStatusStack && !Stack(e.args[3], &stack)) return Advance::kWrong;
  if (status < 1 || status > 4) return Wrong("unknown status of " + Name("goroutine", id));
  const auto state = static_cast<GoState>(status);
  const auto [it, is_new] = goroutines_.try_emplace(id);
  Goroutine& g = it->second;
  if (!is_new) {
    if (g.state != state) return Wrong(Name("goroutine", id) + " has another status than it had");
    g.seq = {generation_.number, 0};
    return Advance::kDone;
  }
  if (!first_) return Wrong(Name("goroutine", id) + " appears after the first generation");
  g.seq = {generation_.number, 0};
  Machine* binds = nullptr;
  if (state == GoState::kRunning) binds = &machine;
  if (state == GoState::kSyscall) {
    if (of == kNoResource) return Wrong(Name("goroutine", id) + " is in a system call nowhere");
    binds = of == m ? &machine : &machines_[of];
  }
  Move(machine, id, g, state, {}, stack);
  if (binds != nullptr) {
    if (binds->g != kNoResource && binds->g != id) return Wrong("a thread has two goroutines");
    binds->g = id;
  }
  return Advance::kDone;
}

/// Pauses, the garbage collector, the heap: their order is checked, nothing is told.
Advance Reader::Collector(const Machine& machine, const Event& e) {
  const std::uint64_t seq = e.args[0];
  switch (e.type) {
    case GoEvent::kGcActive:
      if (!gc_known_) {
        gc_known_ = gc_active_ = true;
        gc_seq_ = seq;
      } else if (!gc_active_ || gc_seq_ != seq) {
        return Advance::kNotYet;
      }
      return Needs(machine, true, false) ? Advance::kDone : Advance::kWrong;
    case GoEvent::kGcBegin:
      if (gc_known_ && (gc_active_ || seq != gc_seq_ + 1)) return Advance::kNotYet;
      gc_known_ = gc_active_ = true;
      gc_seq_ = seq;
      return Needs(machine, true, false) ? Advance::kDone : Advance::kWrong;
    case GoEvent::kGcEnd:
      if (!gc_known_) return Wrong("a collection ends that has not begun");
      if (!gc_active_ || seq != gc_seq_ + 1) return Advance::kNotYet;
      gc_active_ = false;
      gc_seq_ = seq;
      return Needs(machine, true, false) ? Advance::kDone : Advance::kWrong;
    case GoEvent::kStwBegin:
    case GoEvent::kStwEnd:
    case GoEvent::kGcMarkAssistBegin:
    case GoEvent::kGcMarkAssistEnd:
    case GoEvent::kProcsChange:
    case GoEvent::kGoLabel:
      return Needs(machine, true, true) ? Advance::kDone : Advance::kWrong;
    case GoEvent::kGcSweepActive:
    case GoEvent::kGcMarkAssistActive:
      return Advance::kDone;
    default:
      return Needs(machine, true, false) ? Advance::kDone : Advance::kWrong;
  }
}

Advance Reader::User(const Machine& machine, const Event& e) {
  if (!Needs(machine, true, true)) return Advance::kWrong;
  Goroutine* g = Current(machine);
  if (g == nullptr) return Wrong("an event of an unknown goroutine");
  GoTraceEvent event = Made(machine, GoTraceEvent::Kind::kLog, e.args[0]);
  std::uint64_t stack = 0;
  switch (e.type) {
    case GoEvent::kUserTaskBegin:
      event.kind = GoTraceEvent::Kind::kTaskBegin;
      event.parent = e.args[1];
      stack = e.args[3];
      if (!Text(e.args[2], &event.reason)) return Advance::kWrong;
      break;
    case GoEvent::kUserTaskEnd:
      event.kind = GoTraceEvent::Kind::kTaskEnd;
      stack = e.args[1];
      break;
    case GoEvent::kUserLog:
      stack = e.args[3];
      if (!Text(e.args[1], &event.reason) || !Text(e.args[2], &event.message))
        return Advance::kWrong;
      break;
    default: {
      const bool begins = e.type == GoEvent::kUserRegionBegin;
      event.kind = begins ? GoTraceEvent::Kind::kRegionBegin : GoTraceEvent::Kind::kRegionEnd;
      stack = e.args[2];
      if (!Text(e.args[1], &event.reason)) return Advance::kWrong;
      const std::pair<std::uint64_t, std::string> region{e.args[0], event.reason};
      if (begins) {
        g->regions.push_back(region);
      } else if (!g->regions.empty()) {
        if (g->regions.back() != region)
          return Wrong(Name("goroutine", machine.g) + " ends a region that is not its innermost");
        g->regions.pop_back();
      }
    }
  }
  if (!Stack(stack, &event.stack)) return Advance::kWrong;
  Tell(event);
  return Advance::kDone;
}

/// The running goroutine hands its place over to another: coroutines.
Advance Reader::Switch(Machine& machine, const Event& e) {
  if (!Needs(machine, true, true)) return Advance::kWrong;
  const std::uint64_t id = e.args[0];
  Goroutine* to = Find(id);
  Goroutine* g = Current(machine);
  if (g == nullptr || g->state != GoState::kRunning)
    return Wrong(Name("goroutine", machine.g) + " switches, but does not run");
  if (to == nullptr || to == g || to->state != GoState::kWaiting ||
      !to->seq.IsFollowedBy(generation_.number, e.args[1])) {
    return Advance::kNotYet;
  }
  ++to->seq.number;
  const std::uint64_t from = machine.g;
  const bool ends = e.type == GoEvent::kGoSwitchDestroy;
  Move(machine, from, *g, ends ? GoState::kNotExist : GoState::kWaiting, {}, nullptr);
  machine.g = kNoResource;
  Move(machine, id, *to, GoState::kRunnable, {}, nullptr);
  Move(machine, id, *to, GoState::kRunning, {}, nullptr);
  machine.g = id;
  if (ends) goroutines_.erase(from);
  return Advance::kDone;
}

Advance Reader::Apply(std::uint64_t m, Machine& machine, const Event& e) {
  switch (e.type) {
    case GoEvent::kProcStart:
    case GoEvent::kProcStop:
    case GoEvent::kProcSteal:
    case GoEvent::kProcStatus:
      return Procs(m, machine, e);
    case GoEvent::kGoCreate:
    case GoEvent::kGoCreateBlocked:
    case GoEvent::kGoCreateSyscall:
    case GoEvent::kGoStart:
    case GoEvent::kGoUnblock:
      return Starts(machine, e);
    case GoEvent::kGoDestroy:
    case GoEvent::kGoStop:
    case GoEvent::kGoBlock:
      return Stops(machine, e);
    case GoEvent::kGoSyscallBegin:
    case GoEvent::kGoSyscallEnd:
    case GoEvent::kGoSyscallEndBlocked:
    case GoEvent::kGoDestroySyscall:
      return Calls(machine, e);
    case GoEvent::kGoStatus:
    case GoEvent::kGoStatusStack:
      return Status(m, machine, e);
    case GoEvent::kUserTaskBegin:
    case GoEvent::kUserTaskEnd:
    case GoEvent::kUserRegionBegin:
    case GoEvent::kUserRegionEnd:
    case GoEvent::kUserLog:
      return User(machine, e);
    case GoEvent::kGoSwitch:
    case GoEvent::kGoSwitchDestroy:
      return Switch(machine, e);
    default:
      return Collector(machine, e);
  }
}

Advance Reader::Try(std::uint64_t m, const Event& e) {
  m_ = m;
  now_ = e.time;
  // A copy: what is applied may look up other Ms.
  Machine machine = machines_[m];
  const Advance done = Apply(m, machine, e);
  if (done == Advance::kDone) {
    Machine& stored = machines_[m];
    stored = machine;
  }
  return done;
}

/// Empty: all is well; else what is wrong, and where.
std::string Reader::ReadGeneration() {
  std::map<std::uint64_t, Cursor> cursors;
  for (const GoBatch& batch : generation_.batches) {
    Cursor& cursor = cursors[batch.m];
    cursor.m = batch.m;
    cursor.batches.push_back(&batch);
  }
  std::set<std::pair<std::uint64_t, std::uint64_t>> order;  // time of the next event, M
  const auto advance = [&](Cursor& cursor) {
    if (cursor.Advance(generation_.frequency, &wrong_)) order.emplace(cursor.next.time, cursor.m);
    if (!wrong_.empty()) wrong_ = "byte " + std::to_string(cursor.next.offset) + ": " + wrong_;
    return wrong_.empty();
  };
  for (auto& [m, cursor] : cursors) {
    if (!advance(cursor)) return wrong_;
  }
  if (order.empty()) return "a generation without events";
  while (!order.empty()) {
    bool moved = false;
    for (auto it = order.begin(); it != order.end(); ++it) {
      Cursor& cursor = cursors[it->second];
      const Advance done = Try(cursor.m, cursor.next);
      if (done == Advance::kWrong)
        return "byte " + std::to_string(cursor.next.offset) + ": " + wrong_;
      if (done == Advance::kNotYet) {
        ++tries_;
        continue;
      }
      order.erase(it);
      if (!advance(cursor)) return wrong_;
      moved = true;
      break;
    }
    // So many that wait for one another occur in no trace of a program.
    if (tries_ > 10'000'000 + 100 * events_) return "its threads wait for one another without end";
    if (moved) continue;
    const Cursor& stuck = cursors[order.begin()->second];
    return "byte " + std::to_string(stuck.next.offset) + ": an event of type " +
           std::to_string(static_cast<int>(stuck.next.type)) + " about " +
           std::to_string(stuck.next.args[0]) + " follows nothing that happened";
  }
  return "";
}

Result<void> Reader::ReadAll(GoTraceSummary* summary) {
  for (;;) {
    auto more = batches_.Next(&generation_);
    if (!more) {
      if (summary->generations == 0) return tl::unexpected(more.error());
      summary->cut = more.error().Text();
      break;
    }
    if (!*more) break;
    const std::string wrong = ReadGeneration();
    if (!wrong.empty())
      return Failure({.what = "this cannot be the trace of any program",
                      .why = wrong,
                      .exit_class = ExitClass::kUsage});
    ++summary->generations;
    first_ = false;
  }
  summary->events = events_;
  if (summary->generations == 0)
    return Failure({.what = "the trace is empty", .exit_class = ExitClass::kUsage});
  return {};
}

}  // namespace

bool LooksLikeGoTrace(std::string_view bytes) {
  return bytes.size() >= rt::kGoTraceHeaderSize && bytes.substr(0, 5) == "go 1." &&
         bytes.substr(0, rt::kGoTraceHeaderSize).find(" trace") != std::string_view::npos;
}

Result<GoTraceSummary> ReadGoTrace(std::string_view bytes, GoTraceVisitor& visitor) {
  const auto no = [](std::string what, std::string why) {
    return Failure(
        {.what = std::move(what), .why = std::move(why), .exit_class = ExitClass::kUsage});
  };
  if (!LooksLikeGoTrace(bytes))
    return no("not a Go execution trace", "it does not begin with 'go 1.N trace'");
  GoTraceSummary summary;
  for (std::size_t i = 5; i < 8 && bytes[i] >= '0' && bytes[i] <= '9'; ++i)
    summary.version = summary.version * 10 + (bytes[i] - '0');
  if (summary.version < 22)
    return no("a trace of Go 1." + std::to_string(summary.version),
              "those before Go 1.22 are of another kind");
  if (summary.version > 24)
    return no("a trace of Go 1." + std::to_string(summary.version),
              "golab reads those of Go 1.22 to 1.24");
  Reader reader(bytes, visitor);
  auto read = reader.ReadAll(&summary);
  if (!read) return tl::unexpected(read.error());
  return summary;
}

}  // namespace golab::lab
