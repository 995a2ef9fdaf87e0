#include "lab/check/operator_column.h"

#include <string>

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

// The columns are those that g++ 12 gives for these lines.
TEST(OperatorColumn, IsTheOperators) {
  const std::string plus = "signed integer overflow: 2147483647 + 1 cannot be represented";
  const std::string minus = "signed integer overflow: -2147483647 - 20 cannot be represented";
  const std::string times = "signed integer overflow: -2147483647 * 20 cannot be represented";
  const std::string negation = "negation of -2147483648 cannot be represented";
  const std::string division = "division of -2147483648 by -1 cannot be represented";

  struct {
    std::string line;
    int given;
    std::string message;
    int want;
  } const cases[] = {
      {"  return sum + n;", 16, plus, 14},
      {"  int x = sum + n;", 7, plus, 15},
      {"  *sum += n;", 8, plus, 8},
      {"  return Two(sum + n, 0);", 13, plus, 18},
      {"  ++sum;", 3, plus, 3},
      {"  sum++;", 6, plus, 6},
      {"  for (int i = 0; i < n; ++i) sum = sum + i;", 35, plus, 41},
      {"  for (int i = 0; i < n; ++i) sum = sum + i;", 26, plus, 26},
      {"  const int d = a - b;", 13, minus, 19},
      {"  const int d = -a - b;", 13, minus, 20},
      {"  const int d = p->a - (-1);", 13, minus, 22},
      {"  return a[-1] - 1;", 18, minus, 16},
      {"  return *a * *b;", 16, times, 13},
      {"  int* c = a * b;", 8, times, 14},
      {"  return -a;", 11, negation, 10},
      {"  return b - -a;", 15, negation, 14},
      {"  return a / b;", 14, division, 12},
      {"  return a % b; // a / b", 14, division, 12},
      {"  Say(\"a + b\", '+', a + b);", 6, plus, 23},
      {"  return a /* + */ + 1'000 + b;", 28, plus, 28},
      // Which of several is not known; and nothing is there to be pointed at.
      {"  return a + b + c;", 19, plus, 0},
      {"  return Sum(a, b);", 19, plus, 0},
      {"  return -a;", 11, minus, 0},
      {"  return \"a + b", 11, plus, 0},
      {"  return a /* + ", 11, plus, 0},
      {"", 0, plus, 0},
      {"  return a + b;", 15, "what it says in another version", 0},
      {"  return a + b;", 15, "signed integer overflow: 1", 0},
  };

  for (const auto& c : cases) {
    EXPECT_EQ(ColumnOfOverflow({c.line, c.given}, c.message), c.want) << c.line << " " << c.message;
  }
}

}  // namespace
}  // namespace golab::lab
