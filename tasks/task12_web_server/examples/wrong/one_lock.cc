// must fail: once
// One at a time may wait for its 100 ms: of those that come at once the last is late.
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

static void Monitor() {
  for (const auto ticker = time::NewTicker(time::Second);;) {
    ticker.C.Recv();
    fmt::Println("goroutines:", runtime::NumGoroutine());
  }
}

static sync::Mutex one;

static void Handle(http::ResponseWriter& w, http::Request& r) {
  const auto logged = MakeChan<Empty>();
  go([logged, ctx = r.Context()] {
    Defer told{[&] { logged.Close(); }};
    one.Lock();
    Defer free{[] { one.Unlock(); }};
    if (Select(Recv(ctx.Done()), Recv(time::After(100 * time::Millisecond))) == 0)
      log::Print("request canceled; aborting log");
    else
      log::Print("log entry written");
  });
  w.Write("hello\n");
  logged.Recv();
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", Handle);
  go(Monitor);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
