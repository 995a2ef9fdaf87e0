// A web server whose handler starts work that belongs to the request: the entry is logged after 100
// ms, unless the client has gone by then.
#include <golab/golab.h>
#include <golab/http.h>

#include <cstdio>

using namespace golab;

// Prints the count once a second, for as long as the server runs.
void Monitor() {
  const auto ticker = time::NewTicker(time::Second);
  for (;;) {
    ticker.C.Recv();
    std::printf("goroutines: %d\n", runtime::NumGoroutine());
  }
}

// Closes `logged` when it has said its line.
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

// A request's context ends when its client leaves, and when its handler returns. So the handler
// gives its answer and then stays: only so long can the server see whether the client does.
void Handle(http::ResponseWriter& w, http::Request& r) {
  const auto logged = MakeChan<Empty>();
  go(LogLater, r.Context(), logged);
  w.Write("hello\n");
  if (auto* flusher = w.As<http::Flusher>()) flusher->Flush();
  logged.Recv();
}

// The variation: no case for ctx.Done(), and nobody has the other end of this channel.
void HandleAndLeak(http::ResponseWriter& w, http::Request& /*r*/) {
  go([] { MakeChan<Empty>().Recv(); });
  w.Write("hello\n");
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  const bool* leak = flag::Bool("leak", false, "each request leaves a goroutine behind");
  flag::Parse();

  http::HandleFunc("/", *leak ? HandleAndLeak : Handle);
  auto [listener, err] = net::Listen("tcp", *addr);
  if (err) {
    fmt::Fprintf(os::Stderr(), "cannot serve at --addr %s: %v\n", *addr, err);
    os::Exit(1);
  }
  std::printf("serving http://%s/\n", listener.Addr().String().c_str());
  go(Monitor);
  log::Fatal(http::Serve(listener, nullptr));
}
