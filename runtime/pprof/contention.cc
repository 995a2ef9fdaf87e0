#include "runtime/pprof/contention.h"

#include <algorithm>
#include <map>

#include "golab/runtime.h"

#include "runtime/base/spin_lock.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/wait_profile.h"
#include "runtime/traceback/walk.h"
#include "runtime/world/world.h"

namespace golab::rt {

constinit WaitProfile wait_profile;

namespace {

struct Sum {
  double count = 0;
  double ns = 0;
};

using Stack = std::vector<std::uintptr_t>;

/// Kept until the program ends, as in Go.
struct Table {
  std::uint32_t lock = 0;  // real; guards the rest
  std::map<Stack, Sum>* sums = nullptr;
};

constinit Table tables[2];

constexpr std::size_t kDepth = 128;

Stack StackFrom(const void* frame) {
  const auto fp = reinterpret_cast<std::uintptr_t>(frame);
  const G* me = arch::ThisP()->current;
  const auto end = reinterpret_cast<std::uintptr_t>(arch::RootLanding(me->stack_top)->sp);
  Stack pcs(kDepth);
  pcs.resize(CaptureFrames(fp, fp, end, pcs.data(), kDepth));
  return pcs;
}

/// A random number below `n`. Not for schedules that are replayed: profiles change none.
std::uint64_t RandomBelow(std::uint64_t n) noexcept {
  return arch::ThisP()->random.Below(static_cast<std::uint32_t>(std::min<std::uint64_t>(n, ~0u)));
}

void Add(Contention kind, const void* frame, double count, double ns) {
  Stack stack = StackFrom(frame);
  Table& table = tables[static_cast<int>(kind)];
  LockRealWord(&table.lock);
  if (table.sums == nullptr) table.sums = new std::map<Stack, Sum>;
  Sum& sum = (*table.sums)[std::move(stack)];
  sum.count += count;
  sum.ns += ns;
  UnlockWord(&table.lock);
}

/// What Go's blockevent is called for.
bool IsContention(WaitReason reason) noexcept {
  switch (reason) {
    case WaitReason::kSelect:
    case WaitReason::kChanReceive:
    case WaitReason::kChanSend:
    case WaitReason::kSemacquire:
    case WaitReason::kCondWait:
    case WaitReason::kMutexLock:
    case WaitReason::kRWMutexRLock:
    case WaitReason::kRWMutexLock:
    case WaitReason::kWaitGroupWait:
      return true;
    default:
      return false;
  }
}

}  // namespace

void NoteBlocked(WaitReason reason, std::uint64_t ns, const void* frame) noexcept {
  if (!IsContention(reason)) return;
  const auto rate = static_cast<std::uint64_t>(
      std::max<std::int64_t>(__atomic_load_n(&wait_profile.block_rate, __ATOMIC_RELAXED), 1));
  if (ns == 0) ns = 1;
  if (ns >= rate) return Add(Contention::kBlock, frame, 1, static_cast<double>(ns));
  // One in rate/ns of such short waits is recorded, and stands for all.
  if (RandomBelow(rate) >= ns) return;
  Add(Contention::kBlock, frame, static_cast<double>(rate) / static_cast<double>(ns),
      static_cast<double>(rate));
}

void NoteUnlocked(std::uint64_t waited_ns, const void* frame) noexcept {
  const std::int64_t fraction = __atomic_load_n(&wait_profile.mutex_fraction, __ATOMIC_RELAXED);
  if (fraction <= 0 || RandomBelow(static_cast<std::uint64_t>(fraction)) != 0) return;
  const auto weight = static_cast<double>(fraction);
  Add(Contention::kMutex, frame, weight, weight * static_cast<double>(waited_ns));
}

std::vector<ContentionRecord> ContentionRecords(Contention kind) {
  Table& table = tables[static_cast<int>(kind)];
  std::vector<ContentionRecord> records;
  LockRealWord(&table.lock);
  if (table.sums != nullptr) {
    for (const auto& [stack, sum] : *table.sums) records.push_back({sum.count, sum.ns, stack});
  }
  UnlockWord(&table.lock);
  std::stable_sort(records.begin(), records.end(),
                   [](const auto& a, const auto& b) { return a.ns > b.ns; });
  return records;
}

std::size_t ContentionCount(Contention kind) {
  Table& table = tables[static_cast<int>(kind)];
  LockRealWord(&table.lock);
  const std::size_t count = table.sums == nullptr ? 0 : table.sums->size();
  UnlockWord(&table.lock);
  return count;
}

}  // namespace golab::rt

namespace golab::runtime {

void SetBlockProfileRate(int rate) {
  __atomic_store_n(&rt::wait_profile.block_rate, rate > 0 ? rate : 0, __ATOMIC_RELAXED);
}

int SetMutexProfileFraction(int rate) {
  const std::int64_t old = __atomic_load_n(&rt::wait_profile.mutex_fraction, __ATOMIC_RELAXED);
  if (rate >= 0) __atomic_store_n(&rt::wait_profile.mutex_fraction, rate, __ATOMIC_RELAXED);
  return static_cast<int>(old);
}

}  // namespace golab::runtime
