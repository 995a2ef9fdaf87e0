#include "runtime/tests/on_goroutine.h"

#include <cstdio>
#include <cstdlib>

#include "golab/main.h"
#include "golab/os.h"

#include "runtime/world/program.h"

namespace golab::tests {
namespace {

using Body = void (*)();
constinit Body the_body = nullptr;

void Main() {
  the_body();
  os::Exit(::testing::Test::HasFailure() ? 1 : 0);
}

rt::MainEntry entry{"a test", &Main, nullptr};

[[noreturn]] void BecomeProgram(void (*body)(), TestWorld world) {
  setenv("GOLAB_WORLD", world == TestWorld::kVirtual ? "virtual" : "real", 1);
  the_body = body;
  rt::RegisterMain(&entry);
  static char name[] = "test";
  char* argv[] = {name, nullptr};
  std::exit(rt::RunProgram(entry.name, 1, argv));
}

}  // namespace

ChildResult RunProgram(void (*body)(), TestWorld world, const ChildOptions& options) {
  std::fflush(nullptr);
  return RunFunction([=] { BecomeProgram(body, world); }, options);
}

void ExpectSuccess(void (*body)(), TestWorld world) {
  const ChildResult got = RunProgram(body, world);
  EXPECT_EQ(got.status, 0) << got.out << got.err;
}

void ExpectEnd(void (*body)(), int status, const std::string& out, const std::string& err_begins) {
  for (const TestWorld world : {TestWorld::kVirtual, TestWorld::kReal}) {
    const ChildResult got = RunProgram(body, world);
    EXPECT_EQ(got.status, status) << got.err;
    EXPECT_EQ(got.out, out);
    EXPECT_EQ(got.err.substr(0, err_begins.size()), err_begins) << got.err;
  }
}

}  // namespace golab::tests
