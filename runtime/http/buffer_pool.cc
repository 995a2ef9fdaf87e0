#include "runtime/http/buffer_pool.h"

#include <cstdlib>

#include "runtime/arch/fiber.h"
#include "runtime/base/fault.h"
#include "runtime/base/spin_lock.h"
#include "runtime/http/input.h"

namespace golab::rt {
namespace {

struct Free {
  Free* next;
};

// As many as are active at a time: kept, up to this number. Guarded by `lock`.
constexpr int kKept = 256;
constinit std::uint32_t lock = 0;
constinit Free* first = nullptr;
constinit int kept = 0;

}  // namespace

char* TakeBuffer() {
  LockWord(&lock);
  Free* const taken = first;
  if (taken != nullptr) {
    first = taken->next;
    --kept;
  }
  UnlockWord(&lock);
  if (taken != nullptr) {
    fiber::Acquire(taken);  // as Go's sync.Pool: who gave it back comes first
    return reinterpret_cast<char*>(taken);
  }
  auto* const made = static_cast<char*>(std::malloc(Input::kSize));
  GOLAB_INVARIANT(made != nullptr, "out of memory");
  return made;
}

void GiveBuffer(char* buffer) {
  fiber::Release(buffer);
  LockWord(&lock);
  const bool keep = kept < kKept;
  if (keep) {
    first = new (buffer) Free{first};
    ++kept;
  }
  UnlockWord(&lock);
  if (!keep) std::free(buffer);
}

}  // namespace golab::rt
