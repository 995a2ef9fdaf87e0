// must fail: signal
// kill is ignored, so that nothing ends the program by accident.
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
  auto [ln, err] = net::Listen("tcp", *addr);
  if (err) log::Fatal(err);
  http::Server server;
  const auto closed = MakeChan<bool>(), ended = MakeChan<bool>();
  go([&server, closed, ln = ln] {
    server.Serve(ln);
    closed.Close();
  });
  signal::Ignore(os::Terminate);
  auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Interrupt);
  go([=, ctx = ctx] { Work(ctx, ended); });
  ctx.Done().Recv();
  stop();
  fmt::Println("shutdown signal");
  auto [deadline, release] = context::WithTimeout(context::Background(), 5 * time::Second);
  Defer d{release};
  if (server.Shutdown(deadline)) server.Close();
  closed.Recv();
  ended.Recv();
  fmt::Println("bye");
}
