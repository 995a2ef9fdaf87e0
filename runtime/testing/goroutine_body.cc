// The body of a foreign framework's test, on a goroutine. See golab/gtest.h.

#include <utility>

#include "golab/chan.h"
#include "golab/defer.h"
#include "golab/func.h"
#include "golab/go.h"

#include "runtime/base/compiler.h"
#include "runtime/testing/test_main.h"

#pragma GCC visibility push(default)

namespace golab::rt {

String RunOnGoroutine(Func<void()> body);

}  // namespace golab::rt

#pragma GCC visibility pop

namespace golab::rt {
namespace {

constinit bool waits = false;  // written by main, read by the goroutine that it waits for

/// Shared by main, which waits, and the goroutine.
struct Body {
  Func<void()> call;
  String how = "the test's goroutine was ended by runtime.Goexit";
  Chan<bool> ended = MakeChan<bool>(1);
};

void RunBody(Body* body) {
  WithDefers([body](Defers& defer) {
    defer([body] {
      if (const Recovered panicked = recover()) {
        body->how = "panic: " + panicked.Text() + "\n\n" + panicked.Stack();
      }
      body->ended.Send(true);
    });
    body->call();
    body->how = "";
  });
}

}  // namespace

String RunOnGoroutine(Func<void()> body) {
  Body run{std::move(body)};
  waits = true;
  go(&RunBody, &run);
  run.ended.Recv();
  waits = false;
  return run.how;
}

bool WaitsForBody() noexcept {
  return waits;
}

}  // namespace golab::rt
