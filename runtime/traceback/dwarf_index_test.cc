#include "runtime/traceback/dwarf_index.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/traceback/symbol_table.h"

namespace golab::rt {
namespace {

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::uint32_t LineOf(const std::string& source, const std::string& marker) {
  const std::string text = Read(FIXTURE_SOURCES + source);
  const std::size_t at = text.find(marker);
  EXPECT_NE(at, std::string::npos) << marker;
  return static_cast<std::uint32_t>(
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

class Index {
 public:
  explicit Index(const std::string& fixture) {
    std::string error;
    EXPECT_TRUE(BuildSymbolTable(FIXTURES + fixture, &bytes_, &error)) << error;
    EXPECT_TRUE(SymbolTable::Open(bytes_.data(), bytes_.size(), &table_));
  }

  /// Chains of function names, "inner < outer", that stand at a line of the innermost frame.
  std::set<std::string> At(std::uint32_t line) const {
    std::set<std::string> chains;
    for (std::uintptr_t pc = table_.text_start(); pc < table_.text_end(); ++pc) {
      Frame frames[kMaxFramesPerPc];
      const std::size_t count = table_.Lookup(pc, frames, kMaxFramesPerPc);
      if (count == 0 || frames[0].line != line) continue;
      if (std::string(frames[0].file).find("/fixture/") == std::string::npos) continue;
      std::string chain;
      for (std::size_t i = 0; i < count; ++i) {
        chain += (i > 0 ? " < " : "") + std::string(frames[i].function);
        if (i > 0) chain += ":" + std::to_string(frames[i].line);
      }
      chains.insert(chain);
    }
    return chains;
  }

  std::set<std::string> Functions() const {
    std::set<std::string> names;
    for (std::uintptr_t pc = table_.text_start(); pc < table_.text_end(); ++pc) {
      Frame frames[kMaxFramesPerPc];
      const std::size_t count = table_.Lookup(pc, frames, kMaxFramesPerPc);
      for (std::size_t i = 0; i < count; ++i) names.insert(frames[i].function);
    }
    return names;
  }

  const SymbolTable& table() const { return table_; }

 private:
  std::string bytes_;
  SymbolTable table_;
};

using Chains = std::set<std::string>;

class StudentFlags : public testing::TestWithParam<const char*> {};

TEST_P(StudentFlags, EveryFunctionHasItsGoName) {
  const Index index(GetParam());

  struct {
    int here;
    Chains want;
  } const cases[] = {
      {1, {"main.Level2"}},
      {2, {"main.Level1"}},
      {3, {"main.a.b.F"}},
      {4, {"main.Hidden"}},
      {5, {"main.(*Anonymous).Method"}},
      {6, {"main.(*Pool).Run"}},
      {7, {"main.(*Pool).Run.func1", "main.(*Pool).Run"}},  // the line defines the closure, too
      {8, {"main.(*Pool).Size"}},
      {9, {"main.(*pool).run"}},
      {10, {"main.Twice"}},
      {11, {"main.main.func1"}},
      {12, {"main.main.func2.1"}},
      {13, {"main.main.func2"}},
      {14, {"main.main.func3", "main.main.func4"}},
      {16, {"main.main.func5"}},
      {17, {"main.main.func6"}},
      {18, {"main.main"}},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.here);
    const Chains got = index.At(LineOf("program.cc", "Here(" + std::to_string(c.here) + ")"));
    for (const std::string& want : c.want) {
      // A closure's line also belongs to the function that makes it.
      if (want == "main.(*Pool).Run" && c.here == 7) continue;
      EXPECT_EQ(got.count(want), 1U) << want << " is not at the line of Here(" << c.here << ")";
    }
    for (const std::string& chain : got) {
      const bool holder = chain.find(" < ") != std::string::npos || chain == "main.main" ||
                          chain == "main.main.func2" || chain == "main.(*Pool).Run";
      EXPECT_TRUE(c.want.count(chain) == 1 || holder) << chain;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Builds, StudentFlags, testing::Values("student", "full"),
                         [](const auto& build) { return std::string(build.param); });

TEST(DwarfIndex, AlwaysInlineFrameHasItsCallLine) {
  const Index index("student");
  const Chains got = index.At(LineOf("program.cc", "  f();"));
  const std::string caller =
      " < main.main:" + std::to_string(LineOf("program.cc", "golab::go([] { Here(17)"));
  ASSERT_EQ(got.size(), 1U);
  EXPECT_TRUE(got.begin()->ends_with(caller)) << *got.begin();
}

TEST(DwarfIndex, InlinedChainsAreWhole) {
  const Index index("inlined");
  const auto line = [](const char* marker) { return std::to_string(LineOf("inlined.cc", marker)); };
  EXPECT_EQ(index.At(LineOf("inlined.cc", "// leaf")),
            Chains{"main.deep.(*Inner).Leaf < main.deep.Middle:" + line("// calls leaf") +
                   " < main.Outer:" + line("// calls middle")});
  EXPECT_EQ(index.At(LineOf("inlined.cc", "// in closure")),
            Chains{"main.Outer.func1 < main.Outer:" + line("// calls closure")});
}

TEST(DwarfIndex, SymbolsAloneStillNameFunctions) {
  const Index index("plain");
  const Chains names = index.Functions();
  for (const char* want : {"main.Level1", "main.main", "main.(*Pool).Run", "main.Hidden",
                           "main.(*Pool).Run.func1", "main.main.func2.1"}) {
    EXPECT_EQ(names.count(want), 1U) << want;
  }
}

TEST(DwarfIndex, StrippedImageIsNoError) {
  const Index index("stripped");
  EXPECT_EQ(index.Functions().count("main.Level1"), 0U);
  EXPECT_GT(index.table().text_end(), index.table().text_start());
  EXPECT_EQ(index.table().build_id_size(), 20U);
}

TEST(DwarfIndex, SameImageSameBytes) {
  std::string first;
  std::string second;
  std::string error;
  ASSERT_TRUE(BuildSymbolTable(std::string(FIXTURES) + "student", &first, &error));
  ASSERT_TRUE(BuildSymbolTable(std::string(FIXTURES) + "student", &second, &error));
  EXPECT_EQ(first, second);
}

TEST(DwarfIndex, OtherFilesAreErrorsThatSayWhich) {
  std::string table;
  std::string error;
  EXPECT_FALSE(BuildSymbolTable("/no/such/file", &table, &error));
  EXPECT_EQ(error, "cannot read symbols of '/no/such/file': No such file or directory");
  const std::string source = std::string(FIXTURE_SOURCES) + "program.cc";
  EXPECT_FALSE(BuildSymbolTable(source, &table, &error));
  EXPECT_EQ(error,
            "cannot read symbols of '" + source + "': not an ELF executable or shared object");
  EXPECT_FALSE(BuildSymbolTable("/", &table, &error));
}

TEST(DwarfIndex, TruncatedImageIsSurvived) {
  const std::string image = Read(std::string(FIXTURES) + "student");
  const std::string path = testing::TempDir() + "/truncated";
  for (std::size_t size = 0; size < image.size(); size += 97) {
    std::ofstream(path, std::ios::binary) << image.substr(0, size);
    std::string table;
    std::string error;
    (void)BuildSymbolTable(path, &table, &error);
  }
}

}  // namespace
}  // namespace golab::rt
