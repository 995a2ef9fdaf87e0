// must fail: once
// It says that the request was canceled, and has not waited for anything.
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

void LogLater(Chan<Empty> logged) {
  log::Print("request canceled; aborting log");
  time::Sleep(100 * time::Millisecond);
  logged.Close();
}

void Handle(http::ResponseWriter& w, http::Request& /*r*/) {
  const auto logged = MakeChan<Empty>();
  go(LogLater, logged);
  logged.Recv();
  w.Write("hello\n");
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", Handle);
  go(Monitor);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
