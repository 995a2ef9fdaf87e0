#include "lab/catalogue/suggest.h"

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

TEST(EditDistance, CountsOneForEachKindOfEdit) {
  EXPECT_EQ(EditDistance("task3", "task3", 3), 0);
  EXPECT_EQ(EditDistance("tsak3", "task3", 3), 1);
  EXPECT_EQ(EditDistance("task", "task3", 3), 1);
  EXPECT_EQ(EditDistance("taskk3", "task3", 3), 1);
  EXPECT_EQ(EditDistance("TASK3", "task3", 3), 0);
  EXPECT_EQ(EditDistance("", "abc", 3), 3);
  EXPECT_EQ(EditDistance("kitten", "sitting", 3), 3);
}

TEST(EditDistance, StopsAboveTheLimit) {
  EXPECT_EQ(EditDistance("abcdef", "uvwxyz", 3), 4);
}

TEST(Nearest, SuggestsOnlyWhatIsNear) {
  const std::vector<std::string> words = {"title", "folder", "files"};
  EXPECT_EQ(Nearest("titel", words), "title");
  EXPECT_EQ(Nearest("file", words), "files");
  EXPECT_EQ(Nearest("colour", words), "");
  EXPECT_EQ(Nearest("", words), "");
  EXPECT_EQ(Nearest(std::string(5000, 'x'), words), "");
  EXPECT_EQ(DidYouMean("foldr", words), "; did you mean 'folder'?");
  EXPECT_EQ(DidYouMean("zzzzz", words), "");
}

}  // namespace
}  // namespace golab::lab
