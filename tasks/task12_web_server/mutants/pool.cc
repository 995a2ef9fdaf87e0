// must fail: births
// Loggers that are started once, and shared by all requests.
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

Chan<context::Context> jobs = nullptr;

void Logger() {
  for (;;) {
    const context::Context ctx = jobs.Recv();
    switch (Select(Recv(ctx.Done()), Recv(time::After(100 * time::Millisecond)))) {
      case 0:
        log::Print("request canceled; aborting log");
        break;
      case 1:
        log::Print("log entry written");
        break;
    }
  }
}

void Handle(http::ResponseWriter& w, http::Request& r) {
  jobs.Send(r.Context());
  w.Write("hello\n");
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", Handle);
  jobs = MakeChan<context::Context>(200);
  for (int i = 0; i < 20; i++) go(Logger);
  go(Monitor);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
