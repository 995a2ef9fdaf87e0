// must fail: births
// While one logs, other requests start nothing.
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

sync::Mutex logging;

void Handle(http::ResponseWriter& w, http::Request& r) {
  w.Write("hello\n");
  if (!logging.TryLock()) return;
  const auto logged = MakeChan<Empty>();
  go([logged, ctx = r.Context()] {
    Defer told{[&] { logged.Close(); }};
    switch (Select(Recv(ctx.Done()), Recv(time::After(100 * time::Millisecond)))) {
      case 0:
        log::Print("request canceled; aborting log");
        break;
      case 1:
        log::Print("log entry written");
    }
  });
  logged.Recv();
  logging.Unlock();
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", Handle);
  go(Monitor);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
