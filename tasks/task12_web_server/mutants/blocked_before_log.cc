// must fail: no-growth
// It waits for somebody to take its line, and nobody does.
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

void LogLater(Chan<String> lines) {
  lines.Send("log entry written");
}

void Handle(http::ResponseWriter& w, http::Request& /*r*/) {
  go(LogLater, MakeChan<String>());
  w.Write("hello\n");
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", Handle);
  go(Monitor);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
