// must fail: once
// Who has the line to write is a queue that knows nothing of clients: it writes for those that left, too.
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

static void Monitor() {
  for (const auto ticker = time::NewTicker(time::Second);;) {
    ticker.C.Recv();
    fmt::Println("goroutines:", runtime::NumGoroutine());
  }
}

static Chan<time::Time> due = nullptr;

static void Scribe() {
  for (;;) {
    time::Sleep(time::Until(due.Recv()));
    log::Print("log entry written");
  }
}

static void Handle(http::ResponseWriter& w, http::Request&) {
  go([] { due.Send(time::Now().Add(100 * time::Millisecond)); });
  w.Write("hello\n");
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  due = MakeChan<time::Time>(1000);
  http::HandleFunc("/", Handle);
  go(Monitor);
  go(Scribe);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
