// must fail: serves
// The handler waits for one that waits for the handler.
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
  const auto answered = MakeChan<Empty>(), logged = MakeChan<Empty>();
  go([=] {
    answered.Recv();
    log::Print("log entry written");
    logged.Close();
  });
  logged.Recv();
  w.Write("hello\n");
  answered.Close();
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", Handle);
  go(Monitor);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
