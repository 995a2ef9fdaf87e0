// slog's lines are Go's, byte for byte: golden/go.txt is what golden/main.go prints with Go 1.24.

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/tests/child_process.h"

namespace golab {
namespace {

using ::testing::MatchesRegex;

tests::ChildResult RunSlog(const std::string& what, const char* world = "virtual") {
  tests::ChildOptions options;
  options.environment = {std::string("GOLAB_WORLD=") + world};
  return tests::RunChild({SLOG_PROGRAM, what}, options);
}

std::vector<std::string> Lines(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string Contents(const char* file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST(Slog, LinesAreGos) {
  const std::vector<std::string> go = Lines(Contents(GOLDEN_FILE));
  ASSERT_GT(go.size(), 80u);
  for (const char* world : {"virtual", "real"}) {
    const tests::ChildResult got = RunSlog("go", world);
    EXPECT_EQ(got.status, 0) << got.err;
    const std::vector<std::string> golab = Lines(got.out);
    EXPECT_EQ(golab.size(), go.size());
    for (std::size_t i = 0; i < std::min(go.size(), golab.size()); ++i) EXPECT_EQ(golab[i], go[i]);
  }
}

TEST(Slog, SourceIsTheCallsPlace) {
  const tests::ChildResult got = RunSlog("source");
  const std::vector<std::string> lines = Lines(got.out);
  ASSERT_EQ(lines.size(), 3u) << got.out << got.err;
  EXPECT_THAT(lines[0],
              MatchesRegex("level=INFO source=[^ ]*slog_program.cc:[0-9]+ msg=where x=1"));
  EXPECT_THAT(lines[1],
              MatchesRegex(R"(.*"source":.*"file":"[^"]*slog_program.cc","line":[0-9]+.,.*)"));
#if !GOLAB_ASAN && !GOLAB_TSAN
  EXPECT_THAT(lines[1], MatchesRegex(R"(.*"source":."function":"main.Work",.*)"));
  EXPECT_THAT(lines[2], MatchesRegex(R"(.*"source":."function":"main.main",.*)"));
#endif
}

TEST(Slog, AHandlerOfTheProgramsOwn) {
  EXPECT_EQ(RunSlog("own").out, "level=INFO msg=own a=1 g.b=2\n1\n");
}

TEST(Slog, ANilHandlerPanics) {
  const tests::ChildResult got = RunSlog("nil");
  EXPECT_EQ(got.status, 2);
  EXPECT_EQ(got.err.find("panic: nil Handler\n"), 0u) << got.err;
}

TEST(Slog, ManyGoroutinesWriteWholeLines) {
  for (const char* world : {"virtual", "real"}) {
    const tests::ChildResult got = RunSlog("many", world);
    EXPECT_EQ(got.status, 0) << got.err;
    const std::vector<std::string> lines = Lines(got.out);
    const std::set<std::string> distinct(lines.begin(), lines.end());
    EXPECT_EQ(lines.size(), 1000u);
    EXPECT_EQ(distinct.size(), 1000u);
    for (const std::string& line : lines)
      ASSERT_THAT(line, MatchesRegex("level=INFO msg=line i=[0-9]+ k=[0-9]+"));
  }
}

}  // namespace
}  // namespace golab
