#pragma once
// Stacks, each kept once.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <memory>
#include <vector>

namespace golab::rt {

/// One goroutine's.
class StackTable {
 public:
  struct Stack {
    const std::uintptr_t* pcs = nullptr;  ///< return addresses, innermost first
    std::uint32_t depth = 0;
    std::uint64_t hash = 0;
  };

  /// For at most `most` different stacks.
  explicit StackTable(std::size_t most);

  /// The stack's number, from 0 in the order of their coming. Copies what is new.
  std::uint32_t Intern(const std::uintptr_t* pcs, std::size_t depth);

  const Stack& operator[](std::size_t i) const { return stacks_[i]; }

  std::size_t size() const { return stacks_.size(); }

 private:
  struct Free {
    void operator()(void* memory) const noexcept { std::free(memory); }
  };

  static constexpr std::size_t kBlockWords = 8192;

  const std::uintptr_t* Keep(const std::uintptr_t* pcs, std::size_t depth);

  // Blocks and a deque, so that growing never copies what is there: that would take too long at a
  // time. calloc gives pages that cost nothing until they are touched.
  std::unique_ptr<std::uint32_t[], Free> slots_;  // number + 1, 0: free
  std::size_t mask_;
  std::deque<Stack> stacks_;
  std::vector<std::unique_ptr<std::uintptr_t[]>> blocks_;
  std::size_t used_ = kBlockWords;  // words of the last block
};

}  // namespace golab::rt
