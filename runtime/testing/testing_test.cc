// Programs of tests against what Go printed for the same tests: each section of golden/golden.txt
// is a test here, in both worlds.

#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/testing/test_names.h"
#include "runtime/tests/child_process.h"
#include "runtime/tests/golden_text.h"

namespace golab {
namespace {

std::vector<golden::Section> Sections() {
  std::ifstream stream(GOLDEN_FILE);
  std::stringstream text;
  text << stream.rdbuf();
  return golden::ParseGolden(text.str());
}

/// What may differ is gone: seconds, the extension of files, places in the library, dumps.
std::string Common(std::string text) {
  text = std::regex_replace(text, std::regex(R"(\(\d+\.\d\ds\))"), "(N.NNs)");
  text = std::regex_replace(text, std::regex(R"((program_test)\.(go|cc))"), "$1");
  text = std::regex_replace(text, std::regex(R"((testing\.go|test\.cc):\d+)"), "testing");
  const std::size_t dump = text.find("\ngoroutine ");
  return dump == std::string::npos ? text : text.substr(0, dump + 1);
}

std::vector<std::string> Words(const std::string& line) {
  std::istringstream words(line);
  std::vector<std::string> all;
  for (std::string word; words >> word;) all.push_back(word);
  return all;
}

class AsGo : public testing::TestWithParam<const char*> {};

TEST_P(AsGo, PrintsTheSame) {
  const std::vector<golden::Section> sections = Sections();
  ASSERT_GT(sections.size(), 15U);
  for (const golden::Section& section : sections) {
    SCOPED_TRACE("program_test " + section.name);
    std::vector<std::string> command = Words(section.name);
    command.insert(command.begin(), TEST_PROGRAM);
    tests::ChildOptions options;
    options.environment = {std::string("GOLAB_WORLD=") + GetParam()};
    const tests::ChildResult got = tests::RunChild(command, options);
    EXPECT_EQ(got.status, section.want.status) << got.err;
    EXPECT_EQ(Common(got.out), Common(section.want.out));
    EXPECT_EQ(Common(got.err), Common(section.want.err));
  }
}

INSTANTIATE_TEST_SUITE_P(Worlds, AsGo, testing::Values("real", "virtual"));

TEST(Flags, TheGoCommandsSpellingsWork) {
  for (const char* run : {"-run=Quiet", "--test.run=Quiet", "-test.run=Quiet"}) {
    const tests::ChildResult got = tests::RunChild({TEST_PROGRAM, run, "-v", "-count=1"});
    EXPECT_EQ(Common(got.out), Common("=== RUN   TestFailQuietly\n"
                                      "goes on true false TestFailQuietly\n"
                                      "--- FAIL: TestFailQuietly (0.00s)\n"
                                      "=== RUN   TestQuiet\n"
                                      "--- PASS: TestQuiet (0.00s)\n"
                                      "FAIL\n"));
    EXPECT_EQ(got.status, 1);
  }
}

TEST(Flags, MistakesEndTheRun) {
  const tests::ChildResult regexp = tests::RunChild({TEST_PROGRAM, "-run", "a/("});
  EXPECT_EQ(regexp.status, 1);
  EXPECT_EQ(regexp.err.find("testing: invalid regexp for element 1 of -test.run (\"(\"): error "
                            "parsing regexp: "),
            0U)
      << regexp.err;
  const tests::ChildResult unknown = tests::RunChild({TEST_PROGRAM, "-nope"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_EQ(unknown.err.substr(0, 38), "flag provided but not defined: -nope\nU");
}

TEST(TestMain, StandsAroundTheTests) {
  const tests::ChildResult got = tests::RunChild({MAIN_PROGRAM, "-leak"});
  EXPECT_EQ(got.out, "before true\nmain's test\nPASS\nafter 0\n");
  EXPECT_EQ(got.status, 7);
  EXPECT_EQ(tests::RunChild({MAIN_PROGRAM, "-returns"}).status, 0);
}

TEST(TestMain, ProgramsOfOneImageAreApart) {
  tests::ChildOptions options;
  options.environment = {"GOLAB_PROGRAM=other"};
  EXPECT_EQ(tests::RunChild({MAIN_PROGRAM}, options).out, "other's test\nPASS\n");
}

TEST(Pattern, MatchesLevelByLevel) {
  struct {
    const char* pattern;
    const char* name;
    bool ok;
    bool partial;
  } const cases[] = {
      {"A", "TestA", true, false},         {"^A", "TestA", false, false},
      {"A/b", "TestA", true, true},        {"A/b", "TestA/b", true, false},
      {"A/b", "TestA/c", false, false},    {"A/b", "TestA/b/d", true, false},
      {"A|B/c", "TestB/d", false, false},  {"A|B/c", "TestA/d", true, false},
      {"(A|B)/c", "TestB/c", true, false}, {"[/]", "TestA", false, false},
      {"/b", "TestX/b", true, false},      {"A/one two", "TestA/one_two", true, false},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.pattern) + " on " + c.name);
    std::string error;
    const auto pattern = rt::TestPattern::Parse(c.pattern, "-test.run", &error);
    ASSERT_TRUE(pattern.has_value()) << error;
    EXPECT_EQ(pattern->Matches(c.name).ok, c.ok);
    EXPECT_EQ(pattern->Matches(c.name).partial, c.partial);
  }
}

}  // namespace
}  // namespace golab
