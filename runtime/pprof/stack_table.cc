#include "runtime/pprof/stack_table.h"

#include <algorithm>
#include <bit>
#include <new>

namespace golab::rt {
namespace {

std::uint64_t HashOf(const std::uintptr_t* pcs, std::size_t depth) noexcept {
  std::uint64_t hash = 0x2545f4914f6cdd1dULL;
  for (std::size_t i = 0; i < depth; ++i) {
    hash = (hash ^ pcs[i]) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 29;
  }
  return hash;
}

}  // namespace

StackTable::StackTable(std::size_t most) {
  const std::size_t slots = std::bit_ceil(2 * most + 2);
  mask_ = slots - 1;
  slots_.reset(static_cast<std::uint32_t*>(std::calloc(slots, sizeof(std::uint32_t))));
  if (slots_ == nullptr) throw std::bad_alloc();
}

std::uint32_t StackTable::Intern(const std::uintptr_t* pcs, std::size_t depth) {
  const std::uint64_t hash = HashOf(pcs, depth);
  for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
    const std::uint32_t number = slots_[at];
    if (number == 0) {
      stacks_.push_back({Keep(pcs, depth), static_cast<std::uint32_t>(depth), hash});
      slots_[at] = static_cast<std::uint32_t>(stacks_.size());
      return slots_[at] - 1;
    }
    const Stack& stack = stacks_[number - 1];
    if (stack.hash == hash && stack.depth == depth && std::equal(pcs, pcs + depth, stack.pcs))
      return number - 1;
  }
}

const std::uintptr_t* StackTable::Keep(const std::uintptr_t* pcs, std::size_t depth) {
  if (kBlockWords - used_ < depth) {
    blocks_.push_back(std::make_unique<std::uintptr_t[]>(std::max(depth, kBlockWords)));
    used_ = 0;
  }
  std::uintptr_t* kept = blocks_.back().get() + used_;
  std::copy(pcs, pcs + depth, kept);
  used_ = std::min(used_ + depth, kBlockWords);  // a longer one has a block of its own
  return kept;
}

}  // namespace golab::rt
