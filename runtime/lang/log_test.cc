#include "golab/log.h"

#include <regex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace golab {
namespace {

struct Buffer {
  std::string text;

  void Write(const char* data, std::size_t size) { text.append(data, size); }
};

TEST(Log, LinesAreGos) {
  const struct {
    int flags;
    const char* want;
  } cases[] = {
      {log::LstdFlags, R"(p: \d{4}/\d\d/\d\d \d\d:\d\d:\d\d hi 1\n)"},
      {log::Ldate, R"(p: \d{4}/\d\d/\d\d hi 1\n)"},
      {log::Ltime, R"(p: \d\d:\d\d:\d\d hi 1\n)"},
      {log::LstdFlags | log::Lmicroseconds | log::LUTC,
       R"(p: \d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{6} hi 1\n)"},
      {log::Ltime | log::Lmsgprefix, R"(\d\d:\d\d:\d\d p: hi 1\n)"},
      {log::Lshortfile, R"(p: \?\?\?:0: hi 1\n)"},
      {0, R"(p: hi 1\n)"},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.want);
    Buffer out;
    const log::Logger logger = log::New(&out, "p: ", c.flags);
    logger.Println("hi", 1);
    EXPECT_TRUE(std::regex_match(out.text, std::regex(c.want))) << out.text;
  }
}

TEST(Log, EndsEachMessageWithOneNewline) {
  Buffer out;
  const log::Logger logger(&out, "", 0);
  logger.Print("a", 1, 2);
  logger.Printf("%s\n", "b");
  logger.Print("");
  EXPECT_EQ(out.text, "a1 2\nb\n\n");
}

TEST(Log, CopiesOfALoggerAreOne) {
  Buffer first;
  Buffer second;
  const log::Logger logger(&first, "x", 0);
  const log::Logger copy = logger;
  copy.SetPrefix("y ");
  copy.SetOutput(&second);
  copy.SetFlags(log::Lmsgprefix);
  logger.Print("z");
  EXPECT_EQ(first.text, "");
  EXPECT_EQ(second.text, "y z\n");
  EXPECT_EQ(logger.Prefix(), "y ");
  EXPECT_EQ(logger.Flags(), log::Lmsgprefix);
}

TEST(LogDeathTest, FatalExits1AndPanicPanics) {
  EXPECT_EXIT(log::Fatal("a", 1), testing::ExitedWithCode(1), R"(^[0-9/]{10} [0-9:]{8} a1
$)");
  EXPECT_EXIT(log::Fatalf("%d", 5), testing::ExitedWithCode(1), " 5\n$");
  EXPECT_EXIT(log::Panicf("%d", 5), testing::ExitedWithCode(2), " 5\npanic: 5\n$");
  EXPECT_EXIT(log::Panic("x"), testing::ExitedWithCode(2), " x\npanic: x\n$");
}

TEST(Log, LinesOfThreadsDoNotMix) {
  std::vector<std::string> lines(4);
  testing::internal::CaptureStderr();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 200; ++i)
        log::Printf("%d%s", t, std::string(50, static_cast<char>('a' + t)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string text = testing::internal::GetCapturedStderr();
  const std::regex line(R"(\S+ \S+ (0a{50}|1b{50}|2c{50}|3d{50})\n)");
  const auto count =
      std::distance(std::sregex_iterator(text.begin(), text.end(), line), std::sregex_iterator());
  EXPECT_EQ(count, 800);
}

}  // namespace
}  // namespace golab
