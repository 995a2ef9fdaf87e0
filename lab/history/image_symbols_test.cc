#include "lab/history/image_symbols.h"

#include <link.h>

#include <gtest/gtest.h>

#include "runtime/traceback/dwarf_index.h"

namespace golab::lab {

// Outside the anonymous namespace, so that its name is short.
[[gnu::noinline]] std::uint64_t WhereAmI() {
  return reinterpret_cast<std::uint64_t>(__builtin_return_address(0));
}

namespace {

std::uint64_t LoadBias() {
  std::uint64_t bias = 0;
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* out) {
        *static_cast<std::uint64_t*>(out) = info->dlpi_addr;
        return 1;  // the first is the program itself
      },
      &bias);
  return bias;
}

std::string OwnTable() {
  std::string table, error;
  EXPECT_TRUE(rt::BuildSymbolTable("/proc/self/exe", &table, &error)) << error;
  return table;
}

TEST(ImageSymbols, NamesALineOfTheProgramRelativeToItsFolder) {
  const ImageSymbols symbols({{OwnTable(), LoadBias()}}, GOLAB_SOURCE_DIR "/lab/history");
  const int line = __LINE__ + 1;
  const std::uint64_t pc = WhereAmI();
  const auto frames = symbols.Lookup(pc, false);
  ASSERT_FALSE(frames.empty());
  EXPECT_EQ(frames.back().file, "image_symbols_test.cc");
  EXPECT_EQ(frames.back().line, line);
  EXPECT_EQ(frames.back().pc, pc);
  EXPECT_EQ(symbols.Lookup(pc, false).back().line, line);  // now from the cache
}

TEST(ImageSymbols, FilesElsewhereAreNotTheProgramsOwn) {
  const ImageSymbols symbols({{OwnTable(), LoadBias()}}, "/somewhere/else");
  const auto frames = symbols.Lookup(WhereAmI(), false);
  ASSERT_FALSE(frames.empty());
  EXPECT_FALSE(frames.back().own);
}

TEST(ImageSymbols, KnowsNothingOfForeignAddressesAndDamagedTables) {
  const ImageSymbols symbols({{OwnTable(), LoadBias()}, {"no table", 0}, {"", 0}}, "");
  for (const std::uint64_t pc : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}}) {
    EXPECT_TRUE(symbols.Lookup(pc, false).empty());
    EXPECT_TRUE(symbols.Lookup(pc, true).empty());
  }
}

}  // namespace
}  // namespace golab::lab
