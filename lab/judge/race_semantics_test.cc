// No false report of what golab's own words do: the runtime's tests of Go's semantics, each as a
// program of its own in race images, under schedules and with slices of every length. What is said
// of one is a race in the test, or an order that the runtime does not announce
// (runtime/arch/fiber.h). GOLAB_SOAK_SEEDS sets how many seeds.

#include <cstdlib>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "lab/judge/race_suite.h"
#include "lab/program/files.h"

namespace golab::lab {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = GOLAB_SOURCE_DIR;

constexpr const char* kFiles[] = {
    "tests/semantics_test.cc", "tests/unwinding_test.cc", "chan/chan_test.cc",
    "chan/select_test.cc",     "sync/cond_test.cc",       "sync/mutex_test.cc",
    "sync/rwmutex_test.cc",    "sync/wait_group_test.cc",
};

/// A test of one of these files.
struct RuntimeTest {
  fs::path file;
  std::string suite, name;
  bool is_program = false;  ///< GO_TEST: the body is main, and its expectations are of Go's order
  int programs = 1;         ///< that a test starts one after the other

  friend std::ostream& operator<<(std::ostream& out, const RuntimeTest& test) {
    return out << test.suite << "." << test.name;
  }
};

std::string Text(const fs::path& path) {
  auto text = ReadFile(path.string());
  EXPECT_TRUE(text) << path;
  return text ? *text : "";
}

std::vector<RuntimeTest> TestsOf(const fs::path& file) {
  static const std::regex kHead(R"((TEST|GO_TEST)\((\w+), (\w+)\) \{)");
  std::vector<RuntimeTest> tests;
  std::istringstream lines(Text(file));
  for (std::string line; std::getline(lines, line);) {
    std::smatch head;
    if (std::regex_match(line, head, kHead)) {
      tests.push_back({file, head[2], head[3], head[1] == "GO_TEST"});
      if (!tests.back().is_program) tests.back().programs = 0;
    } else if (line.rfind("  ExpectEnd(", 0) == 0 ||
               line.find("= tests::RunProgram(") != std::string::npos) {
      if (!tests.empty() && !tests.back().is_program) ++tests.back().programs;
    }
  }
  EXPECT_FALSE(tests.empty()) << file;
  return tests;
}

std::vector<RuntimeTest> AllTests() {
  std::vector<RuntimeTest> all;
  for (const char* file : kFiles) {
    for (RuntimeTest& test : TestsOf(kSource / "runtime" / file)) all.push_back(std::move(test));
  }
  return all;
}

/// The file as a submission.
Sources SubmissionOf(const fs::path& file) {
  static const std::regex kStoodInFor(
      "#include (<gtest/gtest.h>|\"runtime/tests/on_goroutine.h\")");
  static const std::regex kNamespace("\nnamespace golab \\{");
  std::string text = std::regex_replace(Text(file), kStoodInFor, "#include \"expectations.h\"");
  // What stands in golab's namespace is no program's own, and is reported to nobody.
  text = std::regex_replace(text, kNamespace, "\nnamespace tested { using namespace golab;");
  EXPECT_NE(text.find("namespace tested"), std::string::npos) << file;
  Sources sources;
  sources.Put({"main.cc", text});
  sources.Put({"expectations.h", Text(kSource / "lab/judge/race/expectations.h")});
  return sources;
}

class Semantics : public testing::TestWithParam<RuntimeTest> {};

TEST_P(Semantics, NothingIsFound) {
  const RuntimeTest& test = GetParam();
  ASSERT_GT(test.programs, 0);
  const char* soak = std::getenv("GOLAB_SOAK_SEEDS");
  const int seeds = soak == nullptr ? 3 : std::atoi(soak);
  Extent whole{{50'000}, seeds}, in_pieces{{1}, seeds};
  whole.look = [&](const ScheduleName& name, const lab::Run& run) {
    constexpr int kNoSuchTest = 3;  // what expectations.h ends with
    EXPECT_FALSE(run.process.Exited(kNoSuchTest) && run.process.err.find("no test") == 0);
    if (name.IsGoOrder() && test.is_program) {
      EXPECT_TRUE(run.process.Exited(0)) << run.process.err;
    }
  };
  for (int program = 0; program < test.programs; ++program) {
    SCOPED_TRACE("program " + std::to_string(program));
    const Sources sources = SubmissionOf(test.file);
    const std::vector<std::string> flags = {"--test=" + test.suite + "." + test.name,
                                            "--program=" + std::to_string(program)};
    EXPECT_EQ(ExpectNothing(sources, whole, flags), 2 * seeds);
    EXPECT_EQ(ExpectNothing(sources, in_pieces, flags), 2 * seeds);
  }
}

std::string TestName(const testing::TestParamInfo<RuntimeTest>& info) {
  return info.param.suite + "_" + info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Runtime, Semantics, testing::ValuesIn(AllTests()), TestName);

}  // namespace
}  // namespace golab::lab
