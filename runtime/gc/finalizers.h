#pragma once
// The queue of finalizers and cleanups, and the goroutine that runs them. Go: mfinal.go.

#include "runtime/gc/heap.h"

namespace golab::rt::gc {

/// Callbacks in their order.
struct CallbackList {
  Callback* first = nullptr;
  Callback** end = &first;

  void Add(Callback* callback) noexcept {
    callback->next = nullptr;
    *end = callback;
    end = &callback->next;
  }
};

/// The time of these has come: they are run after those that are queued. A goroutine that holds no
/// lock.
void Queue(const CallbackList& list) noexcept;

}  // namespace golab::rt::gc
