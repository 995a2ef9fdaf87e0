#include "lab/check/variable_name.h"

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

struct Case {
  SourceSpot a, b;
  const char* want;
};

TEST(VariableName, IsWhatBothLinesName) {
  const Case cases[] = {
      {{"  total += part;", 9}, {"  return total;", 10}, "total"},
      {{"    counter++;", 12}, {"    counter++;", 12}, "counter"},
      {{"  for (int i = 0; i < 5; ++i) {", 26}, {"    results.Send(i);", 18}, "i"},
      {{"    results.push_back(i);", 22}, {"    results.push_back(i);", 22}, "results"},
      {{"  s->total = 1;", 12}, {"  if (other.total > 0) Print(1);", 14}, "total"},
      {{"  counts[word]++;", 14}, {"  counts[word]++;", 14}, "counts"},
      {{"  wg.Done(); ++done;", 14}, {"  wg.Done(); ++done;", 14}, "done"},
      {{"  --left; wg.Done();", 3}, {"  wg.Add(left);", 10}, "left"},
      {{"  return ready ? data : 0;", 0}, {"  data = 1; ready = true;", 0}, ""},
      {{"  x = 1;  // y", 3}, {"  y = 2;", 3}, ""},
      {{"  Say(\"n\");", 3}, {"  int n = 1;", 7}, ""},
      {{"", 0}, {"", 0}, ""},
  };
  for (const Case& c : cases)
    EXPECT_EQ(CommonVariable(c.a, c.b), c.want) << c.a.line << " / " << c.b.line;
}

}  // namespace
}  // namespace golab::lab
