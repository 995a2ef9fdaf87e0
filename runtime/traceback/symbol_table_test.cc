#include "runtime/traceback/symbol_table.h"

#include <cstring>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "runtime/traceback/image_facts.h"
#include "runtime/traceback/symbol_table_format.h"
#include "runtime/traceback/table_writer.h"

namespace golab::rt {
namespace {

// Outer [0x1000, 0x1100) with Middle inlined at [0x1010, 0x1040) and Leaf in that at [0x1020,
// 0x1030), a gap, and Last [0x1200, 0x1210) known by its symbol only.
std::string SmallTable() {
  ImageFacts facts;
  facts.build_id = "0123456789abcdefghij";
  facts.text_start = 0x1000;
  facts.text_end = 0x2000;
  facts.files = {"/src/a.cc", "/src/b.h"};
  facts.functions = {{.name = "Outer(int)"},
                     {.name = "Middle()"},
                     {.name = "golab::sync::WaitGroup::Wait()"},
                     {.name = "Last()"}};
  facts.copies = {{.function = 0, .start = 0x1000},
                  {.function = 1,
                   .parent = 0,
                   .start = 0x1000,
                   .call_file = 0,
                   .call_line = 12,
                   .call_column = 3},
                  {.function = 2,
                   .parent = 1,
                   .start = 0x1000,
                   .call_file = 1,
                   .call_line = 22,
                   .call_column = 5},
                  {.function = 3, .start = 0x1200}};
  facts.pieces = {{0x1000, 0x1100, 1, 0},
                  {0x1010, 0x1040, 2, 1},
                  {0x1020, 0x1030, 3, 2},
                  {0x1200, 0x1210, 0, 3}};
  facts.rows = {{0x1000, 0, 10, 1}, {0x1010, 1, 20, 2}, {0x1020, 1, 30, 7},
                {0x1030, 1, 23, 0}, {0x1040, 0, 13, 0}, {0x1100, kNoIndex, 0, 0}};
  return WriteTable(&facts);
}

std::string Describe(const SymbolTable& table, std::uintptr_t pc) {
  Frame frames[4];
  const std::size_t count = table.Lookup(pc, frames, 4);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += std::string(i > 0 ? " < " : "") + frames[i].function +
            (frames[i].inlined ? "(...) " : "() ") + frames[i].file + ":" +
            std::to_string(frames[i].line) + ":" + std::to_string(frames[i].column);
  }
  return text;
}

TEST(SymbolTable, FindsFunctionsLinesAndInlinedChains) {
  const std::string bytes = SmallTable();
  SymbolTable table;
  ASSERT_TRUE(SymbolTable::Open(bytes.data(), bytes.size(), &table));

  struct {
    std::uintptr_t pc;
    const char* want;
  } const cases[] = {
      {0xfff, ""},
      {0x1000, "main.Outer() /src/a.cc:10:1"},
      {0x100f, "main.Outer() /src/a.cc:10:1"},
      {0x1010, "main.Middle(...) /src/b.h:20:2 < main.Outer() /src/a.cc:12:3"},
      {0x1020,
       "sync.(*WaitGroup).Wait(...) /src/b.h:30:7 < main.Middle(...) /src/b.h:22:5 < main.Outer() "
       "/src/a.cc:12:3"},
      {0x1030, "main.Middle(...) /src/b.h:23:0 < main.Outer() /src/a.cc:12:3"},
      {0x10ff, "main.Outer() /src/a.cc:13:0"},
      {0x1100, ""},
      {0x1200, "main.Last() :0:0"},
      {0x1210, ""},
      {0x2000, ""},
      {std::uintptr_t{0x1000} << 32, ""},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.pc);
    EXPECT_EQ(Describe(table, c.pc), c.want);
  }
}

TEST(SymbolTable, SaysKindStartAndImage) {
  const std::string bytes = SmallTable();
  SymbolTable table;
  ASSERT_TRUE(SymbolTable::Open(bytes.data(), bytes.size(), &table));
  EXPECT_EQ(table.text_start(), 0x1000U);
  EXPECT_EQ(table.text_end(), 0x2000U);
  ASSERT_EQ(table.build_id_size(), 20U);
  EXPECT_EQ(std::memcmp(table.build_id(), "0123456789abcdefghij", 20), 0);
  Frame frames[3];
  ASSERT_EQ(table.Lookup(0x1025, frames, 3), 3U);
  EXPECT_EQ(frames[0].kind, FrameKind::kPublic);
  EXPECT_EQ(frames[1].kind, FrameKind::kStudent);
  EXPECT_STREQ(frames[2].raw, "Outer(int)");
  EXPECT_EQ(frames[0].function_start, 0x1000U);
  EXPECT_EQ(table.Lookup(0x1025, frames, 2), 2U);
  EXPECT_EQ(table.Lookup(0x1025, frames, 0), 0U);
}

// Everything a table can be asked, on whatever bytes.
void Exercise(const std::string& bytes) {
  // Exactly as long as said: a sanitizer sees each byte read behind the end.
  const auto exact = std::make_unique<char[]>(bytes.size());
  std::memcpy(exact.get(), bytes.data(), bytes.size());
  SymbolTable table;
  if (!SymbolTable::Open(exact.get(), bytes.size(), &table)) {
    EXPECT_FALSE(table.IsOpen());
  }
  for (std::uintptr_t pc = 0xff8; pc < 0x1220; pc += 8) {
    Frame frames[kMaxFramesPerPc];
    const std::size_t count = table.Lookup(pc, frames, kMaxFramesPerPc);
    ASSERT_LE(count, kMaxFramesPerPc);
    for (std::size_t i = 0; i < count; ++i) {
      (void)std::string(frames[i].function).append(frames[i].raw).append(frames[i].file);
    }
  }
}

TEST(SymbolTable, EveryTruncationIsRefused) {
  const std::string bytes = SmallTable();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    SCOPED_TRACE(size);
    SymbolTable table;
    EXPECT_FALSE(SymbolTable::Open(bytes.data(), size, &table));
    Exercise(bytes.substr(0, size));
  }
  SymbolTable table;
  EXPECT_FALSE(SymbolTable::Open(nullptr, 0, &table));
  EXPECT_FALSE(SymbolTable::Open((bytes + '\0').data(), bytes.size() + 1, &table));
}

TEST(SymbolTable, EveryChangedByteIsSurvived) {
  const std::string bytes = SmallTable();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    SCOPED_TRACE(at);
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::string forged = bytes;
      forged[at] = static_cast<char>(forged[at] ^ flip);
      Exercise(forged);
    }
    std::string forged = bytes;
    const std::size_t size = std::min<std::size_t>(4, bytes.size() - at);
    std::memset(forged.data() + at, 0xff, size);
    Exercise(forged);
  }
}

TEST(SymbolTable, ForgedRingOfInlinedCopiesEnds) {
  std::string bytes = SmallTable();
  symbol_format::Header header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  const std::size_t nodes = sizeof(header) + header.range_count * sizeof(symbol_format::Range) +
                            header.row_count * sizeof(symbol_format::Row);
  // The outermost copy becomes inlined into the innermost.
  const std::uint32_t innermost = 2;
  std::memcpy(bytes.data() + nodes + offsetof(symbol_format::Node, parent), &innermost, 4);
  SymbolTable table;
  ASSERT_TRUE(SymbolTable::Open(bytes.data(), bytes.size(), &table));
  Frame frames[kMaxFramesPerPc];
  EXPECT_EQ(table.Lookup(0x1020, frames, kMaxFramesPerPc), 3U);
}

}  // namespace
}  // namespace golab::rt
