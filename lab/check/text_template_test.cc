#include "lab/check/text_template.h"

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

TEST(FillText, FillsHolesAndSaysWhatItCannot) {
  struct {
    const char* text;
    const char* want;
    const char* problem;
  } const cases[] = {
      {"plain", "plain", ""},
      {"", "", ""},
      {"{count} left", "1 left", ""},
      {"{count} {count|goroutine|goroutines}", "1 goroutine", ""},
      {"{many} {many|goroutine|goroutines}", "61,440 goroutines", ""},
      {"{zero} {zero|goroutine|goroutines}", "0 goroutines", ""},
      {"{hostile}", "{count} {", ""},  // a value is no template
      {"{{count}", "{count}", ""},
      {"{nobody} here", "{nobody} here", "placeholder '{nobody}' has no value"},
      {"{hostile|a|b}", "{hostile|a|b}",
       "placeholder '{hostile|a|b}' needs a number, not '{count} {'"},
      {"{count", "{count", "'{count' is no placeholder"},
      {"{count|one}", "{count|one}", "'{count|one}' is no placeholder"},
      {"{}", "{}", "'{}' is no placeholder"},
      {"{Not a name}", "{Not a name}", "'{Not a name}' is no placeholder"},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const FilledText filled = FillText(
        c.text, {{"count", "1"}, {"many", "61,440"}, {"zero", "0"}, {"hostile", "{count} {"}});
    EXPECT_EQ(filled.text, c.want);
    EXPECT_EQ(filled.problem, c.problem);
  }
}

TEST(TemplateProblem, NeedsNoValues) {
  EXPECT_EQ(TemplateProblem("{a} {b|one|many} {{"), "");
  EXPECT_EQ(TemplateProblem("{a|}"), "'{a|}' is no placeholder");
}

}  // namespace
}  // namespace golab::lab
