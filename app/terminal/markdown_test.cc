#include "app/terminal/markdown.h"

#include <gtest/gtest.h>

namespace golab::app {
namespace {

TEST(FillMarkdown, JoinsTheLinesOfAParagraph) {
  EXPECT_EQ(FillMarkdown("one two\nthree four\n\nfive\n", 12), "one two\nthree four\n\nfive\n");
  EXPECT_EQ(FillMarkdown("one\ntwo\nthree\n", 40), "one two three\n");
}

TEST(FillMarkdown, IndentsWhatFollowsInAnItem) {
  EXPECT_EQ(FillMarkdown("- one two three\n  four\n- five\n", 11),
            "- one two\n  three\n  four\n- five\n");
}

TEST(FillMarkdown, LeavesCodeAndHeadingsAlone) {
  const char* text =
      "# a heading that is longer than the width\n\n    golab run task1  some code\n\n"
      "```\n| fenced |   code stays\n```\n";
  EXPECT_EQ(FillMarkdown(text, 12), text);
}

TEST(FillMarkdown, PutsWhatIsSaidOfALongCommandBelowIt) {
  const char* text = "    golab run t1    the count as a plot\n";
  EXPECT_EQ(FillMarkdown(text, 40), text);
  EXPECT_EQ(FillMarkdown(text, 28), "    golab run t1\n        the count as a plot\n");
  EXPECT_EQ(FillMarkdown(text, 20), "    golab run t1\n        the count as\n        a plot\n");
}

TEST(FillMarkdown, SetsATableInColumns) {
  const char* text = "| check | what must hold |\n|---|---|\n| `ends` | main returns in time |\n";
  EXPECT_EQ(FillMarkdown(text, 80), "  check   what must hold\n  `ends`  main returns in time\n");
  EXPECT_EQ(FillMarkdown("| `c` | one two three four five six |\n", 32),
            "  `c`  one two three four five\n       six\n");
  EXPECT_EQ(FillMarkdown("| `c` | one two three four five six |\n", 20),
            "  `c`\n      one two three\n      four five six\n");
}

TEST(FillMarkdown, EndsAParagraphAtATable) {
  EXPECT_EQ(FillMarkdown("one\ntwo\n| t |\nthree\n", 20), "one two\n  t\nthree\n");
}

TEST(FillMarkdown, TakesNothing) {
  EXPECT_EQ(FillMarkdown("", 20), "");
}

}  // namespace
}  // namespace golab::app
