#pragma once
// A function of the C library that golab stands in front of, as it is behind golab's.

#include <dlfcn.h>

namespace golab::rt {

template <class F>
class Behind {
 public:
  constexpr explicit Behind(const char* name) : name_(name) {}

  /// Looked up on first use.
  F* Get() noexcept {
    F* f = __atomic_load_n(&next_, __ATOMIC_RELAXED);
    if (f == nullptr) {
      f = reinterpret_cast<F*>(dlsym(RTLD_NEXT, name_));
      __atomic_store_n(&next_, f, __ATOMIC_RELAXED);  // the same, whoever looks
    }
    return f;
  }

 private:
  const char* name_;
  F* next_ = nullptr;
};

}  // namespace golab::rt
