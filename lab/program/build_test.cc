#include "lab/program/build.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/program/command.h"
#include "lab/program/files.h"

namespace golab::lab {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr char kHello[] = R"(#include <golab/golab.h>
#include <cstdio>
#include "greeting.h"
GOLAB_MAIN() { golab::Box<int> b; b.Set(3); std::printf("%s %d %s\n", kGreeting, b.value, __FILE__); }
)";

class BuildTest : public testing::Test {
 protected:
  BuildTest()
      : folder_(std::move(*PrivateFolder::Make("", "build-test-"))),
        builder_(Toolchain_(), Cache()) {}

  static Toolchain Toolchain_() {
    static const Toolchain toolchain = [] {
      auto prefix = PrivateFolder::Make("", "build-test-prefix-");
      std::filesystem::create_directory_symlink(STANDIN_INCLUDE, prefix->path() + "/include");
      std::filesystem::create_directory_symlink(
          std::filesystem::path(STANDIN_LIBRARY).parent_path(), prefix->path() + "/lib");
      ToolchainSearch search;
      search.executable = "/nowhere/bin/golab";
      search.prefix = prefix->path();
      search.cache_dir = prefix->path();
      auto found = FindToolchain(search);
      EXPECT_TRUE(found.has_value()) << found.error().Text();
      return *found;
    }();
    return toolchain;
  }

  std::string Cache() const { return folder_.path() + "/cache"; }

  static BuildRequest Request(std::vector<SourceFile> files) {
    BuildRequest request;
    for (SourceFile& file : files) request.sources.Put(std::move(file));
    return request;
  }

  static BuildRequest Hello() {
    return Request({{"main.cc", kHello},
                    {"greeting.h", "#pragma once\ninline const char* kGreeting = \"hi\";\n"}});
  }

  BuildOutcome Build(const BuildRequest& request) {
    auto outcome = builder_.Build(request);
    EXPECT_TRUE(outcome.has_value()) << outcome.error().Text();
    return outcome ? *outcome : BuildOutcome{};
  }

  // The diagnostics of one file that must not build.
  std::string Refused(const std::string& text, CompileFailure::Kind kind) {
    const BuildOutcome outcome = Build(Request({{"main.cc", text}}));
    EXPECT_FALSE(outcome.built);
    EXPECT_EQ(outcome.failure.kind, kind) << outcome.failure.diagnostics;
    EXPECT_FALSE(outcome.failure.messages.empty());
    return outcome.failure.diagnostics;
  }

  static std::string Run(const std::string& path) {
    SpawnSpec spec;
    spec.path = path;
    spec.argv = {path};
    auto result = RunCommand(spec, {});
    EXPECT_TRUE(result.has_value()) << result.error().Text();
    return result ? result->output : "";
  }

  static int EntriesIn(const std::string& folder) {
    int count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
    return count;
  }

  PrivateFolder folder_;
  Builder builder_;
};

TEST_F(BuildTest, BuildsAndRuns) {
  const BuildOutcome outcome = Build(Hello());
  ASSERT_TRUE(outcome.built) << outcome.failure.diagnostics;
  EXPECT_FALSE(outcome.image.cached);
  EXPECT_EQ(Run(outcome.image.path), "hi 3 main.cc\n");
  EXPECT_GT(std::filesystem::file_size(outcome.image.symbols_path), 100u);
}

TEST_F(BuildTest, SecondTimeIsFromTheCacheAndFast) {
  const BuildOutcome first = Build(Hello());
  const auto before = std::chrono::steady_clock::now();
  const BuildOutcome second = Build(Hello());
  const auto took = std::chrono::steady_clock::now() - before;
  EXPECT_TRUE(second.image.cached);
  EXPECT_EQ(second.image.path, first.image.path);
  EXPECT_EQ(second.image.key, first.image.key);
  EXPECT_LT(took, std::chrono::milliseconds(50));  // about 0.1 ms; the rest is for a loaded machine
}

TEST_F(BuildTest, SameImageInAnyFolder) {
  const BuildOutcome here = Build(Hello());
  const Builder elsewhere(Toolchain_(), folder_.path() + "/another/cache");
  const BuildOutcome there = *elsewhere.Build(Hello());
  EXPECT_EQ(*ReadFile(here.image.path), *ReadFile(there.image.path));
  EXPECT_EQ(*ReadFile(here.image.symbols_path), *ReadFile(there.image.symbols_path));
  EXPECT_EQ(ReadFile(here.image.path)->find(folder_.path()), std::string::npos);
}

TEST_F(BuildTest, AnyChangeIsAnotherImage) {
  const std::string key = Build(Hello()).image.key;
  BuildRequest text = Hello();
  text.sources.files[0].bytes += "\n";
  BuildRequest name = Hello();
  name.sources.Put({"empty.h", ""});
  EXPECT_NE(Build(text).image.key, key);
  EXPECT_NE(Build(name).image.key, key);
  EXPECT_NE(Build(text).image.key, Build(name).image.key);
}

TEST_F(BuildTest, FailuresAreKept) {
  const BuildRequest request =
      Request({{"main.cc", "#include <golab/golab.h>\nint x = y;\nGOLAB_MAIN() {}\n"}});
  for (bool cached : {false, true}) {
    const BuildOutcome outcome = Build(request);
    EXPECT_FALSE(outcome.built);
    EXPECT_EQ(outcome.image.cached, cached);
    EXPECT_EQ(outcome.failure.kind, CompileFailure::Kind::kCompiler);
    EXPECT_EQ(outcome.failure.exit_status, 1);
    EXPECT_THAT(outcome.failure.diagnostics,
                StartsWith("main.cc:2:9: error: 'y' was not declared in this scope\n"));
    ASSERT_EQ(outcome.failure.messages.size(), 1u);
    EXPECT_EQ(outcome.failure.messages[0].file, "main.cc");
    EXPECT_EQ(outcome.failure.messages[0].line, 2);
    EXPECT_EQ(outcome.failure.messages[0].column, 9);
  }
}

TEST_F(BuildTest, LinkerErrorsNameTheirPlace) {
  const BuildOutcome outcome = Build(Request(
      {{"main.cc", "#include <golab/golab.h>\nvoid Work(int);\nGOLAB_MAIN() {\n  Work(1);\n}\n"}}));
  ASSERT_FALSE(outcome.built);
  ASSERT_FALSE(outcome.failure.messages.empty());
  EXPECT_EQ(outcome.failure.messages[0].message, "undefined reference to 'Work(int)'");
  EXPECT_EQ(outcome.failure.messages[0].file, "main.cc");
  EXPECT_EQ(outcome.failure.diagnostics.find(folder_.path()), std::string::npos)
      << outcome.failure.diagnostics;
}

TEST_F(BuildTest, DamagedEntryIsBuiltAgain) {
  const BuildOutcome first = Build(Hello());
  std::filesystem::resize_file(first.image.path, 0);  // as after a power cut
  const BuildOutcome second = Build(Hello());
  EXPECT_FALSE(second.image.cached);
  EXPECT_EQ(Run(second.image.path), "hi 3 main.cc\n");
}

TEST_F(BuildTest, EntryOfAnotherKeyIsNotTaken) {
  const BuildOutcome first = Build(Hello());
  const std::string entry = std::filesystem::path(first.image.path).parent_path();
  std::ofstream(entry + "/key") << "of two keys with one hash, the other";
  EXPECT_FALSE(Build(Hello()).image.cached);
}

TEST_F(BuildTest, OldEntriesGoAboveTheCap) {
  const Builder small(Toolchain_(), Cache(), 1);
  const BuildOutcome old = *small.Build(Hello());
  BuildRequest request = Hello();
  request.sources.files[0].bytes += "// 2\n";
  EXPECT_TRUE(small.Build(request)->built);
  EXPECT_TRUE(std::filesystem::exists(old.image.path))
      << "young entries stay: another golab may have them";
  const std::string entry = std::filesystem::path(old.image.path).parent_path();
  const std::string abandoned = Cache() + "/new-abandoned";
  std::filesystem::create_directory(abandoned);
  const timespec past[2] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
  ::utimensat(AT_FDCWD, entry.c_str(), past, 0);
  ::utimensat(AT_FDCWD, abandoned.c_str(), past, 0);
  request.sources.files[0].bytes += "// 3\n";
  EXPECT_TRUE(small.Build(request)->built);
  EXPECT_FALSE(std::filesystem::exists(entry));
  EXPECT_FALSE(std::filesystem::exists(abandoned));
  EXPECT_EQ(EntriesIn(Cache()), 2);
}

TEST_F(BuildTest, AtOnceFromSeveralThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this] {
      auto outcome = builder_.Build(Hello());
      ASSERT_TRUE(outcome.has_value()) << outcome.error().Text();
      EXPECT_TRUE(outcome->built);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(EntriesIn(Cache()), 1);
}

TEST_F(BuildTest, RefusesWhatTheRuntimeHas) {
  using Kind = CompileFailure::Kind;
  EXPECT_THAT(Refused("int main() { return 0; }\n", Kind::kRefused),
              StartsWith("main.cc:1: error: this file defines main(); golab's runtime has it"));
  EXPECT_THAT(
      Refused("#include <golab/golab.h>\nint golab::runtime::NumGoroutine() { return 5; "
              "}\nGOLAB_MAIN() {}\n",
              Kind::kRefused),
      StartsWith(
          "main.cc:2: error: 'golab::runtime::NumGoroutine()' is defined in namespace golab"));
  EXPECT_THAT(Refused("#include <golab/golab.h>\n"
                      "__attribute__((weak)) int golab::runtime::NumGoroutine() { return 5; "
                      "}\nGOLAB_MAIN() {}\n",
                      Kind::kRefused),
              HasSubstr("replaces the runtime's function"));
  EXPECT_THAT(
      Refused("#include <golab/golab.h>\n__attribute__((section(\".preinit_array\"), used)) "
              "static void (*early)() = nullptr;\nGOLAB_MAIN() {}\n",
              Kind::kRefused),
      HasSubstr(".preinit_array"));
  EXPECT_THAT(
      Refused("#include <golab/golab.h>\nstatic void F() {}\n"
              "extern \"C\" { static void (*Pick())() { return F; }\n"
              "__attribute__((ifunc(\"Pick\"))) void Chosen(); }\nGOLAB_MAIN() { Chosen(); }\n",
              Kind::kRefused),
      HasSubstr("'Chosen' is an indirect function"));
  EXPECT_THAT(Refused("#include <golab/golab.h>\nextern \"C\" int poll(void*, unsigned long, int) "
                      "{ return 0; }\n"
                      "GOLAB_MAIN() {}\n",
                      Kind::kRefused),
              StartsWith("main.cc:2: error: 'poll' replaces the C library's"));
  EXPECT_THAT(Refused("#include <golab/golab.h>\nextern \"C\" void _start() {}\nGOLAB_MAIN() {}\n",
                      Kind::kRefused),
              StartsWith("error: the submission defines _start"));
}

TEST_F(BuildTest, AcceptsWhatOnlyLooksLikeIt) {
  const BuildOutcome outcome = Build(Request({{"main.cc", R"(#include <golab/golab.h>
#include <iostream>
#include <map>
#include <string>
namespace mine { int main = 1; int poll() { return 2; } }
static int fork = 3;
int write_count = 4;
void* operator new(std::size_t n) { return std::malloc(n); }
void operator delete(void* p) noexcept { std::free(p); }
GOLAB_MAIN() {
  std::map<std::string, int> m{{"a", mine::main + mine::poll() + fork}};
  golab::Box<std::string> box;
  box.Set("x");
  std::cout << m["a"] + write_count << box.value << std::endl;
}
)"}}));
  ASSERT_TRUE(outcome.built) << outcome.failure.diagnostics;
  EXPECT_EQ(Run(outcome.image.path), "10x\n");
}

TEST_F(BuildTest, HostileSources) {
  using Kind = CompileFailure::Kind;
  EXPECT_THAT(Refused("template <int N> struct A { A<N + 1> a; };\nA<0> a;\n", Kind::kCompiler),
              HasSubstr("template instantiation depth exceeds maximum of 256"));
  EXPECT_THAT(Refused("constexpr int F() { for (;;) {} return 1; }\nconstexpr int x = F();\n",
                      Kind::kCompiler),
              HasSubstr("constexpr"));
  EXPECT_THAT(Refused("#include __FILE__\n", Kind::kCompiler), HasSubstr("nested depth"));
  EXPECT_THAT(Refused("asm(\".rept 1000000000\\n.quad 1\\n.endr\");\n", Kind::kLimit),
              HasSubstr("error: the compiler"));
}

TEST_F(BuildTest, LimitsEndTheCompilerAndAreNotKept) {
  // Doubles a few dozen times: minutes of preprocessing.
  std::string text = "#define A0 x x\n";
  for (int i = 1; i < 40; ++i) {
    const std::string last = "A" + std::to_string(i - 1);
    text += "#define A" + std::to_string(i) + " " + last + " " + last + "\n";
  }
  BuildRequest request = Request({{"main.cc", text + "A39\n"}});
  request.limits.wall_seconds = 1;
  const BuildOutcome outcome = Build(request);
  EXPECT_FALSE(outcome.built);
  EXPECT_EQ(outcome.failure.kind, CompileFailure::Kind::kLimit);
  EXPECT_EQ(EntriesIn(Cache()), 0);

  request.limits.wall_seconds = 60;
  request.limits.cpu_seconds = 1;
  EXPECT_EQ(Build(request).failure.kind, CompileFailure::Kind::kLimit);

  std::atomic<bool> cancel = false;
  request.limits.cpu_seconds = 20;
  request.cancel = &cancel;
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    cancel = true;
  });
  auto cancelled = builder_.Build(request);
  canceller.join();
  ASSERT_FALSE(cancelled.has_value());
  EXPECT_EQ(cancelled.error().Text(), "the build was cancelled");
}

TEST_F(BuildTest, DiagnosticsAreCapped) {
  BuildRequest request = Request({{"main.cc", ""}});
  for (int i = 0; i < 2000; ++i)
    request.sources.files[0].bytes += "#warning \"" + std::string(400, 'w') + "\"\n";
  const BuildOutcome outcome = Build(request);
  EXPECT_FALSE(outcome.built);
  EXPECT_EQ(outcome.failure.kind, CompileFailure::Kind::kLimit);
  EXPECT_LE(outcome.failure.diagnostics.size(), request.limits.output_bytes + 1000);
}

TEST_F(BuildTest, WrapperIsPutBefore) {
  BuildRequest request = Hello();
  std::string folder;
  request.wrapper = [&](const std::string& workshop) {
    folder = workshop;
    return std::vector<std::string>{"/usr/bin/env", "--"};
  };
  EXPECT_TRUE(Build(request).built);
  EXPECT_THAT(folder, StartsWith(Cache() + "/new-"));
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST_F(BuildTest, FlavourThatIsNotThere) {
  BuildRequest request = Hello();
  request.flavour = Flavour::kTsan;
  EXPECT_EQ(builder_.Build(request).error().Text(), "this golab has no tsan runtime");
}

}  // namespace
}  // namespace golab::lab
