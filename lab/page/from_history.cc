#include "lab/page/from_history.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace golab::lab::page {
namespace {

using rt::EventType;
using rt::Record;

State PageState(lab::State state) {
  switch (state) {
    case lab::State::kNotYet:
    case lab::State::kRunnable:
      return State::kRunnable;
    case lab::State::kRunning:
      return State::kRunning;
    case lab::State::kWaiting:
      return State::kWaiting;
    case lab::State::kEnded:
      return State::kEnded;
    case lab::State::kSyscall:
      return State::kSyscall;
  }
  return State::kRunnable;
}

struct FileNames {
  const std::function<std::string(const std::string&)>& name_of;

  std::string Of(const std::string& file) const { return name_of ? name_of(file) : file; }
};

/// Stacks by their ids in the recording, each resolved once.
class Stacks {
 public:
  Stacks(const History& h, const FileNames& files, Timeline* t, Names* names)
      : h_(h), files_(files), t_(*t), names_(*names) {}

  std::uint32_t Of(std::uint64_t id) {
    if (id == 0) return 0;
    const auto [it, added] = index_.emplace(id, static_cast<std::uint32_t>(t_.stacks.size()));
    if (added) t_.stacks.push_back(Resolve(id));
    return it->second;
  }

 private:
  Stack Resolve(std::uint64_t id) {
    Stack stack;
    for (const lab::Frame& frame : h_.Stack(id)) {
      if (frame.function.empty()) continue;
      stack.push_back({names_.Of(frame.function), names_.Of(files_.Of(frame.file)),
                       static_cast<std::uint32_t>(std::max(frame.line, 0)), frame.own});
    }
    // What called the program's own code is golab's: not of interest to anyone.
    while (!stack.empty() && !stack.back().own) stack.pop_back();
    return stack;
  }

  const History& h_;
  const FileNames& files_;
  Timeline& t_;
  Names& names_;
  std::unordered_map<std::uint64_t, std::uint32_t> index_;
};

std::string FunctionOf(const History& h, const GoroutineLife& g) {
  if (g.IsMain()) return "main";
  if (g.start_pc == 0) return "";
  const auto frames = h.symbols().Lookup(g.start_pc, true);
  return frames.empty() ? "" : frames.back().function;
}

std::string SiteOf(const History& h, const FileNames& files, const GoroutineLife& g) {
  if (g.IsMain() || g.creation_stack == 0) return "";
  const lab::Frame frame = h.OwnFrame(g.creation_stack);
  return frame.line == 0 ? "" : files.Of(frame.file) + ":" + std::to_string(frame.line);
}

std::vector<Transition> TransitionsOf(const History& h, const GoroutineLife& life, Stacks* stacks,
                                      Names* reasons) {
  std::vector<Transition> list;
  for (const StateChange& change : life.changes) {
    const Record& r = h.events()[change.at];
    Transition t;
    t.time_ns = r.time;
    t.order = change.at;
    t.state = PageState(change.to);
    const auto type = static_cast<EventType>(r.type);
    // The lab lets the others come to rest then; to its program main is over.
    if (type == EventType::kMainReturn) {
      t.state = State::kEnded;
      list.push_back(t);
      break;
    }
    if (t.state == State::kWaiting) {
      t.reason = reasons->Of(rt::WaitReasonText(static_cast<rt::WaitReason>(r.reason)));
    }
    if (type == EventType::kUnblock) t.waker = r.g;
    if (t.state == State::kRunning) t.p = r.p;
    const bool names_its_place = type == EventType::kBlock || type == EventType::kYield ||
                                 type == EventType::kPreempt || type == EventType::kCreate;
    if (names_its_place) t.stack = stacks->Of(r.stack);
    list.push_back(t);
  }
  return list;
}

/// A wait that nothing ends, as far as the recording goes: of a goroutine that is left over, and
/// waits for no timer.
bool NeverEnds(const GoroutineLife& g, bool left_over) {
  if (!left_over || g.ended != kNever || g.waits.empty()) return false;
  const Wait& wait = g.waits.back();
  return wait.end == kNever && !wait.until;
}

}  // namespace

Timeline FromHistory(const History& h,
                     const std::function<std::string(const std::string&)>& name_of_file) {
  const FileNames files{name_of_file};
  Timeline t;
  t.is_virtual = h.world() == rt::World::kVirtual;
  t.has_order = true;
  t.begin_ns = 0;
  t.end_ns = h.events().empty() ? 0 : h.TimeAt(h.last());
  if (h.truncated() != 0) t.note = "The recording is cut off: there was more than fits into it.";
  Names names(&t.strings), reasons(&t.reasons);
  Stacks stacks(h, files, &t, &names);

  std::unordered_set<std::uint32_t> left;
  for (const GoroutineLife* g : h.LeftOver()) left.insert(g->id);
  const bool all_asleep = h.ending().kind == Ending::Kind::kDeadlock;
  for (const GoroutineLife& life : h.goroutines()) {
    Goroutine g;
    g.id = life.id;
    g.creator = life.creator;
    g.function = names.Of(FunctionOf(h, life));
    g.site = names.Of(SiteOf(h, files, life));
    g.system = life.system;
    g.never_ends = !life.system && NeverEnds(life, all_asleep || left.contains(life.id));
    g.transitions = TransitionsOf(h, life, &stacks, &reasons);
    for (Transition& transition : g.transitions) t.end_ns = std::max(t.end_ns, transition.time_ns);
    t.goroutines.push_back(std::move(g));
  }

  if (h.main_return() != kNever)
    t.marks.push_back({h.TimeAt(h.main_return()), h.main_return(), "main returned", true});
  const auto mark = [&](Moment m, std::string name) {
    if (m != kNever) t.marks.push_back({h.TimeAt(m), m, std::move(name), false});
  };
  switch (h.ending().kind) {
    case Ending::Kind::kDeadlock:
      mark(h.ending().at, "all goroutines are asleep");
      break;
    case Ending::Kind::kPanic:
      mark(h.ending().at, "panic");
      break;
    case Ending::Kind::kFatal:
      mark(h.ending().at, "fatal error");
      break;
    case Ending::Kind::kSignal:
      mark(h.ending().at, "died of a signal");
      break;
    case Ending::Kind::kExit:
      mark(h.ending().at, "exit called");
      break;
    default:
      break;
  }
  return t;
}

std::string EvidenceNote(const History& h, const GoroutineLife& g, Moment m) {
  const std::string who = g.IsMain() ? "main" : "G" + std::to_string(g.id);
  const Wait* wait = g.WaitAt(m);
  switch (g.At(m)) {
    case lab::State::kWaiting:
      if (wait == nullptr || wait->reason == rt::WaitReason::kNone) return who;
      if (wait->end == kNever && !wait->until && h.finished()) return who + " never ends";
      return who + " waits in " + rt::WaitReasonText(wait->reason);
    case lab::State::kRunnable:
      return who + " is ready";
    case lab::State::kRunning:
      return who + " runs";
    case lab::State::kSyscall:
      return who + " is in a system call";
    case lab::State::kEnded:
      return who + " has ended";
    case lab::State::kNotYet:
      return who;
  }
  return who;
}

}  // namespace golab::lab::page
