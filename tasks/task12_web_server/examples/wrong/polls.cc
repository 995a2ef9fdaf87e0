// must fail: tied
// It looks at the context every 50 ms.
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
  go([ctx = r.Context()] {
    for (int i = 0; i < 2; i++) {
      time::Sleep(50 * time::Millisecond);
      if (ctx.Err() == nullptr) continue;
      log::Print("request canceled; aborting log");
      return;
    }
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
