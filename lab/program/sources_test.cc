#include "lab/program/sources.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/program/files.h"

namespace golab::lab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SourcesTest : public testing::Test {
 protected:
  SourcesTest() : folder_(std::move(*PrivateFolder::Make("", "sources-test-"))) {
    Write("main.cc", "main");
  }

  std::string Path(const std::string& name) const { return folder_.path() + "/" + name; }

  void Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(Path(name)) << bytes;
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    auto sources = ReadSources(folder_.path());
    EXPECT_TRUE(sources.has_value()) << sources.error().Text();
    if (sources) {
      for (const SourceFile& file : sources->files) names.push_back(file.name);
    }
    return names;
  }

  // The message, without the folder's name.
  std::string Refusal(const std::vector<std::string>& named = {},
                      const SourceLimits& limits = {}) const {
    auto sources = ReadSources(folder_.path(), named, limits);
    EXPECT_FALSE(sources.has_value());
    if (sources) return "";
    EXPECT_EQ(sources.error().exit_class, ExitClass::kUsage);
    std::string text = sources.error().Text();
    const std::size_t at = text.find(folder_.path());
    return at == std::string::npos ? text : text.replace(at, folder_.path().size(), "DIR");
  }

  PrivateFolder folder_;
};

TEST_F(SourcesTest, TakesSourcesAndNothingElse) {
  for (const char* name : {"a.cpp", "b.cxx", "c.h", "d.hpp", "README.md", "golab.toml", "x.o",
                           ".hidden.cc", ".#main.cc"}) {
    Write(name, "x");
  }
  std::filesystem::create_directory(Path("build"));
  std::ofstream(Path("build/generated.cc")) << "x";
  EXPECT_THAT(Names(), ElementsAre("a.cpp", "b.cxx", "c.h", "d.hpp", "main.cc"));
  EXPECT_EQ(ReadSources(folder_.path())->Find("main.cc")->bytes, "main");
}

TEST_F(SourcesTest, NamedFilesMustBeThere) {
  EXPECT_TRUE(ReadSources(folder_.path(), {"main.cc"}).has_value());
  EXPECT_EQ(Refusal({"main.cc", "work.cc"}), "DIR: there is no 'work.cc': found main.cc");
  EXPECT_EQ(ReadSources("/nowhere").error().Text(),
            "cannot open the folder '/nowhere': No such file or directory");
}

TEST_F(SourcesTest, NothingToCompile) {
  std::filesystem::rename(Path("main.cc"), Path("main.h"));
  EXPECT_EQ(Refusal(), "DIR: there is nothing to compile (golab compiles .cc .cpp .cxx)");
  std::filesystem::remove(Path("main.h"));
  EXPECT_EQ(Refusal({"main.cc"}), "DIR: there is no 'main.cc': the folder holds no source file");
}

TEST_F(SourcesTest, RegularFilesOnly) {
  ASSERT_EQ(::mkfifo(Path("pipe.cc").c_str(), 0600), 0);
  EXPECT_EQ(Refusal(), "DIR: 'pipe.cc' is a pipe, not a file (golab reads regular files only)");
  std::filesystem::remove(Path("pipe.cc"));
  for (const char* target : {"/etc/passwd", "main.cc", "/nowhere", "/dev/zero"}) {
    std::filesystem::create_symlink(target, Path("link.h"));
    EXPECT_EQ(Refusal(),
              "DIR: 'link.h' is a symbolic link, not a file (golab reads regular files only)");
    std::filesystem::remove(Path("link.h"));
  }
  std::filesystem::create_directory(Path("folder.cc"));
  EXPECT_EQ(Refusal(), "DIR: 'folder.cc' is a folder, not a file (golab reads regular files only)");
}

TEST_F(SourcesTest, Names) {
  for (const char* name :
       {"@args.cc", "-v.cc", "my file.cc", "a\x1b[31m.cc", "\xc3\xa9.cc", "a'b.h", "main (1).cc"}) {
    Write(name, "x");
    EXPECT_THAT(Refusal(), HasSubstr("is no name for a source (letters, digits")) << name;
    EXPECT_EQ(Refusal().find('\x1b'), std::string::npos);
    std::filesystem::remove(Path(name));
  }
  EXPECT_TRUE(IsPlainName("a-b.c_D.cc"));
  EXPECT_FALSE(IsPlainName(""));
  EXPECT_FALSE(IsPlainName("a/b.cc"));
  EXPECT_FALSE(IsPlainName("..cc"));
  EXPECT_FALSE(IsSource(".cc"));
  EXPECT_TRUE(IsSource("a.hpp"));
  EXPECT_FALSE(IsUnit("a.hpp"));
}

TEST_F(SourcesTest, Sizes) {
  SourceLimits limits;
  limits.file_bytes = 10;
  limits.total_bytes = 18;
  limits.files = 3;
  Write("a.cc", "0123456789");
  EXPECT_TRUE(ReadSources(folder_.path(), {}, limits).has_value());
  Write("b.cc", "01234");
  EXPECT_EQ(Refusal({}, limits), "DIR: the sources have more than 18 bytes in all");
  Write("b.cc", "");
  Write("c.cc", "");
  EXPECT_EQ(Refusal({}, limits), "DIR: more than 3 sources");
  Write("a.cc", "0123456789x");
  EXPECT_EQ(Refusal({}, limits), "DIR: 'a.cc' has more than 10 bytes (a source may have 10 bytes)");
  std::filesystem::resize_file(Path("a.cc"), std::uint64_t{1} << 40);  // sparse, 1 TiB
  EXPECT_THAT(Refusal(), HasSubstr("'a.cc' has more than 1048576 bytes"));
}

TEST_F(SourcesTest, Unreadable) {
  if (::geteuid() == 0) GTEST_SKIP() << "root reads everything";
  ::chmod(Path("main.cc").c_str(), 0);
  EXPECT_THAT(Refusal(), HasSubstr("Permission denied"));
}

TEST_F(SourcesTest, PutFindRemove) {
  Sources sources;
  for (const char* name : {"c.cc", "a.cc", "b.cc", "a.cc"}) sources.Put({name, name});
  EXPECT_EQ(sources.files.size(), 3u);
  EXPECT_EQ(sources.files[0].name, "a.cc");
  sources.Put({"b.cc", "new"});
  EXPECT_EQ(sources.Find("b.cc")->bytes, "new");
  sources.Remove("b.cc");
  sources.Remove("b.cc");
  EXPECT_EQ(sources.Find("b.cc"), nullptr);
}

TEST_F(SourcesTest, WritesWhereNothingIsOnly) {
  auto folder = PrivateFolder::Make("", "sources-test-");
  Sources sources = *ReadSources(folder_.path());
  ASSERT_TRUE(WriteSources(sources, folder->path()));
  EXPECT_EQ(*ReadFile(folder->path() + "/main.cc"), "main");
  EXPECT_FALSE(WriteSources(sources, folder->path()));
  sources.Put({"../escape.cc", "x"});
  EXPECT_FALSE(WriteSources(sources, folder->path()));
  EXPECT_FALSE(std::filesystem::exists(folder->path() + "/../escape.cc"));
}

}  // namespace
}  // namespace golab::lab
