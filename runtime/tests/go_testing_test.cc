// What a program of tests prints, against `go test` (golden/testing/test-fail.txt).

#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/tests/child_process.h"

namespace golab::tests {
namespace {

// What the test binary printed in the n-th of the golden file's runs; the go command's own lines,
// "ok  	lab/t3	0.054s" and what follows, are left out.
std::string Golden(int run) {
  std::ifstream file(GOLAB_SOURCE_DIR "/runtime/tests/golden/testing/test-fail.txt");
  std::string text;
  int at = -1;
  bool of_the_command = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("$ ")) {
      ++at;
      of_the_command = false;
      continue;
    }
    if (line.starts_with("ok  \t") || line.starts_with("FAIL\t")) of_the_command = true;
    if (at == run && !of_the_command) text += line + '\n';
  }
  return text;
}

// Seconds and the place in the source may differ.
std::string Common(const std::string& text) {
  const std::string timed = std::regex_replace(text, std::regex(R"(\(\d+\.\d\ds\))"), "(0.00s)");
  return std::regex_replace(timed, std::regex(R"(\w+\.(?:go|cc):\d+:)"), "FILE:0:");
}

TEST(GoTesting, PrintsWhatGoTestPrints) {
  struct {
    const char* name;
    std::vector<std::string> flags;
    const char* leaks;
    int golden;
    int status;
  } const cases[] = {
      {"passes, -v", {"-test.v"}, "", 0, 0},
      {"leaks, -v", {"-test.v"}, "1", 1, 1},
      {"leaks", {}, "1", 2, 1},
  };

  for (const char* world : {"real", "virtual"}) {
    for (const auto& c : cases) {
      SCOPED_TRACE(std::string(c.name) + ", " + world);
      std::vector<std::string> arguments{GO_TEST_PROGRAM};
      arguments.insert(arguments.end(), c.flags.begin(), c.flags.end());
      const ChildResult got =
          RunChild(arguments, {.environment = {std::string("GO_TEST_LEAKS=") + c.leaks,
                                               std::string("GOLAB_WORLD=") + world}});
      EXPECT_EQ(Common(got.out), Common(Golden(c.golden)));
      EXPECT_EQ(got.err, "");
      EXPECT_EQ(got.status, c.status);
    }
  }
}

}  // namespace
}  // namespace golab::tests
