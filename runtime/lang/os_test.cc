#include "golab/os.h"

#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "golab/fmt.h"

#include "runtime/lang/doors.h"

namespace golab {
namespace {

class TempDir {
 public:
  TempDir() : path_(testing::TempDir() + "golab_os_test_XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) path_.clear();
  }

  ~TempDir() { os::Remove(path_); }

  std::string File(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

TEST(Os, WritesAndReadsFiles) {
  const TempDir dir;
  const std::string path = dir.File("a.txt");
  ASSERT_EQ(os::WriteFile(path, "hello", 0644), nullptr);
  auto [data, err] = os::ReadFile(path);
  EXPECT_EQ(err, nullptr);
  EXPECT_EQ(data, "hello");
  auto [file, opened] = os::Open(path);
  ASSERT_EQ(opened, nullptr);
  char buffer[3];
  EXPECT_EQ(file.Read(buffer, sizeof buffer).n, 3);
  EXPECT_EQ(file.Read(buffer, sizeof buffer).n, 2);
  EXPECT_EQ(file.Read(buffer, sizeof buffer).err, io::Eof);
  EXPECT_EQ(os::Remove(path), nullptr);
}

TEST(Os, ErrorsReadAsGos) {
  const TempDir dir;
  const std::string path = dir.File("missing");
  auto [file, err] = os::Open(path);
  EXPECT_FALSE(static_cast<bool>(file));
  EXPECT_EQ(err.Text(), "open " + path + ": no such file or directory");
  EXPECT_TRUE(errors::Is(err, os::ErrNotExist));
  EXPECT_FALSE(errors::Is(err, os::ErrExist));
  ASSERT_NE(errors::As<os::PathError>(err), nullptr);
  EXPECT_EQ(errors::As<os::PathError>(err)->Op, "open");
  EXPECT_EQ(os::ReadFile("/").err.Text(), "read /: is a directory");
  EXPECT_EQ(os::File().Write("x", 1).err.Text(), "invalid argument");
}

TEST(Os, AClosedFileSaysSo) {
  const TempDir dir;
  const std::string path = dir.File("b.txt");
  auto [file, err] = os::Create(path);
  ASSERT_EQ(err, nullptr);
  const os::File copy = file;
  EXPECT_EQ(fmt::Fprintf(file, "%d\n", 5).n, 2);
  EXPECT_EQ(file.Close(), nullptr);
  EXPECT_EQ(copy.Write("x", 1).err.Text(), "write " + path + ": file already closed");
  EXPECT_TRUE(errors::Is(copy.Close(), os::ErrClosed));
  EXPECT_EQ(os::ReadFile(path).data, "5\n");
  os::Remove(path);
}

TEST(Os, EnvironmentTellsEmptyFromUnset) {
  ASSERT_EQ(os::Setenv("GOLAB_OS_TEST", ""), nullptr);
  EXPECT_TRUE(os::LookupEnv("GOLAB_OS_TEST").ok);
  EXPECT_FALSE(os::LookupEnv("GOLAB_OS_TEST_UNSET").ok);
  ASSERT_EQ(os::Setenv("GOLAB_OS_TEST", "v"), nullptr);
  EXPECT_EQ(os::Getenv("GOLAB_OS_TEST"), "v");
  EXPECT_EQ(os::Setenv("a=b", "").Text(), "setenv: invalid argument");
}

TEST(Os, ArgsAreTheCommandLine) {
  ASSERT_FALSE(os::Args().empty());
  EXPECT_NE(std::string(os::Args()[0]).find("os_test"), std::string::npos);
}

TEST(Signal, NamesAreGos) {
  EXPECT_EQ(os::Interrupt.String(), "interrupt");
  EXPECT_EQ(os::Kill.String(), "killed");
  EXPECT_EQ(os::Terminate.String(), "terminated");
  EXPECT_EQ(os::Signal(31).String(), "bad system call");
  EXPECT_EQ(os::Signal(64).String(), "signal 64");
  EXPECT_EQ(os::Signal(2), os::Interrupt);
}

TEST(OsDeathTest, ExitFlushesStdioAndTellsTheDoor) {
  EXPECT_EXIT(
      {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        fmt::Print("not lost");
        os::Exit(3);
      },
      testing::ExitedWithCode(3), "not lost");
  EXPECT_EXIT(
      {
        rt::SetDoors({.panic = nullptr, .exit = [](int status) { _exit(status + 10); }});
        os::Exit(3);
      },
      testing::ExitedWithCode(13), "");
}

}  // namespace
}  // namespace golab
