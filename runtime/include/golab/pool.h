#pragma once
// Go's sync.Pool: objects to use again.

#include <cstdint>
#include <utility>

#include "golab/func.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::rt {

/// An object that waits, in a list of its pool.
struct PoolNode {
  PoolNode* next;
};

/// Guarded by `lock`.
struct PoolList {
  std::uint32_t lock = 0;
  PoolNode* first = nullptr;
};

void PoolPush(PoolList* list, PoolNode* node);
PoolNode* PoolPop(PoolList* list);  ///< Null if it is empty.

}  // namespace golab::rt

namespace golab::sync {

/// Objects put away for later; never waits. Any goroutine may use one Pool.
///
///   sync::Pool<Buffer*> buffers{[] { return new Buffer; }};
///   Buffer* b = buffers.Get(); ...; buffers.Put(b);
///
/// Go: sync.Pool, of one type here. Differs: keeps what it has until it ends (Go drops it now and
/// then); it does not free what pointers point to.
template <class T>
class Pool {
 public:
  Pool() = default;

  explicit Pool(Func<T()> make) : New(std::move(make)) {}

  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  ~Pool() {
    while (rt::PoolNode* const node = rt::PoolPop(&list_)) delete static_cast<Node*>(node);
  }

  Func<T()> New;  ///< Makes one when there is none. May be nil: then Get gives T{}.

  /// The object put away last, else New's. Go: (*Pool).Get.
  [[gnu::always_inline]] T Get() {
    Node* const node = static_cast<Node*>(rt::PoolPop(&list_));
    if (node == nullptr) return New ? New() : T{};
    T value = std::move(node->value);
    delete node;
    return value;
  }

  /// Go: (*Pool).Put.
  [[gnu::always_inline]] void Put(T value) {
    rt::PoolPush(&list_, new Node{{nullptr}, std::move(value)});
  }

 private:
  struct Node : rt::PoolNode {
    T value;
  };

  rt::PoolList list_;
};

}  // namespace golab::sync

#pragma GCC visibility pop
