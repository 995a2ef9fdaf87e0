// must fail: once
// The goroutine hands its line to a timer, which nobody can call back.
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

static void Monitor() {
  for (const auto ticker = time::NewTicker(time::Second);;) {
    ticker.C.Recv();
    fmt::Println("goroutines:", runtime::NumGoroutine());
  }
}

static void Handle(http::ResponseWriter& w, http::Request&) {
  go([] { time::AfterFunc(100 * time::Millisecond, [] { log::Print("log entry written"); }); });
  w.Write("hello\n");
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", Handle);
  go(Monitor);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
