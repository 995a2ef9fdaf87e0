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

TEST(FillMarkdown, LeavesCodeTablesAndHeadingsAlone) {
  const char* text =
      "# a heading that is longer than the width\n\n    golab run task1        some code\n\n"
      "| a | table that is wide |\n|---|---|\n```\nfenced   code stays\n```\n";
  EXPECT_EQ(FillMarkdown(text, 12), text);
}

TEST(FillMarkdown, EndsAParagraphAtATable) {
  EXPECT_EQ(FillMarkdown("one\ntwo\n| t |\nthree\n", 20), "one two\n| t |\nthree\n");
}

TEST(FillMarkdown, TakesNothing) {
  EXPECT_EQ(FillMarkdown("", 20), "");
}

}  // namespace
}  // namespace golab::app
