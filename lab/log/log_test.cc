#include "lab/log/log.h"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

std::vector<std::string> lines;

void Keep(std::string_view line) {
  lines.emplace_back(line);
}

class LogTest : public testing::Test {
 protected:
  LogTest() { lines.clear(); }

  ~LogTest() override { SetLogSink(nullptr); }
};

TEST_F(LogTest, GoesNowhereAtFirst) {
  EXPECT_FALSE(Logs());
  Log("lost");
  EXPECT_TRUE(lines.empty());
}

TEST_F(LogTest, GivesLinesToTheSink) {
  SetLogSink(&Keep);
  EXPECT_TRUE(Logs());
  Log("one");
  Log("two");
  EXPECT_EQ(lines, (std::vector<std::string>{"one", "two"}));
}

TEST_F(LogTest, TimesAScope) {
  SetLogSink(&Keep);
  {
    LogTime time("task1: compile");
    time.Add(" (found in the cache)");
  }
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].find("task1: compile: "), 0U) << lines[0];
  EXPECT_NE(lines[0].find(" ms (found in the cache)"), std::string::npos) << lines[0];
}

TEST_F(LogTest, ThreadsSpeakOneAtATime) {
  SetLogSink(&Keep);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int k = 0; k < 200; ++k) Log("line");
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(lines.size(), 800U);
}

}  // namespace
}  // namespace golab::lab
