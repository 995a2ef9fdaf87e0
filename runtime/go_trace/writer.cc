#include "runtime/go_trace/writer.h"

#include <algorithm>
#include <cstring>

#include "runtime/go_trace/reasons.h"

namespace golab::rt {
namespace {

constexpr std::uint64_t kTicksASecond = 1'000'000'000;
constexpr std::size_t kUserHead = 16;  // task, and one number more

void PutTo(std::string* out, std::uint64_t value) {
  char bytes[kMaxUvarint];
  out->append(bytes, static_cast<std::size_t>(PutUvarint(bytes, value) - bytes));
}

}  // namespace

bool ReadUserText(std::string_view text, UserText* out) noexcept {
  if (text.size() < kUserHead) return false;
  std::memcpy(&out->task, text.data(), 8);
  std::memcpy(&out->parent_or_size, text.data() + 8, 8);
  out->text = text.substr(kUserHead);
  return true;
}

std::string PackUserText(const UserText& user) {
  std::string packed(kUserHead, '\0');
  std::memcpy(packed.data(), &user.task, 8);
  std::memcpy(packed.data() + 8, &user.parent_or_size, 8);
  packed += user.text;
  return packed;
}

GoTraceWriter::GoTraceWriter(GoTraceSink sink, const Symbolizer* symbols)
    : sink_(sink), tables_(symbols) {}

// Batches ---------------------------------------------------------------------------------------

void GoTraceWriter::MakeProcs(std::uint16_t p) {
  while (procs_.size() <= p) {
    procs_.emplace_back();
    procs_.back().m = procs_.size() - 1;
  }
}

void GoTraceWriter::WriteBatch(std::uint64_t m, std::uint64_t time, std::string_view payload) {
  out_ += static_cast<char>(GoEvent::kEventBatch);
  PutTo(&out_, generation_);
  PutTo(&out_, m);
  PutTo(&out_, time + kTimeBase);
  PutTo(&out_, payload.size());
  out_ += payload;
}

void GoTraceWriter::OpenBatch(Proc& proc, std::uint64_t time) {
  if (proc.batch == nullptr) proc.batch.reset(new char[kMaxGoBatch]);
  proc.at = proc.batch.get();
  proc.full = proc.at + kMaxGoBatch - kLongestEvent;
  proc.last = std::max(proc.last, time);
  // The base time is that of the first event, which is kept in front of the events until then.
  std::memcpy(proc.at, &proc.last, sizeof proc.last);
  proc.at += sizeof proc.last;
}

void GoTraceWriter::CloseBatch(Proc& proc) {
  if (proc.at == nullptr) return;
  const char* const begin = proc.batch.get() + sizeof(std::uint64_t);
  std::uint64_t base;
  std::memcpy(&base, proc.batch.get(), sizeof base);
  if (proc.at != begin)
    WriteBatch(proc.m, base, {begin, static_cast<std::size_t>(proc.at - begin)});
  proc.at = nullptr;
}

void GoTraceWriter::MakeRoom(Proc& proc) {
  if (proc.at != nullptr) Flush();  // all of them: what is written is a whole trace
  OpenBatch(proc, now_);
}

/// The type and time of an event; its arguments go where this returns.
char* GoTraceWriter::Begin(Proc& proc, GoEvent event) {
  if (proc.at == nullptr || proc.at > proc.full) [[unlikely]]
    MakeRoom(proc);
  const std::uint64_t time = std::max(now_, proc.last);
  *proc.at = static_cast<char>(event);
  char* const at = PutUvarint(proc.at + 1, time - proc.last);
  proc.last = time;
  return at;
}

void GoTraceWriter::Put0(Proc& proc, GoEvent event) {
  End(proc, Begin(proc, event));
}

void GoTraceWriter::Put2(Proc& proc, GoEvent event, std::uint64_t a, std::uint64_t b) {
  char* const at = PutUvarint(Begin(proc, event), a);
  End(proc, PutUvarint(at, b));
}

void GoTraceWriter::Put(Proc& proc, GoEvent event, std::initializer_list<std::uint64_t> arguments) {
  char* at = Begin(proc, event);
  for (const std::uint64_t argument : arguments) at = PutUvarint(at, argument);
  End(proc, at);
}

std::uint64_t GoTraceWriter::ReasonNumber(std::uint8_t reason, const char* text) {
  Reason& known = reasons_[reason];
  if (known.generation != generation_) [[unlikely]]
    known = {tables_.StringNumber(text), generation_};
  return known.number;
}

void GoTraceWriter::Flush() {
  flushed_ = now_;
  for (Proc& proc : procs_) CloseBatch(proc);
  if (out_.empty()) return;
  std::string events;
  events.swap(out_);
  if (!header_written_) out_.assign(kGoTraceHeader, kGoTraceHeaderSize);
  header_written_ = true;
  if (!frequency_written_) {
    std::string frequency(1, static_cast<char>(GoEvent::kFrequency));
    PutTo(&frequency, kTicksASecond);
    WriteBatch(kNoM, 0, frequency);
    frequency_written_ = true;
  }
  // Stacks first: they define the strings that they use.
  const std::vector<std::string> stacks = tables_.TakeStacks();
  for (const std::string& strings : tables_.TakeStrings()) WriteBatch(kNoM, 0, strings);
  for (const std::string& some : stacks) WriteBatch(kNoM, 0, some);
  out_ += events;
  sink_.write(sink_.context, out_.data(), out_.size());
  bytes_ += out_.size();
  out_.clear();
}

// Generations -----------------------------------------------------------------------------------

void GoTraceWriter::NextGeneration() {
  Flush();
  ++generation_;
  tables_.NextGeneration();
  frequency_written_ = false;
  bytes_ = 0;
  began_ = now_;
  events_before_ = events_;
  Restate();
}

/// The state of all, at the beginning of a generation: what is numbered counts from here.
void GoTraceWriter::Restate() {
  Proc* any = nullptr;
  for (std::size_t p = 0; p < procs_.size(); ++p) {
    Proc& proc = procs_[p];
    if (proc.state == ProcState::kUnknown) continue;
    proc.seq = 0;
    const ProcStatus status = proc.state == ProcState::kIdle      ? ProcStatus::kIdle
                              : proc.state == ProcState::kRunning ? ProcStatus::kRunning
                                                                  : ProcStatus::kSyscall;
    Put2(proc, GoEvent::kProcStatus, p, static_cast<std::uint64_t>(status));
    any = &proc;
  }
  if (any == nullptr) any = &ProcOf(0);
  if (collects_) Put(*any, GoEvent::kGcActive, {gc_order_});
  goroutines_.ForEach([&](std::uint64_t id, Goroutine& g) {
    if (g.system) return;
    g.base = g.order;
    const bool on_p =
        g.status == GoStatus::kRunning || (g.status == GoStatus::kSyscall && ProcOf(g.p).g == id &&
                                           ProcOf(g.p).state == ProcState::kSyscall);
    Proc& on = on_p ? ProcOf(g.p) : *any;
    const std::uint64_t m = on_p ? on.m : g.status == GoStatus::kSyscall ? g.m : kNoM;
    Put(on, GoEvent::kGoStatus, {id, m, static_cast<std::uint64_t>(g.status)});
  });
}

void GoTraceWriter::AddProc(std::uint16_t p, bool running, std::uint64_t time) {
  now_ = time;
  Proc& proc = ProcOf(p);
  proc.state = running ? ProcState::kRunning : ProcState::kIdle;
  Put2(proc, GoEvent::kProcStatus, p,
       static_cast<std::uint64_t>(running ? ProcStatus::kRunning : ProcStatus::kIdle));
}

void GoTraceWriter::AddGoroutine(std::uint32_t id, GoStatus status, std::uint16_t p, bool on_p) {
  if (id == 0) return;
  if (calls_are_waits_ && status == GoStatus::kSyscall) {
    status = GoStatus::kWaiting;
    on_p = false;
  }
  Goroutine& g = goroutines_.Insert(id);
  g.status = status;
  g.p = p;
  Proc& proc = ProcOf(p);
  std::uint64_t m = kNoM;
  if (on_p) {
    proc.g = id;
    m = proc.m;
  } else if (status == GoStatus::kSyscall) {
    m = g.m = next_m_++;
  }
  if (on_p && status == GoStatus::kSyscall) {
    proc.state = ProcState::kSyscall;
    Put2(proc, GoEvent::kProcStatus, p, static_cast<std::uint64_t>(ProcStatus::kSyscall));
  }
  Put(proc, GoEvent::kGoStatus, {id, m, static_cast<std::uint64_t>(status)});
}

void GoTraceWriter::AddSystemGoroutine(std::uint32_t id, GoStatus status) {
  if (id == 0) return;
  Goroutine& g = goroutines_.Insert(id);
  g.status = status;
  g.system = true;
  ++system_;
}

/// What happens to one of golab's own goroutines. False: it is not about one.
bool GoTraceWriter::FollowSystem(const Record& r) {
  const auto type = static_cast<EventType>(r.type);
  if (type == EventType::kCreate) {
    if (r.reason != 1 || r.arg == 1 || r.arg > UINT32_MAX) return false;
    AddSystemGoroutine(static_cast<std::uint32_t>(r.arg), GoStatus::kRunnable);
    starts_.Erase(r.arg);
    return true;
  }
  const std::uint32_t id = type == EventType::kUnblock ? static_cast<std::uint32_t>(r.arg) : r.g;
  Goroutine* const g = id == 0 ? nullptr : goroutines_.Find(id);
  if (g == nullptr || !g->system) return false;
  switch (type) {
    case EventType::kStart:
    case EventType::kRun:
      ++g->order;
      g->status = GoStatus::kRunning;
      break;
    case EventType::kBlock:
      g->status = GoStatus::kWaiting;
      break;
    case EventType::kUnblock:
      ++g->order;
      g->status = GoStatus::kRunnable;
      break;
    case EventType::kYield:
    case EventType::kPreempt:
      g->status = GoStatus::kRunnable;
      break;
    case EventType::kSyscallBegin:
      g->status = GoStatus::kSyscall;
      g->p = r.p;
      break;
    case EventType::kSyscallEnd:
      g->status = GoStatus::kRunnable;  // or running already: what follows needs no more
      break;
    case EventType::kEnd:
      goroutines_.Erase(id);
      --system_;
      break;
    default:
      break;
  }
  return true;
}

void GoTraceWriter::Finish(std::uint64_t time) {
  now_ = std::max(now_, time);
  // The last event stands at the end, so that the last slices have their length.
  for (std::size_t p = 0; p < procs_.size(); ++p) {
    Proc& proc = procs_[p];
    if (proc.state != ProcState::kRunning) continue;
    Put0(proc, GoEvent::kProcStop);
    proc.state = ProcState::kIdle;
    break;
  }
  Flush();
}

// States ----------------------------------------------------------------------------------------

bool GoTraceWriter::Follows(std::uint32_t g, GoStatus status, std::uint32_t number) noexcept {
  const Goroutine* known = Known(g, status);
  return known != nullptr && static_cast<std::uint32_t>(known->order + 1) == number;
}

bool GoTraceWriter::IsIn(std::uint32_t g, GoStatus status) noexcept {
  return Known(g, status) != nullptr;
}

GoTraceWriter::Goroutine* GoTraceWriter::Known(std::uint32_t g, GoStatus status) noexcept {
  Goroutine* known = g == 0 ? nullptr : goroutines_.Find(g);
  return known != nullptr && known->status == status ? known : nullptr;
}

/// `from`'s P leaves the M that is in a system call; told on `on`'s M.
void GoTraceWriter::Steal(std::uint16_t p, Proc& from, Proc& on) {
  const std::uint64_t m = from.m;
  CloseBatch(from);
  if (Goroutine* g = goroutines_.Find(from.g)) {
    g->m = m;
    g->m_last = from.last;
  }
  from.g = 0;
  from.state = ProcState::kIdle;
  if (free_ms_.empty()) {
    from.m = next_m_++;
  } else {
    from.m = free_ms_.back();
    free_ms_.pop_back();
  }
  Put(on, GoEvent::kProcSteal, {p, ++from.seq, m});
}

void GoTraceWriter::StartProc(std::uint16_t p, Proc& proc) {
  if (proc.state == ProcState::kRunning) return;
  if (proc.state == ProcState::kSyscall) Steal(p, proc, proc);
  if (proc.state == ProcState::kUnknown) {
    Put2(proc, GoEvent::kProcStatus, p, static_cast<std::uint64_t>(ProcStatus::kRunning));
  } else {
    Put2(proc, GoEvent::kProcStart, p, ++proc.seq);
  }
  proc.state = ProcState::kRunning;
}

void GoTraceWriter::Take(const Record& r, std::string_view text) {
  if (r.p >= kMaxProcs) return LeaveOut();
  now_ = r.time;
  if (began_ == 0) began_ = flushed_ = std::max<std::uint64_t>(now_, 1);
  const auto type = static_cast<EventType>(r.type);
  if (type == EventType::kGoFunction) {
    if (r.arg <= UINT32_MAX && r.arg != 0)
      starts_.Insert(r.arg) = r.stack;  // its address stands there
    return;
  }
  if ((system_ != 0 || r.reason == 1) && FollowSystem(r)) return;
  Proc& proc = ProcOf(r.p);
  switch (type) {
    case EventType::kCreate:
      Create(proc, r);
      break;
    case EventType::kStart:
    case EventType::kRun:
      Run(r.p, proc, r);
      break;
    case EventType::kBlock:
    case EventType::kYield:
    case EventType::kPreempt:
    case EventType::kEnd:
      Stop(proc, r);
      break;
    case EventType::kUnblock:
      Unblock(proc, r);
      break;
    case EventType::kSyscallBegin:
      EnterSyscall(proc, r);
      break;
    case EventType::kSyscallEnd:
      LeaveSyscall(r.p, proc, r);
      break;
    case EventType::kProcStart:
      StartProc(r.p, proc);
      break;
    case EventType::kProcStop:
      if (proc.state == ProcState::kRunning && proc.g == 0) {
        Put0(proc, GoEvent::kProcStop);
        proc.state = ProcState::kIdle;
      }
      break;
    case EventType::kUserTaskBegin:
    case EventType::kUserTaskEnd:
    case EventType::kUserRegionBegin:
    case EventType::kUserRegionEnd:
    case EventType::kUserLog:
      User(proc, r, text);
      break;
    case EventType::kGcBegin:
    case EventType::kGcEnd:
      Collection(proc, r);
      break;
    default:
      return;  // evidence, and what Go's traces do not have
  }
  if (now_ >= began_ + kNsAGeneration || bytes_ >= kBytesAGeneration) [[unlikely]] {
    if (events_ != events_before_) NextGeneration();
  } else if (now_ >= flushed_ + kFlushNs) [[unlikely]] {
    Flush();
  }
}

/// One at a time: an end without its beginning began before the trace.
void GoTraceWriter::Collection(Proc& proc, const Record& r) {
  const bool begins = static_cast<EventType>(r.type) == EventType::kGcBegin;
  if (collects_ == begins || proc.state != ProcState::kRunning) return LeaveOut();
  collects_ = begins;
  ++gc_order_;
  if (begins) {
    Put2(proc, GoEvent::kGcBegin, gc_order_, tables_.StackNumber(r.stack));
  } else {
    Put(proc, GoEvent::kGcEnd, {gc_order_});
  }
}

void GoTraceWriter::Create(Proc& proc, const Record& r) {
  if (r.arg == 0 || r.arg > UINT32_MAX || goroutines_.Find(r.arg) != nullptr) return LeaveOut();
  const auto id = static_cast<std::uint32_t>(r.arg);
  std::uint64_t start = 0;
  if (const std::uint64_t* pc = starts_.Find(id)) {
    start = tables_.AddStart(*pc);
    starts_.Erase(id);
  }
  if (proc.state != ProcState::kRunning) StartProc(r.p, proc);
  goroutines_.Insert(id);
  Put(proc, GoEvent::kGoCreate, {id, tables_.StackNumber(start), tables_.StackNumber(r.stack)});
}

void GoTraceWriter::Run(std::uint16_t p, Proc& proc, const Record& r) {
  Goroutine* const g = Known(r.g, GoStatus::kRunnable);
  if (g == nullptr || (proc.g != 0 && proc.state == ProcState::kRunning)) return LeaveOut();
  if (proc.state != ProcState::kRunning) [[unlikely]]
    StartProc(p, proc);
  g->status = GoStatus::kRunning;
  g->p = p;
  proc.g = r.g;
  Put2(proc, GoEvent::kGoStart, r.g, ++g->order - g->base);
}

void GoTraceWriter::Stop(Proc& proc, const Record& r) {
  Goroutine* const g = Known(r.g, GoStatus::kRunning);
  if (g == nullptr || proc.g != r.g) return LeaveOut();
  proc.g = 0;
  switch (static_cast<EventType>(r.type)) {
    case EventType::kBlock: {
      g->status = GoStatus::kWaiting;
      const std::uint8_t reason = r.reason < kWaitReasonCount ? r.reason : 0;
      const std::uint64_t number =
          ReasonNumber(reason, GoTraceReason(static_cast<WaitReason>(reason)));
      return Put2(proc, GoEvent::kGoBlock, number, tables_.StackNumber(r.stack));
    }
    case EventType::kEnd:
      goroutines_.Erase(r.g);
      regions_.Erase(r.g);
      return Put0(proc, GoEvent::kGoDestroy);
    default: {
      const bool yields = static_cast<EventType>(r.type) == EventType::kYield;
      g->status = GoStatus::kRunnable;
      const std::uint64_t number = yields ? ReasonNumber(kYieldReason, "runtime.Gosched")
                                          : ReasonNumber(kPreemptReason, "preempted");
      return Put2(proc, GoEvent::kGoStop, number, tables_.StackNumber(r.stack));
    }
  }
}

void GoTraceWriter::Unblock(Proc& proc, const Record& r) {
  const auto id =
      static_cast<std::uint32_t>(r.arg);  // above it: `order`, which the merger has seen
  Goroutine* const g = Known(id, GoStatus::kWaiting);
  if (g == nullptr) return LeaveOut();
  if (proc.state != ProcState::kRunning) [[unlikely]]
    StartProc(r.p, proc);
  g->status = GoStatus::kRunnable;
  Put(proc, GoEvent::kGoUnblock, {id, ++g->order - g->base, tables_.StackNumber(r.stack)});
}

void GoTraceWriter::EnterSyscall(Proc& proc, const Record& r) {
  Goroutine* const g = Known(r.g, GoStatus::kRunning);
  if (g == nullptr || proc.g != r.g) return LeaveOut();
  if (calls_are_waits_) {
    g->status = GoStatus::kWaiting;
    proc.g = 0;
    const std::uint64_t reason = ReasonNumber(kCallReason, "syscall");
    return Put2(proc, GoEvent::kGoBlock, reason, tables_.StackNumber(r.stack));
  }
  g->status = GoStatus::kSyscall;
  proc.state = ProcState::kSyscall;
  Put2(proc, GoEvent::kGoSyscallBegin, ++proc.seq, tables_.StackNumber(r.stack));
}

void GoTraceWriter::LeaveSyscall(std::uint16_t p, Proc& proc, const Record& r) {
  if (calls_are_waits_) {
    Record wakes = r;
    wakes.arg = r.g;
    wakes.stack = 0;
    Unblock(proc, wakes);
    if (r.reason == 0 && proc.g == 0) Run(p, proc, r);
    return;
  }
  Goroutine* const g = Known(r.g, GoStatus::kSyscall);
  if (g == nullptr) return LeaveOut();
  if (r.reason == 0 && proc.state == ProcState::kSyscall && proc.g == r.g) {  // with its P
    g->status = GoStatus::kRunning;
    proc.state = ProcState::kRunning;
    return Put0(proc, GoEvent::kGoSyscallEnd);
  }
  // Its P was taken meanwhile, and maybe nobody has used it since.
  if (proc.state != ProcState::kRunning) StartProc(p, proc);
  Proc& lost = ProcOf(g->p);
  Proc& here = ProcOf(p);
  if (lost.state == ProcState::kSyscall && lost.g == r.g) Steal(g->p, lost, here);
  g->status = GoStatus::kRunnable;
  std::string event(1, static_cast<char>(GoEvent::kGoSyscallEndBlocked));
  PutTo(&event, 0);
  // Behind what its M wrote before: that batch was closed when the P was taken.
  WriteBatch(g->m, std::max({now_, here.last, g->m_last}), event);
  ++events_;
  free_ms_.push_back(g->m);
  g->m = kNoM;
}

/// Regions are nested: readers refuse a trace in which they are not.
bool GoTraceWriter::EndsRegion(std::uint32_t g, std::string_view text) {
  std::vector<std::string>* open = regions_.Find(g);
  if (open == nullptr || open->empty() || open->back() != text) return false;
  open->pop_back();
  return true;
}

void GoTraceWriter::User(Proc& proc, const Record& r, std::string_view text) {
  if (proc.g != r.g || r.g == 0 || proc.state != ProcState::kRunning) return LeaveOut();
  const std::uint64_t stack = tables_.StackNumber(r.stack);
  UserText user;
  if (static_cast<EventType>(r.type) == EventType::kUserTaskEnd)
    return Put2(proc, GoEvent::kUserTaskEnd, r.arg, stack);
  if (!ReadUserText(text, &user)) return LeaveOut();
  switch (static_cast<EventType>(r.type)) {
    case EventType::kUserTaskBegin:
      return Put(proc, GoEvent::kUserTaskBegin,
                 {user.task, user.parent_or_size, tables_.StringNumber(user.text), stack});
    case EventType::kUserRegionBegin:
      regions_.Insert(r.g).emplace_back(text);
      return Put(proc, GoEvent::kUserRegionBegin,
                 {user.task, tables_.StringNumber(user.text), stack});
    case EventType::kUserRegionEnd:
      if (!EndsRegion(r.g, text)) return LeaveOut();
      return Put(proc, GoEvent::kUserRegionEnd,
                 {user.task, tables_.StringNumber(user.text), stack});
    default: {
      const std::size_t size = std::min<std::size_t>(user.parent_or_size, user.text.size());
      const std::uint64_t category = tables_.StringNumber(user.text.substr(0, size));
      const std::uint64_t message = tables_.StringNumber(user.text.substr(size));
      return Put(proc, GoEvent::kUserLog, {user.task, category, message, stack});
    }
  }
}

}  // namespace golab::rt
