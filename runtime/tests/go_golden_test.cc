// Compares programs of golab with the same programs in Go: go_golden_test PROGRAM GOLDEN.txt
// Each section of the file is a test of its own, in the real and in the virtual world.

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "runtime/tests/child_process.h"
#include "runtime/tests/golden_text.h"

namespace golab::golden {
namespace {

constexpr const char* kLibrary = GOLAB_SOURCE_DIR "/runtime/";
constexpr const char* kTests = GOLAB_SOURCE_DIR "/runtime/tests/";

// The tests live inside the runtime's folder: their frames are the program's all the same.
std::string AsProgram(std::string text) {
  for (std::size_t at; (at = text.find(kTests)) != std::string::npos;) {
    text.replace(at, std::string(kTests).size(), "/src/");
  }
  return text;
}

std::string FirstLines(const std::string& text, const std::string& as_many_as) {
  std::size_t end = 0;
  for (char c : as_many_as) {
    if (c == '\n') end = text.find('\n', end) + 1;
  }
  return text.substr(0, end);
}

void ExpectSameDump(const char* stream, const std::string& go, const std::string& golab,
                    bool head) {
  const std::string want = Normalize(go, "$GOROOT/");
  std::string have = Normalize(AsProgram(golab), kLibrary);
  if (head) have = FirstLines(have, want);
  EXPECT_TRUE(want == have) << stream << ", - as Go, + as golab:\n" << Diff(want, have);
}

class GoldenTest : public ::testing::Test {
 public:
  GoldenTest(std::string program, std::string scenario, const char* world, Section section)
      : program_(std::move(program)),
        scenario_(std::move(scenario)),
        world_(world),
        section_(std::move(section)) {}

  void TestBody() override {
    tests::ChildOptions options;
    options.environment = {std::string("GOLAB_WORLD=") + world_};
    options.seconds = 30;
    const tests::ChildResult got = tests::RunChild({program_, scenario_}, options);
    SCOPED_TRACE("Go: " + section_.program + "\ngolab: GOLAB_WORLD=" + world_ + " " + program_ +
                 " " + scenario_ + "\n" + got.err);
    EXPECT_FALSE(got.timed_out);
    EXPECT_EQ(got.status, section_.want.status);
    if (section_.want.out_is_dump) {
      ExpectSameDump("stdout", section_.want.out, got.out, false);
    } else {
      EXPECT_EQ(got.out, section_.want.out);
    }
    ExpectSameDump("stderr", section_.want.err, got.err, section_.want.head_only);
  }

 private:
  const std::string program_;
  const std::string scenario_;
  const char* const world_;
  const Section section_;
};

bool RegisterAll(const std::string& program, const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  const std::string area = file.stem().string();
  const std::vector<Section> sections = ParseGolden(text.str());
  for (const Section& section : sections) {
    for (const char* world : {"real", "virtual"}) {
      const std::string scenario = area + "/" + section.name;
      ::testing::RegisterTest(
          area.c_str(), (section.name + "/" + world).c_str(), nullptr, nullptr, __FILE__, __LINE__,
          [=]() -> ::testing::Test* { return new GoldenTest(program, scenario, world, section); });
    }
  }
  return !sections.empty();
}

}  // namespace
}  // namespace golab::golden

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (argc != 3 || !golab::golden::RegisterAll(argv[1], argv[2])) {
    std::fprintf(stderr, "usage: go_golden_test PROGRAM GOLDEN.txt\n");
    return 2;
  }
  return RUN_ALL_TESTS();
}
