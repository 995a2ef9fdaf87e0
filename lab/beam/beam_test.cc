#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/beam/measure.h"
#include "lab/beam/page.h"

namespace golab::lab::beam {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<System> Two() {
  std::map<std::string, double> golab, go;
  double value = 20;
  for (const Quantity& quantity : Quantities()) {
    golab[quantity.id] = value += 1;
    go[quantity.id] = value * 100;
  }
  return {{"golab", "golab", "", golab},
          {"go", "Go 1.24.4", "", go},
          {"erlang", "Erlang", "not installed here", {}}};
}

TEST(BeamValues, AreReadWithCare) {
  const auto values = ParseValues(
      "spawn_ns 268.5\nmessage_ns x\nswitch_ns -3\nmemory_bytes inf\nrestart_ns 1 2\n"
      "nothing_ns 5\npreempt_ms 10.4");
  EXPECT_EQ(values.size(), 2U);
  EXPECT_EQ(values.at("spawn_ns"), 268.5);
  EXPECT_EQ(values.at("preempt_ms"), 10.4);
  EXPECT_TRUE(ParseValues("").empty());
}

TEST(BeamValues, HaveUnits) {
  const auto& all = Quantities();
  EXPECT_EQ(InUnits(all[0], 4.13), "4.1 ns");
  EXPECT_EQ(InUnits(all[0], 268.4), "268 ns");
  EXPECT_EQ(InUnits(all[0], 21'300), "21 us");
  EXPECT_EQ(InUnits(all[4], 9.96), "10.0 ms");
  EXPECT_EQ(InUnits(all[5], 2664), "2,664 bytes");
  EXPECT_EQ(InUnits(all[5], 999), "999 bytes");
}

TEST(BeamPage, HasTheNumbersAndSaysWhoIsMissing) {
  const std::string page = PageMarkdown(Two());
  EXPECT_THAT(page, HasSubstr("golab"));
  EXPECT_THAT(page, HasSubstr("Go 1.24.4"));
  EXPECT_THAT(page, HasSubstr("Erlang: not installed here, so it has no column"));
  EXPECT_THAT(page, HasSubstr("21 ns"));
  EXPECT_THAT(page, HasSubstr("22 ns in golab and 2200 ns in Go"));
  EXPECT_THAT(page, Not(HasSubstr("{")));
  for (const Quantity& quantity : Quantities()) EXPECT_THAT(page, HasSubstr(quantity.name));
}

TEST(BeamPage, StandsWithoutAnyNumber) {
  const std::string page = PageMarkdown({{"golab", "golab", "", {}}});
  EXPECT_THAT(page, HasSubstr("what could not be measured here"));
  EXPECT_THAT(page, Not(HasSubstr("{")));
}

TEST(BeamPage, HtmlHasTheBlocksEscaped) {
  const std::string html = HtmlPage(
      "# A & B\n\nfirst `x < y`\nand **more**\n\n| a | b |\n|---|---|\n| 1 | `<2>` |\n\n- one\n"
      "  goes on\n- two\n\n    code <x>\n    more\n\nlast",
      "A & B");
  EXPECT_THAT(html, testing::StartsWith("<!doctype html>"));
  EXPECT_THAT(html, HasSubstr("<h1>A &amp; B</h1>"));
  EXPECT_THAT(html, HasSubstr("<p>first <code>x &lt; y</code> and <b>more</b></p>"));
  EXPECT_THAT(html, HasSubstr("<tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td><code>&lt;2&gt;"));
  EXPECT_THAT(html, HasSubstr("<ul>\n<li>one goes on</li>\n<li>two</li>\n</ul>\n<pre>code &lt;x"));
  EXPECT_THAT(html, HasSubstr("more\n</pre>\n<p>last</p>\n</body>"));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
}

TEST(BeamPage, HtmlOfHostileTextIsText) {
  const std::string html = HtmlPage("<script>x</script> `a **b\n\n**\n|\n#", "<t>");
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("<title>&lt;t&gt;</title>"));
}

}  // namespace
}  // namespace golab::lab::beam
