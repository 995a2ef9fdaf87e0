// What OnceFunc, Pool and Map need of the library. Go: sync/oncefunc.go, pool.go, map.go.

#include <utility>

#include "golab/defer.h"
#include "golab/map.h"
#include "golab/once_func.h"
#include "golab/pool.h"
#include "golab/sync.h"

#include "runtime/arch/fiber.h"
#include "runtime/base/spin_lock.h"
#include "runtime/sched/sched.h"
#include "runtime/world/world.h"

namespace golab {
namespace rt {

void PoolPush(PoolList* list, PoolNode* node) {
  GOLAB_AT_CALL_AT(list, kWrite);
  fiber::Release(node);
  LockWord(&list->lock);
  node->next = list->first;
  list->first = node;
  UnlockWord(&list->lock);
}

PoolNode* PoolPop(PoolList* list) {
  GOLAB_AT_CALL_AT(list, kWrite);
  LockWord(&list->lock);
  PoolNode* const node = list->first;
  if (node != nullptr) list->first = node->next;
  UnlockWord(&list->lock);
  if (node != nullptr) fiber::Acquire(node);
  return node;
}

void MapEnter(std::uint32_t* lock) {
  GOLAB_AT_CALL_AT(lock, kWrite);
  P* const p = arch::ThisP();
  if (p != nullptr) ++p->entered;
  LockWord(lock);
  fiber::Acquire(lock);
}

void MapLeave(std::uint32_t* lock) noexcept {
  fiber::Release(lock);
  UnlockWord(lock);
  P* const p = arch::ThisP();
  if (p != nullptr) --p->entered;
}

std::uint64_t HashBytes(const void* data, std::size_t size) noexcept {
  // FNV-1a, with a last mix because tables use the low bits.
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto* bytes = static_cast<const unsigned char*>(data);
  for (std::size_t i = 0; i < size; ++i) hash = (hash ^ bytes[i]) * 0x100000001b3;
  return hash ^ (hash >> 32);
}

}  // namespace rt

namespace sync {
namespace {

/// One OnceFunc; its copies share it.
class OnceCall {
 public:
  explicit OnceCall(Func<void()> f) : f_(std::move(f)) {}

  void Call() {
    once_.Do([this] {
      WithDefers([this](Defers& defer) {
        defer([this] {
          const Recovered panicked = recover();
          f_ = nullptr;  // what it holds is free from here on
          if (valid_) return;
          value_ = panicked.Value();
          panic(value_);  // at once: the report then shows where f panicked
        });
        f_();
        valid_ = true;
      });
    });
    if (!valid_) panic(value_);
  }

 private:
  Func<void()> f_;
  Once once_;
  bool valid_ = false;  // f has returned
  Any value_;           // what it panicked with
};

/// Counts who has a OnceCall.
class OnceCallRef {
 public:
  explicit OnceCallRef(Func<void()> f) : cell_(new Cell{1, OnceCall(std::move(f))}) {}

  OnceCallRef(const OnceCallRef& other) noexcept : cell_(other.cell_) {
    __atomic_fetch_add(&cell_->references, 1, __ATOMIC_RELAXED);  // the other keeps it alive
  }

  OnceCallRef& operator=(const OnceCallRef&) = delete;

  ~OnceCallRef() {
    // Acquire and release: the last holder sees what the others did before they let go.
    if (__atomic_sub_fetch(&cell_->references, 1, __ATOMIC_ACQ_REL) == 0) delete cell_;
  }

  void operator()() const { cell_->call.Call(); }

 private:
  struct Cell {
    std::uint32_t references;
    OnceCall call;
  };

  Cell* cell_;
};

}  // namespace

Func<void()> OnceFunc(Func<void()> f) {
  return OnceCallRef(std::move(f));
}

}  // namespace sync
}  // namespace golab
