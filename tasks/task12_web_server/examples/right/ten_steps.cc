// Ten steps of 10 ms, each of which looks at the context; counts are taken at whole seconds of a
// timetable, and printed in two pieces.
#include <golab/golab.h>
#include <golab/http.h>

#include <cstdio>

using namespace golab;

struct Site {
  void ServeHTTP(http::ResponseWriter& w, http::Request& r) {
    const auto steps = MakeChan<int>();
    go([steps, ctx = r.Context()] {
      Defer end{[&] { steps.Close(); }};
      const auto ticker = time::NewTicker(10 * time::Millisecond);
      Defer stop{[&] { ticker.Stop(); }};
      for (int i = 1; i <= 10; i++) {
        if (Select(Recv(ctx.Done()), Recv(ticker.C)) == 1) continue;
        log::Println("request canceled; aborting log");
        return;
      }
      log::Println("log entry written");
    });
    w.WriteHeader(http::StatusOK);
    if (auto* flusher = w.As<http::Flusher>()) flusher->Flush();
    steps.Recv();
  }
};

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  auto [ln, err] = net::Listen("tcp", *addr);
  if (err) log::Fatalf("--addr %s: %v", *addr, err);
  Site site;
  http::Server server;
  server.Handler = http::Handler(site);
  go([&server, ln = ln] { log::Fatal(server.Serve(ln)); });
  auto next = time::Now();
  for (;;) {
    next = next.Add(time::Second);
    time::Sleep(time::Until(next));
    std::printf("goroutines:");
    std::printf(" %d\n", runtime::NumGoroutine());
  }
}
