// must fail: measures
// Ten lines a second.
#include <golab/golab.h>
#include <golab/http.h>

#include <cstdio>

using namespace golab;

void Monitor() {
  for (;;) {
    time::Sleep(100 * time::Millisecond);
    std::printf("goroutines: %d\n", runtime::NumGoroutine());
  }
}

void LogLater(context::Context ctx, Chan<Empty> logged) {
  Defer told{[&] { logged.Close(); }};
  switch (Select(Recv(ctx.Done()), Recv(time::After(100 * time::Millisecond)))) {
    case 0:
      log::Print("request canceled; aborting log");
      break;
    case 1:
      log::Print("log entry written");
      break;
  }
}

void Handle(http::ResponseWriter& w, http::Request& r) {
  const auto logged = MakeChan<Empty>();
  go(LogLater, r.Context(), logged);
  w.Write("hello\n");
  logged.Recv();
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", Handle);
  go(Monitor);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
