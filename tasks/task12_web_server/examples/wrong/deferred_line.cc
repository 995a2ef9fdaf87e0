// must fail: once
// The deferred line comes on every way out.
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

void LogLater(context::Context ctx) {
  Defer aborted{[] { fmt::Println("request canceled; aborting log"); }};
  switch (Select(Recv(ctx.Done()), Recv(time::After(100 * time::Millisecond)))) {
    case 0:
      return;
    case 1:
      fmt::Println("log entry written");
  }
}

void Handle(http::ResponseWriter& w, http::Request& r) {
  sync::WaitGroup wg;
  wg.Add(1);
  go([&, ctx = r.Context()] {
    Defer done{[&] { wg.Done(); }};
    LogLater(ctx);
  });
  w.Write("hello\n");
  wg.Wait();
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", Handle);
  go(Monitor);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
