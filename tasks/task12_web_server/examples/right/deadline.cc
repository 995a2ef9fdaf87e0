// The 100 ms are a deadline below the context of the request.
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
  const context::Context request = r.Context();
  sync::WaitGroup wg;
  wg.Add(1);
  go([&wg, request] {
    Defer done{[&] { wg.Done(); }};
    auto [ctx, cancel] = context::WithTimeout(request, 100 * time::Millisecond);
    Defer d{cancel};
    ctx.Done().Recv();
    std::fprintf(stderr, "%s\n",
                 request.Err() ? "request canceled; aborting log" : "log entry written");
  });
  wg.Wait();
  w.Write("hello\n");
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", Handle);
  go(Monitor);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
