// Two goroutines a request, one that waits and one that writes; main counts, and another one
// serves.
#include <golab/golab.h>
#include <golab/http.h>

#include <cstdio>

using namespace golab;

struct Entries {
  void ServeHTTP(http::ResponseWriter& w, http::Request& r) {
    const auto outcome = MakeChan<String>(1);
    go([outcome, ctx = r.Context()] {
      const auto timer = time::NewTimer(100 * time::Millisecond);
      Defer stop{[&] { timer.Stop(); }};
      const bool due = Select(Recv(timer.C), Recv(ctx.Done())) == 0;
      go([=] { outcome.Send(due ? "log entry written" : "request canceled; aborting log"); });
    });
    log::Println(outcome.Recv(), "for", r.URL.Path);
    w.WriteHeader(http::StatusOK);
  }
};

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  const http::ServeMux mux = http::NewServeMux();
  mux.Handle("GET /", Entries{});
  http::Server server;
  server.Addr = *addr;
  server.Handler = mux;
  go([&] { log::Fatal(server.ListenAndServe()); });
  const auto ticker = time::NewTicker(time::Second);
  for (;;) {
    ticker.C.Recv();
    fmt::Println("goroutines:", runtime::NumGoroutine());
  }
}
