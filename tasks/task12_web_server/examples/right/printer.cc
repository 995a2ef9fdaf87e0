// One goroutine prints for all; those of the requests send it their lines.
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

Chan<String> lines = nullptr;

void Printer() {
  for (;;) fmt::Println(lines.Recv());
}

void Handle(http::ResponseWriter& w, http::Request& r) {
  const auto sent = MakeChan<bool>(1);
  go([=, ctx = r.Context()] {
    const bool gone = Select(Recv(ctx.Done()), Recv(time::After(100 * time::Millisecond))) == 0;
    lines.Send(gone ? "request canceled; aborting log" : "log entry written");
    sent.Send(gone);
  });
  if (!sent.Recv()) w.Write("logged\n");
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  http::HandleFunc("/", Handle);
  lines = MakeChan<String>();
  go(Printer);
  go(Monitor);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
