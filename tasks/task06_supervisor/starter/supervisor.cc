// task6: a supervisor. What to do is in README.md (golab show task6).
//
// Watch it: golab run task6      Have it judged: golab check task6
#include "supervisor.h"

using namespace golab;

// Names of Go's packages are namespaces here: time::After, sync::WaitGroup, log::Printf.
//
//   auto [ctx, cancel] = context::WithCancel(parent);       a context that ends by cancel()
//   Select(Recv(ctx.Done()), Recv(time::After(delay)));     whichever comes first: 0 or 1
//   WithDefers([&](Defers& defer) {                         one Go function, which can recover
//     defer([&] { if (auto p = recover()) ... p.Text() ... debug::Stack() ... });
//     ...
//   });

Supervisor::Supervisor(context::Context parent) : ctx_(parent) {}

void Supervisor::Go(String name, Func<Error(context::Context)> work) {
  static_cast<void>(name);
  go([this, work] { work(ctx_); });
  // Once is not enough. And what if work panics?
}

void Supervisor::Stop() {
  // Who tells the workers, and who waits for them?
}

void Supervisor::Flags() {}
