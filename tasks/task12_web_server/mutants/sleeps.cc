// must fail: tied
// A sleep ends by time alone; the context is looked at afterwards.
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
  time::Sleep(100 * time::Millisecond);
  log::Print(ctx.Err() ? "request canceled; aborting log" : "log entry written");
}

void Handle(http::ResponseWriter& w, http::Request& r) {
  go(LogLater, r.Context());
  w.Write("hello\n");
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", Handle);
  go(Monitor);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
