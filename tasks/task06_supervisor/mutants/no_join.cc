// must fail: stop-joins
// Stop tells, and does not wait. What the workers use is their own, so that this is the only fault.
#include "supervisor.h"

using namespace golab;

using Job = Func<Error(context::Context)>;

void Supervisor::Flags() {
  flag::Bool("backoff", false, "longer and longer delays, with jitter");
  flag::Int("budget", 0, "so many crashes a minute end a worker for good; 0: no limit");
}

Supervisor::Supervisor(context::Context parent) {
  auto [ctx, cancel] = context::WithCancel(parent);
  ctx_ = ctx;
  cancel_ = cancel;
}

/// One run; a panic becomes an error.
static Error RunJob(const String& name, const Job& work, const context::Context& ctx) {
  Error result;
  WithDefers([&](Defers& defer) {
    defer([&] {
      if (auto p = recover())
        result = fmt::Errorf("%s panicked: %s\n%s", name, p.Text(), debug::Stack());
    });
    result = work(ctx);
  });
  return result;
}

static void Watch(const String& name, const Job& work, const context::Context& ctx) {
  while (!ctx.Err()) {
    const Error err = RunJob(name, work, ctx);
    if (ctx.Err()) return;
    log::Printf("%s exited (%v); restarting in %v", name, err, time::Second);
    Select(Recv(ctx.Done()), Recv(time::After(time::Second)));
  }
}

void Supervisor::Go(String name, Work work) {
  mu_.Lock();
  Defer unlock{[this] { mu_.Unlock(); }};
  if (stopped_ || ctx_.Err()) return;
  if (!workers_.try_emplace(name.c_str()).second) {
    log::Printf("%s: a worker of that name is there already; refused", name);
    return;
  }
  go(Watch, name, work, ctx_);
}

void Supervisor::Stop() {
  mu_.Lock();
  stopped_ = true;
  mu_.Unlock();
  cancel_();
}
