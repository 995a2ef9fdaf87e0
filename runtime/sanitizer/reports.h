#pragma once
// How the sanitizers' objects, which are part of a race image's executable, tell the runtime what
// they have seen. They have to be there: a sanitizer's own library comes before libgolab.so in the
// order of look-up, and its weak hooks would win over any in it.

#include <cstddef>
#include <cstdint>

#include "runtime/event/record.h"

namespace golab::rt {

/// One side of a race as TSan has it.
struct SeenAccess {
  const char* fiber;  ///< "goroutine 7", or anything else
  void* const* pcs;   ///< return addresses, innermost first, `depth` of them
  std::size_t depth;
  int size;
  bool is_write;
  bool is_atomic;
};

struct SeenRace {
  std::uintptr_t address;
  SeenAccess now, before;
  void* const* heap_pcs;  ///< where the memory was allocated
  std::size_t heap_depth;
};

struct SeenFault {
  const char* description;  ///< ASan's: "stack-use-after-return"
  std::uintptr_t address, pc, frame;
  std::size_t size;
  bool is_write;
  void* const* heap_pcs;
  std::size_t heap_depth;
  void* const* free_pcs;
  std::size_t free_depth;
};

struct SeenUndefined {
  const char* kind;     ///< UBSan's: "signed-integer-overflow"
  const char* message;  ///< UBSan's sentence, with the values
  std::uint32_t line, column;
  std::uintptr_t pc, frame;
};

}  // namespace golab::rt

extern "C" {
void golab_note_race(const golab::rt::SeenRace* race);
void golab_note_undefined(const golab::rt::SeenUndefined* undefined);
void golab_note_fault(const golab::rt::SeenFault* fault);
}
