#pragma once
// Objects that the runtime keeps for ever, in places where a leak checker does not look.

#include "runtime/base/compiler.h"

/// LeakSanitizer's, where a program has it.
extern "C" [[gnu::weak]] void __lsan_ignore_object(const void* object);

namespace golab::rt {

/// `object`, from the heap, is no leak, and what it refers to is none.
inline void KeepForEver(const void* object) noexcept {
  if (&__lsan_ignore_object != nullptr) __lsan_ignore_object(object);
}

}  // namespace golab::rt
