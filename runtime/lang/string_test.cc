#include "golab/string.h"

#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "golab/slice.h"

namespace golab {
namespace {

TEST(String, ConvertsToAndFromStdStrings) {
  const String from_std = std::string("abc");
  const String from_view = std::string_view("abc");
  std::string to_std = from_std;
  const std::string_view to_view = from_view;
  EXPECT_EQ(to_std, "abc");
  EXPECT_EQ(to_view, "abc");
  to_std = from_view;
  to_std += from_view;
  EXPECT_EQ(to_std, "abcabc");
  EXPECT_EQ(std::string(from_std), "abc");
}

TEST(String, NullAndEmptyAreOne) {
  const char* const null = nullptr;
  EXPECT_TRUE(String(null).empty());
  EXPECT_EQ(String(), "");
  EXPECT_STREQ(String().c_str(), "");
  EXPECT_EQ(String(), String(""));
}

TEST(String, HoldsZeroBytes) {
  const String text("a\0b", 3);
  EXPECT_EQ(text.Len(), 3);
  EXPECT_EQ(text[2], 'b');
  EXPECT_NE(text, String("a"));
}

TEST(String, ComparesByBytesWithEveryStringType) {
  const String text = "abc";
  EXPECT_TRUE(text == "abc" && "abc" == text);
  EXPECT_TRUE(text == std::string("abc") && std::string("abc") == text);
  EXPECT_TRUE(text == std::string_view("abc") && std::string_view("abc") == text);
  EXPECT_TRUE(text < "abd" && text > std::string("ab") && text >= String("abc"));
  EXPECT_TRUE(String("\x80") > "a") << "bytes are unsigned";
}

TEST(String, ConcatenatesWithEveryStringType) {
  const String text = "b";
  EXPECT_EQ("a" + text + "c", "abc");
  EXPECT_EQ(std::string("a") + text + std::string("c"), "abc");
  EXPECT_EQ(String() + String(), "");
}

TEST(String, AppendLeavesCopiesAlone) {
  String text = "a";
  const String copy = text;
  text += "b";
  text += text;
  EXPECT_EQ(text, "abab");
  EXPECT_EQ(copy, "a");
  String grown;
  for (int i = 0; i < 1000; ++i) grown += "x";
  EXPECT_EQ(grown, std::string(1000, 'x'));
}

TEST(String, GoesToStreamsAndIntoMaps) {
  std::ostringstream out;
  out << String("a") << 1 << String() << std::endl;
  EXPECT_EQ(out.str(), "a1\n");
  std::map<String, int> map;
  map["b"] = 2;
  EXPECT_EQ(map["b"], 2);
}

TEST(String, SlicesLikeGo) {
  const String text = "hello";
  EXPECT_EQ(text.Slice(1, 3), "el");
  EXPECT_EQ(text.Slice(5, 5), "");
}

TEST(StringDeathTest, PanicsWithGosTextOutOfRange) {
  const String text = "abc";

  const struct {
    void (*act)(const String&);
    const char* want;
  } cases[] = {
      {[](const String& s) { s[5]; },
       "panic: runtime error: index out of range \\[5\\] with length 3\n"},
      {[](const String& s) { s[-1]; }, "panic: runtime error: index out of range \\[-1\\]\n"},
      {[](const String& s) { s.Slice(2, 1); },
       "panic: runtime error: slice bounds out of range \\[2:1\\]\n"},
      {[](const String& s) { s.Slice(0, 9); },
       "panic: runtime error: slice bounds out of range \\[:9\\] with length 3\n"},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.want);
    EXPECT_EXIT(c.act(text), testing::ExitedWithCode(2), c.want);
  }
}

TEST(String, IsCopiedByManyThreads) {
  const String text = "shared by all threads";
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([text] {
      for (int i = 0; i < 10000; ++i) {
        String copy = text;
        copy += "!";
        EXPECT_EQ(copy.size(), text.size() + 1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(text, "shared by all threads");
}

TEST(Slice, SharesItsElements) {
  const Slice<String> list{"a", "b"};
  const Slice<String> copy = list;
  EXPECT_EQ(copy.begin(), list.begin());
  std::string all;
  for (const String& text : copy) all += text;
  EXPECT_EQ(all, "ab");
  EXPECT_EQ(list.Len(), 2);
  EXPECT_TRUE(Slice<int>{}.empty());
}

}  // namespace
}  // namespace golab
