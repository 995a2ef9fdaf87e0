#include "runtime/go_trace/stream_reader.h"

#include <cstring>

#include "runtime/world/world.h"

namespace golab::rt {
namespace {

constexpr std::uint64_t kGiveBackEach = 4096;  // records, so that a P that waits goes on soon
constexpr std::uint64_t kPatience = 1'000'000'000;

constexpr EventType TypeOf(const Record& r) noexcept {
  return static_cast<EventType>(r.type);
}

void GiveBack(P* p, std::uint64_t next) noexcept {
  // Release: the slots before it have been read.
  __atomic_store_n(&p->log.header()->consumed, next, __ATOMIC_RELEASE);
}

}  // namespace

/// Ps that were made since.
void StreamReader::FindStreams() {
  const std::uint32_t n = __atomic_load_n(&procs.count, __ATOMIC_ACQUIRE);
  while (streams_.size() < n) {
    Stream s;
    s.p = procs.all[streams_.size()];
    s.next = s.available = s.p->log.begun();
    streams_.push_back(std::move(s));
  }
}

/// Takes stacks and texts that stand before the next event. False: the event is not there yet.
bool StreamReader::SkipInlineSlow(Stream& s) {
  while (s.next < s.available) {
    const Record& head = At(s);
    if (TypeOf(head) != EventType::kInlineStack && TypeOf(head) != EventType::kInlineText)
      return true;
    const std::uint64_t size = head.arg;
    const std::uint64_t pieces = (size + sizeof(Record) - 1) / sizeof(Record);
    if (s.next + pieces >= s.available) return false;  // its event is not there, either
    const std::uint64_t id = head.stack;
    const bool is_stack = TypeOf(head) == EventType::kInlineStack;
    bytes_.clear();
    for (std::uint64_t i = 0; i < pieces; ++i) {
      ++s.next;
      bytes_.append(reinterpret_cast<const char*>(&At(s)), sizeof(Record));
    }
    ++s.next;
    bytes_.resize(size);
    if (!is_stack) {
      s.text = bytes_;
      continue;
    }
    std::uint64_t pcs[kLabStackDepth];
    const std::size_t n = size / sizeof *pcs < kLabStackDepth ? size / sizeof *pcs : kLabStackDepth;
    std::memcpy(pcs, bytes_.data(), n * sizeof *pcs);
    writer_->AddStack(id, pcs, n);
  }
  return false;
}

/// Whether what it depends on has been taken. What a P does to the goroutine that runs on it
/// depends on nothing else.
bool StreamReader::CanTake(const Record& r) const noexcept {
  switch (TypeOf(r)) {
    case EventType::kStart:
    case EventType::kRun:
      return writer_->Follows(r.g, GoStatus::kRunnable, static_cast<std::uint32_t>(r.stack));
    case EventType::kUnblock:
      return writer_->Follows(static_cast<std::uint32_t>(r.arg), GoStatus::kWaiting,
                              static_cast<std::uint32_t>(r.arg >> 32));
    case EventType::kSyscallEnd:
      return writer_->IsIn(r.g, GoStatus::kSyscall);
    default:
      return true;
  }
}

/// Takes records of `s` up to that time, or until one has to wait.
std::size_t StreamReader::Run(Stream& s, std::uint64_t until) {
  std::size_t taken = 0;
  while (SkipInline(s)) {
    const Record& r = At(s);
    if (r.time > until) break;
    if (!alone_ && !CanTake(r)) {
      s.stalled = true;
      break;
    }
    writer_->Take(r, s.text);
    if (!s.text.empty()) s.text.clear();
    ++s.next;
    ++taken;
    if (s.next % kGiveBackEach == 0) GiveBack(s.p, s.next);
  }
  return taken;
}

/// The stream whose next event is the earliest, of those that can go on, and how early the others'
/// is.
StreamReader::Stream* StreamReader::Earliest(std::uint64_t* second) noexcept {
  Stream* first = nullptr;
  std::uint64_t earliest = ~std::uint64_t{0};
  *second = ~std::uint64_t{0};
  for (Stream& s : streams_) {
    if (s.stalled || !SkipInline(s)) continue;
    const std::uint64_t time = At(s).time;
    if (first != nullptr && time >= earliest) {
      if (time < *second) *second = time;
      continue;
    }
    if (first != nullptr) *second = earliest;
    earliest = time;
    first = &s;
  }
  return first;
}

std::size_t StreamReader::Look() {
  FindStreams();
  bool any_waits = false;
  for (Stream& s : streams_) {
    // Acquire: the records before it are complete.
    s.available = __atomic_load_n(&s.p->log.header()->records.used, __ATOMIC_ACQUIRE);
    s.stalled = false;
  }
  // A stream has no record that depends on one of another that is not there yet, if those that were
  // looked at after it have nothing.
  const Stream& first = streams_.front();
  alone_ = first.next != first.available;
  for (const Stream& s : streams_) alone_ &= &s == &first || s.next == s.available;
  std::size_t taken = 0;
  std::uint64_t second = 0;
  while (Stream* s = Earliest(&second)) {
    const std::size_t n = Run(*s, second);
    taken += n;
    if (n == 0) continue;
    for (Stream& other : streams_) {
      if (&other != s) other.stalled = false;
    }
  }
  for (Stream& s : streams_) {
    any_waits |= s.stalled;
    GiveBack(s.p, s.next);
  }
  if (taken != 0 || !any_waits) {
    stalled_since_ = 0;
  } else if (stalled_since_ == 0) {
    stalled_since_ = EventClock();
  } else if (EventClock() - stalled_since_ > kPatience) {
    // Cannot be; a program must not hang for the sake of its trace. The writer leaves out what fits
    // nothing.
    for (Stream& s : streams_) {
      if (!s.stalled || !SkipInline(s)) continue;
      writer_->Take(At(s), s.text);
      s.text.clear();
      ++s.next;
    }
    stalled_since_ = 0;
  }
  return taken;
}

}  // namespace golab::rt
