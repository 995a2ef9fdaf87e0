// must fail: no-growth
// The helper that keeps the time is left behind with its message.
#include <golab/golab.h>
#include <golab/http.h>

#include <cstdio>

using namespace golab;

void Monitor() {
  for (;;) {
    time::Sleep(time::Second);
    std::printf("goroutines: %d\n", runtime::NumGoroutine());
  }
}

void Handle(http::ResponseWriter& w, http::Request& r) {
  const auto due = MakeChan<Empty>();
  go([=] { due.Send({}); });
  go([ctx = r.Context(), due] {
    const auto timer = time::NewTimer(100 * time::Millisecond);
    switch (Select(Recv(ctx.Done()), Recv(timer.C))) {
      case 0:
        log::Print("request canceled; aborting log");
        return;
      case 1:
        due.Recv();
        log::Print("log entry written");
    }
  });
  w.Write("hello\n");
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", Handle);
  go(Monitor);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
