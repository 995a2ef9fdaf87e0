// No select: what ends first, the timer or the context, takes the right to say its line.
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
  const auto first = MakeChan<String>(2);
  auto stop =
      context::AfterFunc(r.Context(), [first] { first.Send("request canceled; aborting log"); });
  const auto timer =
      time::AfterFunc(100 * time::Millisecond, [first] { first.Send("log entry written"); });
  const auto logged = MakeChan<Empty>();
  go([=] {
    log::Print(first.Recv());
    timer.Stop();
    stop();
    logged.Close();
  });
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
