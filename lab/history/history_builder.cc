// Builds a History in one pass over the records, then output, then the ending. The recording is
// valid when this is called for a verdict; for anything else the pass must only be safe: an event
// that fits nobody is skipped.

#include <sys/wait.h>

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "lab/history/history.h"

namespace golab::lab {

using rt::EventType;
using rt::Record;

namespace {

constexpr std::size_t kLongestText = 64 * 1024;  // of a panic or a fatal error

}  // namespace

/// The lives of all goroutines, grown event by event.
class HistoryBuilder::Lives {
 public:
  void Apply(Moment m, const Record& r);
  std::vector<GoroutineLife> Finish(std::uint64_t last_time);

 private:
  GoroutineLife* Find(std::uint64_t id);
  void Create(Moment m, const Record& r);
  void Run(Moment m, const Record& r);
  void SyscallEnd(Moment m, const Record& r);
  void Stop(Moment m, const Record& r, State to);
  void Block(Moment m, const Record& r);
  void Unblock(Moment m, const Record& r);

  std::vector<GoroutineLife> lives_;
  std::unordered_map<std::uint64_t, std::size_t> index_;          // id -> lives_
  std::unordered_map<std::uint64_t, std::uint64_t> children_;     // creator's id -> how many so far
  std::unordered_map<std::uint64_t, std::uint64_t> block_until_;  // id -> timer of the wait to come
};

GoroutineLife* HistoryBuilder::Lives::Find(std::uint64_t id) {
  const auto it = index_.find(id);
  return it == index_.end() ? nullptr : &lives_[it->second];
}

void HistoryBuilder::Lives::Apply(Moment m, const Record& r) {
  switch (static_cast<EventType>(r.type)) {
    case EventType::kCreate:
      return Create(m, r);
    case EventType::kSyscallEnd:
      return SyscallEnd(m, r);
    case EventType::kStart:
    case EventType::kRun:
      return Run(m, r);
    case EventType::kBlockUntil:
      block_until_[r.g] = r.arg;
      return;
    case EventType::kBlock:
      return Block(m, r);
    case EventType::kUnblock:
      return Unblock(m, r);
    case EventType::kGcScanBegin:
      if (GoroutineLife* g = Find(r.g))
        g->scans.push_back({.begin = m, .collection = r.arg});
      return;
    case EventType::kGcScanEnd:
      if (GoroutineLife* g = Find(r.g); g != nullptr && !g->scans.empty()) {
        GcScan& scan = g->scans.back();
        scan.end = m;
        scan.pointers = r.arg;
        scan.needed = r.reason == 1;
      }
      return;
    case EventType::kPreempt:
      if (GoroutineLife* g = Find(r.g)) g->preemptions.push_back(m);
      return Stop(m, r, State::kRunnable);
    case EventType::kYield:
      return Stop(m, r, State::kRunnable);
    case EventType::kMainReturn:
      return Stop(m, r, State::kRunnable);
    case EventType::kSyscallBegin:
      return Stop(m, r, State::kSyscall);
    case EventType::kEnd:
      return Stop(m, r, State::kEnded);
    default:
      return;  // evidence: looked at by the questions that need it
  }
}

void HistoryBuilder::Lives::Create(Moment m, const Record& r) {
  const GoroutineLife* creator = Find(r.g);
  const std::uint64_t creators_path = creator != nullptr ? creator->path : 0;
  if (r.arg > UINT32_MAX || !index_.emplace(r.arg, lives_.size()).second) return;
  GoroutineLife g;
  g.id = static_cast<std::uint32_t>(r.arg);
  g.creator = r.g;
  g.created = m;
  g.created_time = r.time;
  g.creation_stack = r.stack;
  g.system = r.reason == 1 && g.id != 1;
  g.path = g.id == 1 ? rt::kMainPath : rt::ChildPath(creators_path, ++children_[r.g]);
  g.changes.push_back({m, State::kRunnable});
  lives_.push_back(std::move(g));
}

void HistoryBuilder::Lives::Run(Moment m, const Record& r) {
  GoroutineLife* g = Find(r.g);
  if (g == nullptr) return;
  if (static_cast<EventType>(r.type) == EventType::kStart) {
    g->started = m;
    g->start_pc = r.arg;
  }
  g->stretches.push_back({.begin = m, .begin_time = r.time});
  g->changes.push_back({m, State::kRunning});
}

void HistoryBuilder::Lives::SyscallEnd(Moment m, const Record& r) {
  if (r.reason != 1) return Run(m, r);
  if (GoroutineLife* g = Find(r.g)) g->changes.push_back({m, State::kRunnable});
}

void HistoryBuilder::Lives::Stop(Moment m, const Record& r, State to) {
  GoroutineLife* g = Find(r.g);
  if (g == nullptr) return;
  if (!g->stretches.empty() && g->stretches.back().end == kNever) {
    Stretch& stretch = g->stretches.back();
    stretch.end = m;
    stretch.end_time = r.time;
    stretch.stopped_by = static_cast<EventType>(r.type);
  }
  if (to == State::kEnded) {
    g->ended = m;
    g->ended_time = r.time;
    g->end_kind = static_cast<rt::EndKind>(r.reason);
  }
  g->changes.push_back({m, to});
}

void HistoryBuilder::Lives::Block(Moment m, const Record& r) {
  GoroutineLife* g = Find(r.g);
  if (g == nullptr) return;
  Wait wait;
  wait.begin = m;
  wait.begin_time = r.time;
  wait.reason = static_cast<rt::WaitReason>(r.reason);
  wait.object = r.arg;
  wait.stack = r.stack;
  if (const auto until = block_until_.find(r.g); until != block_until_.end()) {
    wait.until = until->second;
    block_until_.erase(until);
  }
  g->waits.push_back(wait);
  Stop(m, r, State::kWaiting);
}

void HistoryBuilder::Lives::Unblock(Moment m, const Record& r) {
  GoroutineLife* g = Find(r.arg);
  if (g == nullptr) return;
  if (!g->waits.empty() && g->waits.back().end == kNever) {
    Wait& wait = g->waits.back();
    wait.end = m;
    wait.end_time = r.time;
    wait.woken_by = r.g;
  }
  g->changes.push_back({m, State::kRunnable});
}

std::vector<GoroutineLife> HistoryBuilder::Lives::Finish(std::uint64_t last_time) {
  for (GoroutineLife& g : lives_) {
    if (!g.waits.empty() && g.waits.back().end == kNever) g.waits.back().end_time = last_time;
    if (!g.stretches.empty() && g.stretches.back().end == kNever)
      g.stretches.back().end_time = last_time;
  }
  return std::move(lives_);
}

namespace {

/// Splits one stream into pieces: those that output events own, and what lies between them.
class StreamReader {
 public:
  StreamReader(int fd, const std::string& stream) : fd_(fd), stream_(stream) {}

  void Take(Moment m, const Record& r, std::vector<Output>* outputs) {
    const OutputRange range = OutputRangeOf(r);
    const std::size_t begin = std::max<std::size_t>(range.begin, done_);
    const std::size_t end = std::min<std::size_t>(range.end, stream_.size());
    if (begin >= end) return;
    Rest(m, r.time, begin, outputs);
    outputs->push_back({m, r.time, r.g, fd_, stream_.substr(begin, end - begin)});
    done_ = end;
  }

  /// Bytes up to `end` that no event owns: of nobody, at this instant.
  void Rest(Moment m, std::uint64_t time, std::size_t end, std::vector<Output>* outputs) {
    if (done_ >= end) return;
    outputs->push_back({m, time, 0, fd_, stream_.substr(done_, end - done_)});
    done_ = end;
  }

  std::size_t size() const { return stream_.size(); }

 private:
  const int fd_;
  const std::string& stream_;
  std::size_t done_ = 0;
};

std::vector<Line> LinesOf(const std::vector<Output>& outputs) {
  std::vector<Line> lines;
  Line open[2];
  for (const Output& output : outputs) {
    Line& line = open[output.fd - 1];
    std::size_t begin = 0;
    while (begin < output.text.size()) {
      const std::size_t newline = output.text.find('\n', begin);
      line.at = output.at;
      line.time = output.time;
      line.g = output.g;
      line.fd = output.fd;
      line.text.append(output.text, begin,
                       newline == std::string::npos ? newline : newline - begin);
      if (newline == std::string::npos) break;
      lines.push_back(std::move(line));
      line = Line();
      begin = newline + 1;
    }
  }
  for (Line& line : open) {
    if (!line.text.empty()) lines.push_back(std::move(line));
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const Line& a, const Line& b) { return a.at < b.at; });
  return lines;
}

/// The last event of one type, or kNever.
Moment LastOf(const History& h, EventType type) {
  for (Moment m = h.events().size(); m-- > 0;) {
    if (h.events()[m].type == static_cast<std::uint8_t>(type)) return m;
  }
  return kNever;
}

/// Who runs after event m, or ran last.
std::uint32_t LastRunning(const History& h) {
  for (Moment m = h.events().size(); m-- > 0;) {
    const auto type = static_cast<EventType>(h.events()[m].type);
    if (type == EventType::kStart || type == EventType::kRun) return h.events()[m].g;
  }
  return 0;
}

void Fill(const History& h, Moment m, Ending* ending) {
  const Record& r = h.events()[m];
  ending->at = m;
  ending->time = r.time;
  ending->g = r.g;
  ending->stack = r.stack;
}

void FillText(const History& h, EventType type, Ending* ending) {
  const Moment m = LastOf(h, type);
  if (m == kNever) return;
  Fill(h, m, ending);
  ending->text = h.Blob(h.events()[m].arg).substr(0, kLongestText);
}

/// As the exit event says; the wait status must agree.
Ending::Kind KindOfExit(const History& h, const Record& exit, int status) {
  switch (static_cast<rt::ExitKind>(exit.reason)) {
    case rt::ExitKind::kMainReturned:
      return h.main_return() != kNever && status == 0 ? Ending::Kind::kMainReturned
                                                      : Ending::Kind::kVanished;
    case rt::ExitKind::kOsExit:
    case rt::ExitKind::kUnderscoreExit:
    case rt::ExitKind::kQuickExit:
      return Ending::Kind::kExit;
    case rt::ExitKind::kAbort:
      return Ending::Kind::kSignal;
    case rt::ExitKind::kPanic:
      return Ending::Kind::kPanic;
    case rt::ExitKind::kFatal:
      return Ending::Kind::kFatal;
    case rt::ExitKind::kDeadlock:
    case rt::ExitKind::kNoGoroutines:
      return Ending::Kind::kDeadlock;
    case rt::ExitKind::kOutsideEnd:
      return status == 0 ? Ending::Kind::kOutsideEnd : Ending::Kind::kVanished;
  }
  return Ending::Kind::kVanished;
}

}  // namespace

void HistoryBuilder::ReadOutputs(const History& h, std::vector<Output>* outputs) {
  StreamReader readers[] = {StreamReader(1, h.out_), StreamReader(2, h.err_)};
  for (Moment m = 0; m < h.events_.size(); ++m) {
    const Record& r = h.events_[m];
    if (static_cast<EventType>(r.type) != EventType::kOutput || (r.reason != 1 && r.reason != 2))
      continue;
    readers[r.reason - 1].Take(m, r, outputs);
  }
  for (StreamReader& reader : readers) {
    reader.Rest(h.last(), h.TimeAt(h.last()), reader.size(), outputs);
  }
}

Ending HistoryBuilder::ReadEnding(const History& h, const RunEvidence& evidence) {
  Ending ending;
  const bool signalled = WIFSIGNALED(evidence.wait_status);
  if (signalled) ending.signal = WTERMSIG(evidence.wait_status);
  if (WIFEXITED(evidence.wait_status)) ending.status = WEXITSTATUS(evidence.wait_status);
  ending.at = h.last();
  ending.time = h.TimeAt(h.last());
  ending.g = LastRunning(h);

  const auto ended_by = [&h, &ending](EventType type, Ending::Kind kind) {
    const Moment m = LastOf(h, type);
    if (m == kNever) return false;
    ending.kind = kind;
    Fill(h, m, &ending);
    return true;
  };
  if (!evidence.killed_because.empty()) {
    ending.kind = Ending::Kind::kKilled;
    ending.limit = evidence.killed_because;
    return ending;
  }
  if (ended_by(EventType::kVirtualLimit, Ending::Kind::kVirtualLimit)) return ending;
  if (ended_by(EventType::kLivelock, Ending::Kind::kLivelock)) return ending;
  if (ended_by(EventType::kDeadlock, Ending::Kind::kDeadlock)) return ending;

  const Moment exit = LastOf(h, EventType::kExit);
  if (signalled) {
    ending.kind = Ending::Kind::kSignal;
    // What the runtime said before the signal, if it could: where it struck.
    FillText(h, EventType::kFatal, &ending);
    return ending;
  }
  if (exit == kNever) return ending;  // kVanished
  Fill(h, exit, &ending);
  ending.kind = KindOfExit(h, h.events()[exit], ending.status);
  if (ending.kind == Ending::Kind::kSignal) ending.signal = 6;
  if (ending.kind == Ending::Kind::kPanic) FillText(h, EventType::kPanic, &ending);
  if (ending.kind == Ending::Kind::kFatal) FillText(h, EventType::kFatal, &ending);
  return ending;
}

History HistoryBuilder::Build(RunEvidence evidence) {
  History h;
  Recording& recording = evidence.recording;
  h.events_ = std::move(recording.records);
  h.stacks_ = std::move(recording.stacks);
  h.blobs_ = std::move(recording.blobs);
  h.world_ = recording.world;
  h.finished_ = recording.finished;
  h.truncated_ = recording.truncated;
  h.out_ = std::move(evidence.out);
  h.err_ = std::move(evidence.err);
  if (evidence.symbols != nullptr) h.symbols_ = evidence.symbols;

  Lives lives;
  for (Moment m = 0; m < h.events_.size(); ++m) {
    const Record& r = h.events_[m];
    lives.Apply(m, r);
    switch (static_cast<EventType>(r.type)) {
      case EventType::kMainStart:
        h.main_start_ = std::min(h.main_start_, m);
        break;
      case EventType::kMainReturn:
        h.main_return_ = std::min(h.main_return_, m);
        break;
      case EventType::kRest:
        h.rest_ = std::min(h.rest_, m);
        break;
      default:
        break;
    }
  }
  h.goroutines_ = lives.Finish(h.TimeAt(h.last()));
  h.by_id_.resize(h.goroutines_.size());
  std::iota(h.by_id_.begin(), h.by_id_.end(), std::size_t{0});
  std::sort(h.by_id_.begin(), h.by_id_.end(), [&h](std::size_t a, std::size_t b) {
    return h.goroutines_[a].id < h.goroutines_[b].id;
  });
  ReadOutputs(h, &h.outputs_);
  h.lines_ = LinesOf(h.outputs_);
  h.ending_ = ReadEnding(h, evidence);
  return h;
}

}  // namespace golab::lab
