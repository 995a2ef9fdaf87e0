#include "runtime/gc/address_index.h"

#include <cstdlib>
#include <map>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace golab::rt::gc {
namespace {

TEST(AddressIndex, FindsTheBlockBefore) {
  AddressIndex index;
  alignas(16) static char memory[1 << 16];
  EXPECT_EQ(index.Before(memory), nullptr);
  index.Add(memory + 1024, 64);
  index.Add(memory + 1088, 64);
  EXPECT_EQ(index.Before(memory + 1024), memory + 1024);
  EXPECT_EQ(index.Before(memory + 1087), memory + 1024);
  EXPECT_EQ(index.Before(memory + 1088), memory + 1088);
  index.Remove(memory + 1088);
  EXPECT_EQ(index.Before(memory + 1088), memory + 1024);
  index.Remove(memory + 1024);
  EXPECT_EQ(index.Before(memory + 1100), nullptr);
}

TEST(AddressIndex, AgreesWithAMap) {
  AddressIndex index;
  std::map<const char*, std::size_t> blocks;
  std::vector<char*> all;
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    if (all.empty() || random() % 3 != 0) {
      const std::size_t size = (random() % 20 == 0 ? 40'000 : 16) + random() % 600 / 16 * 16;
      auto* block = static_cast<char*>(std::aligned_alloc(16, size));
      all.push_back(block);
      blocks[block] = size;
      index.Add(block, size);
    } else {
      std::swap(all[random() % all.size()], all.back());
      index.Remove(all.back());
      blocks.erase(all.back());
      std::free(all.back());
      all.pop_back();
    }
    if (all.empty()) continue;
    const char* const block = all[random() % all.size()];
    ASSERT_EQ(index.Before(block + random() % blocks[block]), block) << i;
  }
  for (char* block : all) std::free(block);
}

}  // namespace
}  // namespace golab::rt::gc
