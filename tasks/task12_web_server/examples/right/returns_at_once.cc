// The course page: the handler returns at once, so each of its goroutines aborts.
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
    switch (Select(Recv(time::After(100 * time::Millisecond)), Recv(ctx.Done()))) {
      case 0:
        log::Print("log entry written");
        break;
      case 1:
        log::Print("request canceled; aborting log");
        break;
    }
  });
  fmt::Fprintf(w, "ok %s\n", r.URL.Path);
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", Handle);
  go(Monitor);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
