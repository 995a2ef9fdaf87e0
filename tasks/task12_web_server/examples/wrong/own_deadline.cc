// must fail: tied
// A context of its own, with a deadline, and without the request as its parent.
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

void Handle(http::ResponseWriter& w, http::Request& /*r*/) {
  auto [ctx, cancel] = context::WithTimeout(context::Background(), 100 * time::Millisecond);
  go([ctx = ctx, cancel = cancel] {
    ctx.Done().Recv();
    cancel();
    log::Print("log entry written");
  });
  w.Write("hello\n");
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", Handle);
  go(Monitor);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
