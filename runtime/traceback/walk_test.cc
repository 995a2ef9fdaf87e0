#include "runtime/traceback/walk.h"

#include <array>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace golab::rt {
namespace {

using Stack = std::array<std::uintptr_t, 16>;

std::uintptr_t At(const Stack& stack, std::size_t word) {
  return reinterpret_cast<std::uintptr_t>(&stack[word]);
}

std::vector<std::uintptr_t> Walk(const Stack& stack, std::uintptr_t fp) {
  std::vector<std::uintptr_t> pcs;
  WalkFrames(fp, At(stack, 0), At(stack, 0) + sizeof(stack),
             [&](std::uintptr_t pc, std::uintptr_t) {
               pcs.push_back(pc);
               return true;
             });
  std::array<std::uintptr_t, 16> captured{};
  const std::size_t count = CaptureFrames(fp, At(stack, 0), At(stack, 0) + sizeof(stack),
                                          captured.data(), captured.size());
  EXPECT_EQ(std::vector<std::uintptr_t>(captured.begin(), captured.begin() + count), pcs);
  return pcs;
}

using Pcs = std::vector<std::uintptr_t>;

TEST(Walk, FollowsRisingFramePointers) {
  Stack stack{};
  stack[2] = At(stack, 6);
  stack[3] = 100;
  stack[6] = At(stack, 14);
  stack[7] = 200;
  stack[14] = 0;
  stack[15] = 300;
  EXPECT_EQ(Walk(stack, At(stack, 2)), (Pcs{100, 200, 300}));
}

TEST(Walk, StopsWhereTheChainIsBroken) {
  Stack stack{};
  const std::uintptr_t start = At(stack, 2);
  const std::uintptr_t after = At(stack, 0) + sizeof(stack);
  stack[3] = 100;
  const std::uintptr_t ends[] = {
      0,                 // the outermost frame
      start,             // itself
      At(stack, 0),      // falling
      At(stack, 6) + 4,  // not aligned
      after,             // outside
      after - 8,         // its second word is outside
      ~std::uintptr_t{0} - 7,
  };
  for (const std::uintptr_t end : ends) {
    SCOPED_TRACE(end);
    stack[2] = end;
    EXPECT_EQ(Walk(stack, start), Pcs{100});
  }
  EXPECT_EQ(Walk(stack, 0), Pcs{});
  EXPECT_EQ(Walk(stack, after), Pcs{});
}

TEST(Walk, StopsAtANullReturnAddress) {
  Stack stack{};
  stack[2] = At(stack, 6);
  EXPECT_EQ(Walk(stack, At(stack, 2)), Pcs{});
}

TEST(Walk, CapturesNoMoreThanAsked) {
  Stack stack{};
  for (std::size_t i = 0; i + 2 < stack.size(); i += 2) {
    stack[i] = At(stack, i + 2);
    stack[i + 1] = 100 + i;
  }
  std::uintptr_t pcs[2];
  EXPECT_EQ(CaptureFrames(At(stack, 0), At(stack, 0), At(stack, 0) + sizeof(stack), pcs, 2), 2U);
}

// The test's own stack: the walk starts where the compiler really put things.
[[gnu::noinline]] std::size_t Depth(int calls) {
  if (calls > 0) {
    const std::size_t depth = Depth(calls - 1);
    asm volatile("");
    return depth;
  }
  const auto fp = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  constexpr std::uintptr_t kSome = 1 << 16;
  std::size_t count = 0;
  std::vector<std::uintptr_t> pcs;
  WalkFrames(fp, fp, fp + kSome, [&](std::uintptr_t pc, std::uintptr_t) {
    pcs.push_back(pc);
    return pcs.size() < 2 || pcs.end()[-1] == pcs.end()[-2] || pcs.size() < 4;
  });
  for (const std::uintptr_t pc : pcs) count += pc == pcs[1] ? 1 : 0;
  return count;
}

TEST(Walk, WalksARealStack) {
  EXPECT_GE(Depth(40), 39U);
}

}  // namespace
}  // namespace golab::rt
