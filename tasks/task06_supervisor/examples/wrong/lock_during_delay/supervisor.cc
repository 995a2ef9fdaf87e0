#include "supervisor.h"

using namespace golab;

Supervisor::Supervisor(context::Context parent) {
  auto c = context::WithCancel(parent);
  ctx_ = c.ctx;
  cancel_ = c.cancel;
}

void Supervisor::Go(String name, Work work) {
  lock_.Lock();
  Defer unlock{[&] { lock_.Unlock(); }};
  if (closed_) return;
  if (runs_[name.c_str()]++ > 0) {
    fmt::Printf("supervisor: %q refused, the name is in use\n", name);
    return;
  }
  alive_.Add(1);
  go([this, n = std::string(name.c_str()), work] { Run(n, work); });
}

void Supervisor::Run(std::string name, Work work) {
  Defer last{[this] { alive_.Done(); }};
  String text = "returned";
  WithDefers([&](Defers& defer) {
    defer([&] {
      if (auto p = recover()) text = fmt::Sprintf("PANIC %s\n%s", p.Text(), debug::Stack());
    });
    if (Error err = work(ctx_)) text = err.Text();
  });
  if (ctx_.Err()) return;
  fmt::Printf("supervisor: %s ended: %s\n", name.c_str(), text);
  lock_.RLock();
  Select(Recv(time::After(time::Second)), Recv(ctx_.Done()));
  lock_.RUnlock();
  if (ctx_.Err()) return;
  alive_.Add(1);  // before this one's Done: the count never falls to 0 in between
  go([this, name, work] { Run(name, work); });
}

void Supervisor::Stop() {
  lock_.Lock();
  closed_ = true;
  lock_.Unlock();
  cancel_();
  alive_.Wait();
}
