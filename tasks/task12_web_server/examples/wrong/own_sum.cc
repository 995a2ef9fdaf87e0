// must fail: measures
// Asks for the count, and prints what it thinks it ought to be.
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

static atomic::Int64 requests;

static void Monitor() {
  for (const auto ticker = time::NewTicker(time::Second);;) {
    ticker.C.Recv();
    const int asked = runtime::NumGoroutine();
    static_cast<void>(asked);
    fmt::Println("goroutines:", 4 + 3 * requests.Load());
  }
}

static void Handle(http::ResponseWriter& w, http::Request& r) {
  requests.Add(1);
  Defer less{[] { requests.Add(-1); }};
  const auto logged = MakeChan<Empty>();
  go([logged, ctx = r.Context()] {
    Defer told{[&] { logged.Close(); }};
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
