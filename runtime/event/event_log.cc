#include "runtime/event/event_log.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

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

void EventLog::Forward(Record r) noexcept {
  LockRealWord(&shared_->lock_);
  if (r.time < shared_->last_time_) r.time = shared_->last_time_;
  shared_->last_time_ = r.time;
  shared_->Append(r);
  UnlockWord(&shared_->lock_);
}

bool EventLog::MakeRoom() noexcept {
  if ((header_->truncated & 1) != 0) return false;  // what follows a gap would be no history
  for (int looks = 0; looks < kMostLooks; ++looks) {
    // Acquire: the slots that the reader has given back were read before it said so.
    limit_ = __atomic_load_n(&header_->consumed, __ATOMIC_ACQUIRE) + header_->records.capacity;
    if (n_ < limit_) return true;
    // The system call itself: nanosleep is a goroutine's sleep here.
    timespec pause{0, kLookNs};
    syscall(SYS_nanosleep, &pause, nullptr);
  }
  header_->truncated |= 1;
  return false;
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
