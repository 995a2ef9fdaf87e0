#include "lab/program/files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/program/content_hash.h"

namespace golab::lab {
namespace {

using testing::HasSubstr;

TEST(FilesTest, WriteReadReplace) {
  auto folder = PrivateFolder::Make("", "files-test-");
  const std::string path = folder->path() + "/a";
  EXPECT_TRUE(WriteNewFile(path, "one"));
  EXPECT_THAT(WriteNewFile(path, "two").error().Text(), HasSubstr("File exists"));
  EXPECT_EQ(*ReadFile(path), "one");
  EXPECT_TRUE(ReplaceFile(path, std::string(100'000, 'x')));
  EXPECT_EQ(ReadFile(path)->size(), 100'000u);
  EXPECT_EQ(ReadFile(path, 100'000)->size(), 100'000u);
  EXPECT_THAT(ReadFile(path, 99'999).error().Text(), HasSubstr("has more than 99999 bytes"));
  EXPECT_EQ(ListFolder(folder->path())->size(), 1u);
  EXPECT_THAT(ReadFile(folder->path()).error().Text(), HasSubstr("is not a regular file"));
  EXPECT_THAT(ReadFile("/dev/zero").error().Text(), HasSubstr("is not a regular file"));
  std::filesystem::create_symlink("a", folder->path() + "/link");
  EXPECT_FALSE(ReadFile(folder->path() + "/link").has_value());
}

TEST(FilesTest, FoldersAndTrees) {
  auto folder = PrivateFolder::Make("", "files-test-");
  const std::string deep = folder->path() + "/a/b/c";
  EXPECT_TRUE(MakeFolders(deep));
  EXPECT_TRUE(MakeFolders(deep));
  EXPECT_TRUE(WriteNewFile(deep + "/f", "x"));
  EXPECT_FALSE(MakeFolders(deep + "/f"));
  EXPECT_FALSE(MakeFolders(deep + "/f/g"));
  ::chmod(deep.c_str(), 0);
  // A link out of the tree is removed, what it points to is not.
  auto outside = PrivateFolder::Make("", "files-test-");
  EXPECT_TRUE(WriteNewFile(outside->path() + "/keep", "x"));
  std::filesystem::create_directory_symlink(outside->path(), folder->path() + "/a/link");
  folder->Empty();
  EXPECT_TRUE(ListFolder(folder->path())->empty());
  EXPECT_TRUE(ReadFile(outside->path() + "/keep").has_value());
}

TEST(ContentHashTest, PartsDoNotRunTogether) {
  const std::string ab_c = ContentHash().Add("ab").Add("c").Hex();
  EXPECT_EQ(ab_c.size(), 32u);
  EXPECT_EQ(ab_c, ContentHash().Add("ab").Add("c").Hex());
  EXPECT_NE(ab_c, ContentHash().Add("a").Add("bc").Hex());
  EXPECT_NE(ab_c, ContentHash().Add("abc").Hex());
}

TEST(WriteOutput, ReplacesFilesAndWritesToAllElse) {
  auto folder = PrivateFolder::Make("", "golab-files-test-");
  ASSERT_TRUE(folder);
  const std::string file = folder->path() + "/file", link = folder->path() + "/link";
  ASSERT_TRUE(WriteOutput(file, "one"));
  ASSERT_EQ(::symlink("file", link.c_str()), 0);
  ASSERT_TRUE(WriteOutput(link, "two"));
  EXPECT_EQ(*ReadFile(file), "two");
  EXPECT_TRUE(std::filesystem::is_symlink(link));

  const auto full = WriteOutput("/dev/full", "x");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().Text(), "cannot write '/dev/full': No space left on device");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
  EXPECT_TRUE(WriteOutput("/dev/null", "x"));
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));

  EXPECT_EQ(WriteOutput(folder->path(), "x").error().Text(),
            "'" + folder->path() + "' is a folder");
  EXPECT_EQ(WriteOutput("/nowhere/x", "x").error().Text(),
            "cannot write '/nowhere/x': No such file or directory");
}

}  // namespace
}  // namespace golab::lab
