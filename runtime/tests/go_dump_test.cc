// Dumps that a signal or an overflowing stack sets off, against Go's (golden/signals/*.txt).

#include <algorithm>
#include <csignal>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/tests/child_process.h"

namespace golab::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::MatchesRegex;

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> GoldenLines(const char* name) {
  std::ifstream file(std::string(GOLAB_SOURCE_DIR "/runtime/tests/golden/signals/") + name);
  std::stringstream text;
  text << file.rdbuf();
  return Lines(text.str());
}

ChildResult RunScenario(const char* scenario, int signal = 0) {
  ChildOptions options;
  options.signal_when_asleep = signal;
  return RunChild({GO_GOLDEN_PROGRAM, scenario}, options);
}

std::size_t Count(const std::vector<std::string>& lines, const std::string& beginning) {
  return static_cast<std::size_t>(std::count_if(
      lines.begin(), lines.end(), [&](const std::string& l) { return l.starts_with(beginning); }));
}

// "goroutine 18 gp=0x.. m=nil [chan receive]:" -> "chan receive"; the system's are left out.
std::vector<std::string> Reasons(const std::vector<std::string>& lines, bool golab) {
  const std::regex header(R"(goroutine (\d+) gp=0x[0-9a-f]+ m=(?:nil|0 mp=0x[0-9a-f]+) \[(.*)\]:)");
  const std::regex system("idle|.*\\((?:idle)\\)|GC .*|finalizer wait");
  std::vector<std::string> reasons;
  for (const std::string& line : lines) {
    std::smatch match;
    if (!std::regex_match(line, match, header)) continue;
    if (!golab && std::regex_match(match[2].str(), system)) continue;
    if (match[1] != "0") reasons.push_back(match[2]);
  }
  return reasons;
}

std::vector<std::string> RegisterNames(const std::vector<std::string>& lines) {
  const std::regex line_form(R"(([a-z0-9]{2,6}) +0x[0-9a-f]+)");
  std::vector<std::string> names;
  for (const std::string& line : lines) {
    std::smatch match;
    if (line.size() > 7 && std::regex_match(line, match, line_form)) names.push_back(match[1]);
  }
  return names;
}

TEST(SignalDump, QuitIsGosDump) {
  const std::vector<std::string> go = GoldenLines("signal-quit-dump.txt");
  const ChildResult got = RunScenario("dump/signal-quit", SIGQUIT);
  const std::vector<std::string> golab = Lines(got.err);
  SCOPED_TRACE(got.err);
  EXPECT_EQ(got.status, 2);
  ASSERT_GT(golab.size(), 4u);
  EXPECT_EQ(golab[0], go[1]);  // go[0] says what the file is
  EXPECT_THAT(golab[1], MatchesRegex("PC=0x[0-9a-f]+ m=0 sigcode=0"));
  EXPECT_EQ(golab[2], "");
  EXPECT_THAT(golab[3], MatchesRegex("goroutine 0 gp=0x[0-9a-f]+ m=0 mp=0x[0-9a-f]+ .idle.:"));
  EXPECT_EQ(Reasons(golab, true), Reasons(go, false));
  EXPECT_EQ(RegisterNames(golab), RegisterNames(go));
  EXPECT_NE(got.err.find(" fp=0x"), std::string::npos);
}

TEST(SignalDump, AbortIsAlikeAndNamesItself) {
  const ChildResult got = RunScenario("dump/signal-quit", SIGABRT);
  EXPECT_EQ(got.status, 2);
  EXPECT_TRUE(got.err.starts_with("SIGABRT: abort\nPC=0x")) << got.err;
}

TEST(SignalDump, OthersEndTheProcessSilently) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    SCOPED_TRACE(signal);
    const ChildResult got = RunScenario("dump/signal-quit", signal);
    EXPECT_EQ(got.status, 128 + signal);
    EXPECT_EQ(got.err, "");
  }
}

void ExpectOverflow(const ChildResult& got, const std::vector<std::string>& end) {
  const std::vector<std::string> go = GoldenLines("stack-overflow.txt");
  const std::vector<std::string> lines = Lines(got.err);
  SCOPED_TRACE(got.err.substr(0, 400));
  EXPECT_EQ(got.status, 2);
  ASSERT_GT(lines.size(), 200u);
  EXPECT_THAT(lines[0], MatchesRegex("runtime: goroutine stack exceeds [0-9]+-byte limit"));
  EXPECT_THAT(lines[1], MatchesRegex("runtime: sp=0x[0-9a-f]+ stack=.0x[0-9a-f]+, 0x[0-9a-f]+."));
  EXPECT_EQ(lines[2], go[3]);  // go[0] says what the file is
  EXPECT_EQ(lines[3], go[4]);
  EXPECT_EQ(lines[4], go[5]);
  EXPECT_EQ(Count(lines, "main.Endless()") + end.size(), 100u);
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(),
                          [](const std::string& l) {
                            return std::regex_match(l,
                                                    std::regex(R"(\.\.\.\d+ frames elided\.\.\.)"));
                          }),
            1);
  std::size_t at = 0;
  for (const std::string& frame : end) {
    while (at < lines.size() && lines[at] != frame) ++at;
    EXPECT_LT(at, lines.size()) << frame;
  }
}

TEST(StackOverflow, OfMainShowsFiftyFramesOfEachEnd) {
  const ChildResult got = RunScenario("dump/overflow-main");
  EXPECT_TRUE(got.err.starts_with(GoldenLines("stack-overflow.txt")[1] + "\n"));
  ExpectOverflow(got, {"main.OverflowMain()", "main.main()"});
}

TEST(StackOverflow, OfAGoroutineShowsTheOthersToo) {
  const ChildResult got = RunScenario("dump/overflow-goroutine");
  ExpectOverflow(got, {"main.OverflowGoroutine.func1()"});
  EXPECT_NE(got.err.find("\n\ngoroutine 1 [chan receive]:\n"), std::string::npos);
}

}  // namespace
}  // namespace golab::tests
