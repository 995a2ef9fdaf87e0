#include "supervisor.h"

using namespace golab;

Supervisor::Supervisor(context::Context parent) {
  auto [ctx, cancel] = context::WithCancelCause(parent);
  ctx_ = ctx;
  cancel_ = [cancel = cancel] { cancel(errors::New("stopped")); };
}

void Supervisor::Go(String name, Func<Error(context::Context)> work) {
  mu_.Lock();
  const bool taken = names_[name.c_str()], stopped = stopped_ || ctx_.Err() != nullptr;
  if (!taken && !stopped) {
    names_[name.c_str()] = true;
    started_++;
  }
  mu_.Unlock();
  if (taken) log::Print("duplicate worker ", name);
  if (taken || stopped) return;
  go([this, name, work] {
    while (!ctx_.Err()) {
      const auto report = MakeChan<String>(1);
      go([ctx = ctx_, work, report] {
        WithDefers([&](Defers& defer) {
          defer([&] {
            if (auto p = recover()) report.Send(p.Text() + "\n" + debug::Stack());
          });
          Error err = work(ctx);
          report.Send(err ? err.Text() : String("no error"));
        });
      });
      const String said = report.Recv();
      if (ctx_.Err()) break;
      log::Print(name, " is down: ", said);
      for (int i = 0; i < 4 && !ctx_.Err(); i++)
        Select(Recv(ctx_.Done()), Recv(time::After(250 * time::Millisecond)));
    }
    ends_.Send(true);
  });
}

void Supervisor::Stop() {
  mu_.Lock();
  stopped_ = true;
  const int count = std::exchange(started_, 0);
  mu_.Unlock();
  cancel_();
  for (int i = 0; i < count; i++) ends_.Recv();
}
