// The body of a foreign framework's test, on a goroutine. See golab/gtest.h.

#include <utility>

#include "golab/chan.h"
#include "golab/defer.h"
#include "golab/func.h"
#include "golab/go.h"

#include "runtime/base/compiler.h"

#pragma GCC visibility push(default)

namespace golab::rt {

String RunOnGoroutine(Func<void()> body);

}  // namespace golab::rt

#pragma GCC visibility pop

namespace golab::rt {
namespace {

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
  go(&RunBody, &run);
  run.ended.Recv();
  return run.how;
}

}  // namespace golab::rt
