#pragma once
// The real golab, run by a shell as people run it.

#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace golab::app {

struct Outcome {
  int status = -1;
  std::string out, err;
};

inline std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// A folder of its own for each test, with a home in it.
class CommandLine : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "golab-cli-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    std::filesystem::create_directory(folder_ + "/empty");
  }

  void TearDown() override { std::filesystem::remove_all(folder_); }

  /// Runs "golab ARGS" by a shell in `folder_`/empty.
  Outcome Golab(const std::string& args, const std::string& environment = "") {
    const std::string out = folder_ + "/out", err = folder_ + "/err";
    const std::string command =
        "cd '" + folder_ + "/empty' && env -u GOLAB_PLAIN -u NO_COLOR XDG_STATE_HOME='" + folder_ +
        "' " + environment + " '" GOLAB "' " + args + " >'" + out + "' 2>'" + err + "'";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128, ReadAll(out), ReadAll(err)};
  }

  void Write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(folder_ + "/" + path).parent_path());
    std::ofstream(folder_ + "/" + path) << text;
  }

  std::string folder_;
};

}  // namespace golab::app
