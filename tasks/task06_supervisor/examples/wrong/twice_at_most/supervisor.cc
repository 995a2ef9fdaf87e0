// must fail: restarts
#include "supervisor.h"

using namespace golab;

Supervisor::Supervisor(context::Context parent) {
  auto [ctx, cancel] = context::WithCancel(parent);
  ctx_ = ctx;
  cancel_ = cancel;
}

static Error RunOne(context::Context ctx, String name, Func<Error(context::Context)> work) {
  Error err;
  WithDefers([&](Defers& defer) {
    defer([&] {
      if (auto p = recover())
        err = fmt::Errorf("%s panicked: %v\n%s", name, p.Text(), debug::Stack());
    });
    err = work(ctx);
  });
  return err;
}

void Supervisor::Go(String name, Func<Error(context::Context)> work) {
  mu_.Lock();
  const bool is_new = names_.insert(name.c_str()).second;
  mu_.Unlock();
  if (!is_new) {
    log::Println("there is a", name, "already");
    return;
  }
  if (ctx_.Err()) return;
  wg_.Add(1);
  go([this, name, work] {
    Defer done{[this] { wg_.Done(); }};
    for (int run = 0; run < 2; run++) {
      Error err = RunOne(ctx_, name, work);
      if (ctx_.Err()) return;
      log::Printf("%s exited (%v); restarting in 1s", name, err);
      switch (Select(Recv(ctx_.Done()), Recv(time::After(time::Second)))) {
        case 0:
          return;
        case 1:
          break;
      }
    }
  });
}

void Supervisor::Stop() {
  cancel_();
  wg_.Wait();
}
