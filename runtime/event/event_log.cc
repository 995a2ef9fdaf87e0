#include "runtime/event/event_log.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "runtime/base/futex.h"
#include "runtime/base/spin_lock.h"

namespace golab::rt {
namespace {

// The lab looks every millisecond or so; on a loaded machine it may be late.
constexpr int kMostLooks = 10'000;
constexpr long kLookNs = 100'000;

template <class T>
T* At(Header* header, const Area& area) noexcept {
  return reinterpret_cast<T*>(reinterpret_cast<char*>(header) + area.offset);
}

}  // namespace

void EventLog::Attach(Header* header, bool stop_when_full) noexcept {
  header_ = header;
  records_ = At<Record>(header, header->records);
  mask_ = header->records.capacity - 1;
  n_ = 0;
  used_ = &header->records.used;
  stop_when_full_ = stop_when_full;
  limit_ = stop_when_full ? header->records.capacity : ~std::uint64_t{0};
  for (std::uint64_t& k : known_) k = 0;
}

void EventLog::ForwardTo(EventLog* shared) noexcept {
  shared_ = shared;
  header_ = shared->header_;
  n_ = limit_ = 0;
  for (std::uint64_t& k : known_) k = 0;
}

void EventLog::Detour(const Record& r) noexcept {
  if (shared_ != nullptr) {
    LockRealWord(&shared_->lock_);
    Record ordered = r;
    if (ordered.time < shared_->last_time_) ordered.time = shared_->last_time_;
    shared_->last_time_ = ordered.time;
    shared_->Append(ordered);
    UnlockWord(&shared_->lock_);
    return;
  }
  if (n_ >= watched_limit_) {
    if (!MakeRoom()) return;
    watched_limit_ = limit_;
    limit_ = 0;
  }
  Store(r.time, r.g, r.p, r.type, r.reason, r.arg, r.stack);
  watcher_(r);
  if (!stop_when_full_) GiveTablesBack();
}

void EventLog::GiveTablesBack() noexcept {
  header_->stacks.used = header_->blobs.used = 0;
}

void EventLog::Watch(void (*watcher)(const Record& r)) noexcept {
  if (shared_ != nullptr) return shared_->Watch(watcher);
  LockRealWord(&lock_);
  if (watcher_ == nullptr) watched_limit_ = limit_;
  if (!stop_when_full_) {
    GiveTablesBack();
    for (std::uint64_t& k : known_) k = 0;  // a watcher has seen none
  }
  watcher_ = watcher;
  limit_ = watcher != nullptr ? 0 : watched_limit_;
  UnlockWord(&lock_);
}

void EventLog::BeginStream(std::uint32_t* awake) noexcept {
  stream_begin_ = n_;
  // Before `used` of what follows is published: the reader starts there.
  __atomic_store_n(&header_->consumed, n_, __ATOMIC_RELEASE);
  limit_ = n_ + header_->records.capacity;
  reader_awake_ = awake;
  for (std::uint64_t& k : known_) k = 0;  // the reader has seen none
}

void EventLog::EndStream() noexcept {
  reader_awake_ = nullptr;
  limit_ = ~std::uint64_t{0};
  for (std::uint64_t& k : known_) k = 0;  // they are not in the table
}

bool EventLog::MakeRoom() noexcept {
  if ((header_->truncated & 1) != 0) return false;  // what follows a gap would be no history
  // A stream's reader is a thread of this process, which waits for nobody: so does this, for it.
  for (int looks = 0; looks < kMostLooks || reader_awake_ != nullptr; ++looks) {
    // Acquire: the slots that the reader has given back were read before it said so.
    limit_ = __atomic_load_n(&header_->consumed, __ATOMIC_ACQUIRE) + header_->records.capacity;
    if (n_ < limit_) return true;
    if (reader_awake_ != nullptr && __atomic_exchange_n(reader_awake_, 1, __ATOMIC_SEQ_CST) == 0) {
      FutexWake(reader_awake_, 1);
    }
    // The system call itself: nanosleep is a goroutine's sleep here.
    timespec pause{0, kLookNs};
    syscall(SYS_nanosleep, &pause, nullptr);
  }
  header_->truncated |= 1;
  return false;
}

void EventLog::AppendInline(EventType type, std::uint64_t id, const void* data,
                            std::size_t size) noexcept {
  Record head{};
  head.type = static_cast<std::uint8_t>(type);
  head.arg = size;
  head.stack = id;
  Append(head);
  const auto* from = static_cast<const char*>(data);
  while (size > 0) {
    Record piece{};
    const std::size_t n = size < sizeof piece ? size : sizeof piece;
    __builtin_memcpy(static_cast<void*>(&piece), from, n);
    Append(piece);
    from += n;
    size -= n;
  }
}

void EventLog::AddStack(std::uint64_t* known, std::uint64_t id, const std::uint64_t* pcs,
                        int n) noexcept {
  *known = id;
  if (shared_ != nullptr) {
    LockRealWord(&shared_->lock_);
    shared_->AddStack(&shared_->known_[id % kKnown], id, pcs, n);
    UnlockWord(&shared_->lock_);
    return;
  }
  if (reader_awake_ != nullptr) {
    return AppendInline(EventType::kInlineStack, id, pcs,
                        static_cast<std::size_t>(n) * sizeof *pcs);
  }
  Area& area = header_->stacks;
  const auto words = static_cast<std::uint64_t>(n) + 2;
  if (area.used + words > area.capacity) {
    header_->truncated |= 2;
    return;
  }
  auto* out = At<std::uint64_t>(header_, area) + area.used;
  out[0] = id;
  out[1] = static_cast<std::uint64_t>(n);
  for (int i = 0; i < n; ++i) out[2 + i] = pcs[i];
  area.used += words;
}

std::uint64_t EventLog::AddBlob(const char* data, std::size_t size) noexcept {
  if (shared_ != nullptr) {
    LockRealWord(&shared_->lock_);
    const std::uint64_t reference = shared_->AddBlob(data, size);
    UnlockWord(&shared_->lock_);
    return reference;
  }
  if (reader_awake_ != nullptr) {
    AppendInline(EventType::kInlineText, 0, data, size);
    return 0;
  }
  Area& area = header_->blobs;
  const std::uint64_t room = area.capacity - area.used;
  if (size > room) {
    header_->truncated |= 4;
    size = room;
  }
  char* out = At<char>(header_, area) + area.used;
  for (std::size_t i = 0; i < size; ++i) out[i] = data[i];
  const BlobRef ref{static_cast<std::uint32_t>(area.used), static_cast<std::uint32_t>(size)};
  area.used += size;
  std::uint64_t word;
  static_assert(sizeof word == sizeof ref);
  __builtin_memcpy(&word, &ref, sizeof word);
  return word;
}

}  // namespace golab::rt
