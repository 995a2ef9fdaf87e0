// The public headers stay light, each compiles alone, and the shared library exports no data.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/tests/child_process.h"

namespace golab::tests {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInclude = GOLAB_SOURCE_DIR "/runtime/include";

// Non-empty lines after preprocessing. 4,960 of them are the C++ library's (g++ 12).
constexpr std::ptrdiff_t kMostLines = 9000;

std::vector<fs::path> PublicHeaders() {
  std::vector<fs::path> headers;
  for (const auto& entry : fs::directory_iterator(fs::path(kInclude) / "golab")) {
    if (entry.path().extension() == ".h") headers.push_back(entry.path());
  }
  std::sort(headers.begin(), headers.end());
  return headers;
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string Contents(const fs::path& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST(PublicHeaders, IncludeOnlyWhatIsLight) {
  const std::set<std::string> light = {"<cstddef>",         "<cstdint>",     "<new>",
                                       "<utility>",         "<type_traits>", "<compare>",
                                       "<initializer_list>"};
  for (const fs::path& header : PublicHeaders()) {
    if (header.filename() == "gtest.h") continue;  // GoogleTest's adapter, not part of golab.h
    SCOPED_TRACE(header.filename());
    for (const std::string& line : Lines(Contents(header))) {
      if (!line.starts_with("#include")) continue;
      const std::string name = line.substr(line.find_first_of("<\""));
      EXPECT_TRUE(light.contains(name) || name.starts_with("\"golab/")) << line;
    }
  }
}

TEST(PublicHeaders, EachCompilesAlone) {
  for (const fs::path& header : PublicHeaders()) {
    SCOPED_TRACE(header.filename());
    const ChildResult got =
        RunChild({GOLAB_CXX, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-I",
                  kInclude, "-include", header, "-x", "c++", "/dev/null"});
    EXPECT_EQ(got.status, 0) << got.err;
  }
}

TEST(PublicHeaders, AllTogetherAreFewLines) {
  const ChildResult got =
      RunChild({GOLAB_CXX, "-std=c++20", "-E", "-P", "-I", kInclude, "-include",
                std::string(kInclude) + "/golab/golab.h", "-x", "c++", "/dev/null"});
  ASSERT_EQ(got.status, 0) << got.err;
  const std::vector<std::string> lines = Lines(got.out);
  const auto count = std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
    return line.find_first_not_of(" \t") != std::string::npos;
  });
  std::cout << "golab.h is " << count << " lines\n";
  EXPECT_LE(count, kMostLines);
  EXPECT_GT(count, 1000);
}

// "0000000000078700 u golab::x": the letter says what it is.
TEST(SharedLibrary, ExportsNoData) {
  const ChildResult got = RunChild({GOLAB_NM, "-D", "-C", "--defined-only", GOLAB_SHARED});
  ASSERT_EQ(got.status, 0) << got.err;
  const std::vector<std::string> lines = Lines(got.out);
  EXPECT_GT(lines.size(), 100u);
  for (const std::string& line : lines) {
    std::istringstream words(line);
    std::string address, kind, name;
    words >> address >> kind >> name;
    // Read by debuggers, linked to by nobody; the other is what ASan adds to it.
    if (name == "golab_debugger_info" || name == "__odr_asan.golab_debugger_info") continue;
    EXPECT_EQ(std::string("BDRGSuVbdrgsv").find(kind), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace golab::tests
