#pragma once
// BlockCache: freed blocks of one size, for the next who needs one. A line of the processor's cache
// never holds parts of two blocks, so that what two Ps work on does not lie on one by chance.
//
// Thread safety: none; each P has its own. A block may be given back where it was not taken.

#include <cstdlib>

#include "runtime/base/compiler.h"

namespace golab::rt {

template <std::size_t kBytes>
class BlockCache {
  static_assert(kBytes % 64 == 0);

 public:
  struct alignas(64) Block {
    char bytes[kBytes];
  };

  /// Memory for a Block that no P has kept; null: there is none. Any thread.
  static void* Allocate() noexcept { return std::aligned_alloc(alignof(Block), sizeof(Block)); }

  /// Memory for a Block; null: there is none.
  void* Take() noexcept {
    if (free_ == nullptr || !kKeeps) return Allocate();
    Link* block = free_;
    free_ = block->next;
    --count_;
    return block;
  }

  void Give(void* block) noexcept {
    if (count_ == kMost || !kKeeps) return std::free(block);
    free_ = ::new (block) Link{free_};
    ++count_;
  }

 private:
  struct Link {
    Link* next;
  };

  static constexpr std::uint32_t kMost = 1024;
  // The sanitizers want to see what is freed.
  static constexpr bool kKeeps = GOLAB_ASAN == 0 && GOLAB_TSAN == 0;

  Link* free_ = nullptr;
  std::uint32_t count_ = 0;
};

}  // namespace golab::rt
