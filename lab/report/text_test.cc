#include "lab/report/text.h"

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

using namespace std::string_literals;

TEST(CleanUtf8, ReplacesWhatIsNoCharacter) {
  struct {
    std::string in, want;
  } const cases[] = {
      {"plain \xc3\xa9 \xf0\x9f\x98\x80", "plain \xc3\xa9 \xf0\x9f\x98\x80"},
      {"\xff", "\xef\xbf\xbd"},
      {"a\xc3", "a\xef\xbf\xbd"},
      {"\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd"},                                  // overlong
      {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},                  // a surrogate
      {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},  // above U+10FFFF
      {"a\0b"s, "a\0b"s},
  };

  for (const auto& c : cases) {
    EXPECT_EQ(CleanUtf8(c.in), c.want);
    EXPECT_EQ(CleanUtf8(CleanUtf8(c.in)), CleanUtf8(c.in));
  }
}

TEST(CutText, CutsBetweenCharactersAndSaysSo) {
  EXPECT_EQ(CutText("abc", 3), "abc");
  EXPECT_EQ(CutText("abcd", 3), "abc... (1 bytes cut)");
  EXPECT_EQ(CutText("ab\xc3\xa9x", 3), "ab... (3 bytes cut)");
  EXPECT_EQ(CutText("\xf0\x9f\x98\x80", 3), "... (4 bytes cut)");
}

TEST(XmlText, EscapesAndDrops) {
  EXPECT_EQ(XmlText("a<b>&\"]]>"), "a&lt;b&gt;&amp;&quot;]]&gt;");
  EXPECT_EQ(XmlText("a\0b\x1b[1m\r\n\t"s), "ab[1m\n\t");
  EXPECT_EQ(XmlText("a\n\tb", true), "a&#10;&#9;b");
  EXPECT_EQ(XmlText("\xef\xbf\xbf"), "");  // U+FFFF
}

TEST(JsonString, EscapesControlCharacters) {
  EXPECT_EQ(JsonString("a\"b\\c\n\t\x01\x7f"), "\"a\\\"b\\\\c\\n\\t\\u0001\\u007f\"");
  EXPECT_EQ(JsonString("\xe2\x80\xa8"), "\"\\u2028\"");
  EXPECT_EQ(JsonString("\xff"), "\"\xef\xbf\xbd\"");
}

TEST(OneLine, MovesNoCursor) {
  EXPECT_EQ(OneLine("a\nb\tc\x1b[2J\n"), "a b c\\x1b[2J");
  EXPECT_EQ(OneLine("x\xe2\x80\xaey"), "x\\u202ey");  // turns the direction of writing
}

TEST(TapText, EscapesHashAndBackslash) {
  EXPECT_EQ(TapText("a # SKIP \\ b"), "a \\# SKIP \\\\ b");
}

TEST(Decimal, HasNoTrailingZeros) {
  EXPECT_EQ(Decimal(3), "3");
  EXPECT_EQ(Decimal(2.5), "2.5");
  EXPECT_EQ(Decimal(-0.0), "0");
  EXPECT_EQ(Decimal(1.0 / 3), "0.333");
  EXPECT_EQ(Seconds(0.4123), "0.412");
  EXPECT_EQ(Seconds(-1), "0.000");
}

}  // namespace
}  // namespace golab::lab
