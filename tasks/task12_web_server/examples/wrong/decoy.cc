// must fail: births
// The goroutine is there for the count alone: the handler itself waits and writes.
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

static void Monitor() {
  for (const auto ticker = time::NewTicker(time::Second);;) {
    ticker.C.Recv();
    fmt::Println("goroutines:", runtime::NumGoroutine());
  }
}

static void Handle(http::ResponseWriter& w, http::Request& r) {
  go([] { runtime::Gosched(); });
  w.Write("hello\n");
  if (auto* flusher = w.As<http::Flusher>()) flusher->Flush();
  const auto ctx = r.Context();
  if (Select(Recv(ctx.Done()), Recv(time::After(100 * time::Millisecond))) == 0)
    log::Print("request canceled; aborting log");
  else
    log::Print("log entry written");
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", Handle);
  go(Monitor);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
