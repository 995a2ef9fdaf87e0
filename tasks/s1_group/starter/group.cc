// s1: a group. What to do is in README.md (golab show s1).
//
// Watch it: golab run s1      Have it judged: golab check s1
#include "group.h"

using namespace golab;

// Names of Go's packages are namespaces here: time::After, sync::WaitGroup, slog::Error.
//
//   auto [ctx, cancel] = context::WithCancel(parent);           ends by cancel()
//   auto [ctx, cancel] = context::WithTimeout(parent, length);  ends by time, too
//   Select(Recv(ctx.Done()), Send(ch, Empty{}));                whichever comes first: 0 or 1
//   WithDefers([&](Defers& defer) {                             one Go function; it can recover
//     defer([&] { if (auto p = recover()) ... p.Text() ... debug::Stack() ... });
//     ...
//   });
//   slog::Error("work panicked", "name", name, ...);            a line of keys and values
//   errors::Join(Slice<Error>(list.data(), list.size())), errors::Is(err, context::Canceled)

Group::Group(context::Context parent, Options options) : ctx_(parent), options_(options) {}

Error Group::Go(String name, Func<Error(context::Context)> work) {
  static_cast<void>(name);
  wg_.Add(1);
  go([this, work] {
    work(ctx_);  // How many at once? How long? And if it panics?
    wg_.Done();
  });
  return nullptr;
}

Error Group::Wait() {
  wg_.Wait();
  return nullptr;  // Who has failed, and who first?
}
