#include "lab/program/toolchain.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/program/files.h"

namespace golab::lab {
namespace {

using testing::HasSubstr;

class ToolchainTest : public testing::Test {
 protected:
  ToolchainTest() : folder_(std::move(*PrivateFolder::Make("", "toolchain-test-"))) {
    search_.executable = Path("install/bin/golab");
    search_.cache_dir = Path("");
    std::filesystem::create_directories(Path("install/bin"));
  }

  std::string Path(const std::string& name) const { return folder_.path() + "/" + name; }

  void Write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(Path(name)).parent_path());
    std::ofstream(Path(name)) << text;
  }

  Toolchain Find() const {
    auto found = FindToolchain(search_);
    EXPECT_TRUE(found.has_value()) << found.error().Text();
    return found ? *found : Toolchain{};
  }

  PrivateFolder folder_;
  ToolchainSearch search_;
};

TEST_F(ToolchainTest, InstallationBeforeBuildTreeBeforePrefix) {
  search_.prefix = Path("prefix");
  Write("prefix/include/golab/golab.h", "1");
  Write("prefix/lib/libgolab.so", "");
  EXPECT_EQ(Find().include_dir, Path("prefix/include"));
  Write("tree/include/golab/golab.h", "2");
  Write("tree/libgolab.so", "");
  Write("tree/tsan.so", "");
  Write("install/bin/golab-build.paths",
        "include=" + Path("tree/include") + "\nlibrary=" + Path("tree/libgolab.so") +
            "\ntsan_library=" + Path("tree/tsan.so") + "\nasan_library=/nowhere.so\n");
  EXPECT_EQ(Find().include_dir, Path("tree/include"));
  EXPECT_EQ(Find().plain.library, Path("tree/libgolab.so"));
  EXPECT_EQ(Find().runtime(Flavour::kTsan).library, Path("tree/tsan.so"));
  EXPECT_FALSE(Find().runtime(Flavour::kAsan).available());
  Write("install/include/golab/golab.h", "3");
  Write("install/lib/x86_64-linux-gnu/libgolab.so", "");
  Write("install/lib/x86_64-linux-gnu/golab/golab_tsan.o", "");
  EXPECT_EQ(Find().include_dir, Path("install/include"));
  EXPECT_EQ(Find().plain.library, Path("install/lib/x86_64-linux-gnu/libgolab.so"));
  EXPECT_EQ(Find().tsan.object, Path("install/lib/x86_64-linux-gnu/golab/golab_tsan.o"));
}

TEST_F(ToolchainTest, SaysWhereItLooked) {
  const std::string bin = Path("install/bin");
  auto missing = FindToolchain(search_);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().Text(),
            "cannot find golab's headers and libgolab.so: looked in '" + bin +
                "/../include' and '" + bin + "/../lib*', in '" + bin +
                "/golab-build.paths', and GOLAB_PREFIX is not set (set GOLAB_PREFIX to where "
                "golab is installed)");
  search_.prefix = "/elsewhere";
  EXPECT_THAT(FindToolchain(search_).error().Text(), HasSubstr("and in GOLAB_PREFIX '/elsewhere'"));
}

TEST_F(ToolchainTest, NoCompiler) {
  Write("install/include/golab/golab.h", "");
  Write("install/lib/libgolab.so", "");
  search_.compiler_path = Path("install/bin");
  EXPECT_EQ(
      FindToolchain(search_).error().Text(),
      "cannot find g++: looked in " + Path("install/bin") + " (on Debian: apt-get install g++)");
}

TEST_F(ToolchainTest, CompilerIsAskedOnceUntilItChanges) {
  Write("install/include/golab/golab.h", "");
  Write("install/lib/libgolab.so", "");
  search_.compiler_path = Path("tools");
  Write("tools/g++", "#!/bin/sh\necho asked >> " + Path("log") + "\necho 99.1\n");
  ::chmod(Path("tools/g++").c_str(), 0755);
  EXPECT_EQ(Find().compiler_identity, "g++ 99.1 99.1");
  EXPECT_EQ(Find().compiler_identity, "g++ 99.1 99.1");
  EXPECT_EQ(*ReadFile(Path("log")), "asked\nasked\n");  // version and machine
  EXPECT_FALSE(Find().has_gold);
  Write("tools/g++", "#!/bin/sh\necho another compiler\n");
  EXPECT_EQ(Find().compiler_identity, "g++ another compiler another compiler");
  Write("tools/g++", "#!/bin/sh\necho broken; exit 1\n");
  EXPECT_THAT(FindToolchain(search_).error().Text(), HasSubstr("-dumpfullversion' failed: broken"));
}

TEST_F(ToolchainTest, IdsChangeWithWhatTheyName) {
  Write("install/include/golab/golab.h", "1");
  Write("install/lib/libgolab.so", "1");
  const Toolchain before = Find();
  Write("install/include/golab/chan.h", "");
  EXPECT_NE(Find().headers_id, before.headers_id);
  Write("install/lib/libgolab.so", "23");
  EXPECT_NE(Find().plain.id, before.plain.id);
}

TEST(CacheDirTest, FollowsXdgAndFallsBack) {
  auto folder = PrivateFolder::Make("", "cache-test-");
  ::setenv("XDG_CACHE_HOME", folder->path().c_str(), 1);
  EXPECT_EQ(*CacheDir(), folder->path() + "/golab");
  ::chmod((folder->path() + "/golab").c_str(), 0777);  // anyone could put an image there
  EXPECT_EQ(*CacheDir(), "/tmp/golab-cache-" + std::to_string(::geteuid()));
  ::setenv("XDG_CACHE_HOME", "/proc/nowhere", 1);
  EXPECT_EQ(*CacheDir(), "/tmp/golab-cache-" + std::to_string(::geteuid()));
  ::unsetenv("XDG_CACHE_HOME");
}

}  // namespace
}  // namespace golab::lab
