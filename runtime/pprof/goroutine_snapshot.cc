#include "runtime/pprof/goroutine_snapshot.h"

#include <algorithm>
#include <memory>

#include "runtime/sched/dump_all.h"
#include "runtime/sched/sched.h"

namespace golab::rt {
namespace {

constexpr std::uint32_t kGoroutinesAhead = 8;  // whose Gs are fetched
constexpr std::uint32_t kStacksAhead = 4;

/// The walk waits for memory more than for anything else.
void FetchAhead(std::uint32_t i, std::uint32_t used) noexcept {
  if (i + kGoroutinesAhead < used) {
    const char* g = reinterpret_cast<const char*>(&sched.gs[i + kGoroutinesAhead]);
    __builtin_prefetch(g);
    __builtin_prefetch(g + 64);
  }
  if (i + kStacksAhead >= used) return;
  const G& g = sched.gs[i + kStacksAhead];
  const auto* sp = static_cast<const char*>(__atomic_load_n(&g.sp, __ATOMIC_RELAXED));
  if (sp == nullptr) return;
  __builtin_prefetch(sp);
  __builtin_prefetch(sp + 64);
  __builtin_prefetch(__atomic_load_n(&g.stack_top, __ATOMIC_RELAXED) - 64);
}

std::uint32_t UsedGs() noexcept {
  return __atomic_load_n(&sched.gs_used, __ATOMIC_ACQUIRE);
}

class Taker {
 public:
  Taker(GoroutineSnapshot* into, std::size_t depth)
      : into_(into), depth_(depth), pcs_(std::make_unique_for_overwrite<std::uintptr_t[]>(depth)) {}

  void Own(const G* me, const void* frame) {
    GoroutineCopy copy;
    CopyOwn(me, frame, pcs_.get(), depth_, &copy);
    Add(copy);
  }

  void Other(const G* g) {
    // Relaxed: set before it first runs. One that becomes another's meanwhile is told by the copy.
    if ((__atomic_load_n(&g->flags, __ATOMIC_RELAXED) & (kGSystem | kGBackground)) != 0) return;
    GoroutineCopy copy;
    if (CopyGoroutine(g, pcs_.get(), depth_, &copy)) Add(copy);
  }

 private:
  void Add(GoroutineCopy& copy) {
    GoroutineRecord& r = into_->goroutines.emplace_back();
    r.id = copy.id;
    r.creator = copy.creator;
    r.gopc = copy.gopc;
    r.state = StateText(copy.status, copy.reason);
    r.kind = copy.stack;
    r.locked = copy.locked;
    r.labels = std::move(copy.labels);
    if (r.kind != GoroutineCopy::Stack::kWalked) {
      pcs_[0] = copy.start_pc + 1;  // as if it had been called from there
      copy.depth = copy.start_pc == 0 ? 0 : 1;
    }
    r.stack = into_->stacks.Intern(pcs_.get(), copy.depth);
  }

  GoroutineSnapshot* const into_;
  const std::size_t depth_;
  const std::unique_ptr<std::uintptr_t[]> pcs_;
};

}  // namespace

GoroutineSnapshot::GoroutineSnapshot(const void* frame, std::size_t depth, Pacer& pacer)
    : GoroutineSnapshot(UsedGs(), frame, depth, pacer) {}

// Gs that are made from here on are not looked at: there is room for all others.
GoroutineSnapshot::GoroutineSnapshot(std::uint32_t used, const void* frame, std::size_t depth,
                                     Pacer& pacer)
    : stacks(used) {
  goroutines.reserve(used);
  const G* me = CurrentG("pprof");
  Taker taker(this, depth);
  taker.Own(me, frame);
  for (std::uint32_t i = 0; i < used; ++i) {
    FetchAhead(i, used);
    const G* g = &sched.gs[i];
    if (g != me) taker.Other(g);
    pacer.Step();
  }
  const auto by_id = [&pacer](const GoroutineRecord& a, const GoroutineRecord& b) {
    pacer.Step();
    return a.id < b.id;
  };
  // Mostly they are in order: slots of the array are used again, ids are not.
  const auto second = goroutines.begin() + 1;
  if (!std::is_sorted(second, goroutines.end(), by_id)) std::sort(second, goroutines.end(), by_id);
}

}  // namespace golab::rt
