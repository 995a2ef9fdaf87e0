// The goroutine finds out how it went, and the handler says so.
#include <golab/golab.h>
#include <golab/http.h>

#include <iostream>

using namespace golab;

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", [](http::ResponseWriter& w, http::Request& r) {
    const auto verdict = MakeChan<Error>(1);
    go([verdict, ctx = r.Context()] {
      Select(Recv(ctx.Done()), Recv(time::After(100 * time::Millisecond)));
      verdict.Send(ctx.Err());
    });
    const bool gone = static_cast<bool>(verdict.Recv());
    std::cout << (gone ? "request canceled; aborting log" : "log entry written") << std::endl;
    if (!gone) w.Write("as you wish\n");
  });
  const auto second = time::NewTicker(time::Second);
  go([&] {
    while (true) {
      second.C.Recv();
      std::cout << "goroutines: " << runtime::NumGoroutine() << std::endl;
    }
  });
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
