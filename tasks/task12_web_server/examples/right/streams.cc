// The answer comes in five pieces, one each 20 ms; the handler writes as long as its goroutine works.
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

static void Handle(http::ResponseWriter& w, http::Request& r) {
  const auto pieces = MakeChan<String>();
  go([pieces, ctx = r.Context()] {
    Defer end{[&] { pieces.Close(); }};
    const auto due = time::NewTimer(100 * time::Millisecond);
    for (int i = 0; i < 5; i++) {
      if (Select(Send(pieces, fmt::Sprintf("piece %d\n", i)), Recv(ctx.Done())) == 1) break;
      if (Select(Recv(time::After(20 * time::Millisecond)), Recv(ctx.Done())) == 1) break;
    }
    if (ctx.Err()) {
      due.Stop();
      log::Print("request canceled; aborting log");
      return;
    }
    due.C.Recv();
    log::Print("log entry written");
  });
  for (const String& piece : pieces) {
    w.Write(piece);
    if (auto* flusher = w.As<http::Flusher>()) flusher->Flush();
  }
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  go([] {
    const auto timer = time::NewTimer(time::Second);
    for (;; timer.Reset(time::Second)) {
      timer.C.Recv();
      log::Printf("goroutines: %d", runtime::NumGoroutine());
    }
  });
  http::HandleFunc("/", Handle);
  log::Fatal(http::ListenAndServe(*addr, nullptr));
}
