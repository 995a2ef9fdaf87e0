// must fail: drains
// Serve returns as soon as Shutdown is called: main is gone while requests are still under way.
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

static void Work(context::Context ctx, Chan<bool> ended) {
  Defer end{[&] { ended.Close(); }};
  const auto ticker = time::NewTicker(time::Second);
  while (Select(Recv(ctx.Done()), Recv(ticker.C)) == 1) fmt::Println("tick");
}

static void Routes() {
  http::HandleFunc("/health", [](http::ResponseWriter& w, http::Request&) { w.Write("ok"); });
  http::HandleFunc("/slow", [](http::ResponseWriter& w, http::Request&) {
    time::Sleep(2 * time::Second);
    w.Write("ok");
  });
  http::HandleFunc("/forever",
                   [](http::ResponseWriter&, http::Request& r) { r.Context().Done().Recv(); });
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "address");
  flag::Parse();
  Routes();
  auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Interrupt, os::Terminate);
  const auto ended = MakeChan<bool>();
  go([=, ctx = ctx] { Work(ctx, ended); });
  http::Server server;
  server.Addr = *addr;
  go([&server, ctx = ctx] {
    ctx.Done().Recv();
    fmt::Println("shutdown signal");
    server.Shutdown(context::Background());
  });
  if (const auto err = server.ListenAndServe(); !errors::Is(err, http::ErrServerClosed))
    log::Fatal(err);
  stop();
  ended.Recv();
  time::Sleep(time::Millisecond);
  fmt::Println("bye");
}
