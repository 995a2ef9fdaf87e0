// Two goroutines a request, one for the time and one for the client; who takes the pen first writes,
// and tells the other.
#include <golab/golab.h>
#include <golab/http.h>

#include <cstdio>

using namespace golab;

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", [](http::ResponseWriter& w, http::Request& r) {
    sync::Once pen;
    sync::WaitGroup both;
    const auto over = MakeChan<Empty>();
    const auto write = [&](const char* line) {
      pen.Do([&] {
        std::fprintf(stderr, "%s\n", line);
        over.Close();
      });
    };
    both.Add(2);
    go([&] {
      Defer d{[&] { both.Done(); }};
      if (Select(Recv(over), Recv(time::After(100 * time::Millisecond))) == 1)
        write("log entry written");
    });
    go([&, ctx = r.Context()] {
      Defer d{[&] { both.Done(); }};
      if (Select(Recv(over), Recv(ctx.Done())) == 1) write("request canceled; aborting log");
    });
    both.Wait();
    w.Write("either\n");
  });
  go([addr] { log::Fatal(http::ListenAndServe(*addr, nullptr)); });
  for (;;) {
    std::printf("goroutines: %d\n", runtime::NumGoroutine());
    time::Sleep(time::Second);
  }
}
