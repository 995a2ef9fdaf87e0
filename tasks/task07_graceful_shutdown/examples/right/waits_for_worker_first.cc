// The steps in another order: worker, server, and each told by a channel of its own. The first tick
// comes at once.
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

static void Work(const Chan<Chan<bool>>& quit) {
  fmt::Println("tick");
  const auto ticker = time::NewTicker(time::Second);
  for (;;) {
    Chan<bool> answer;
    switch (Select(Recv(quit, answer), Recv(ticker.C))) {
      case 0:
        answer.Send(true);
        return;
      case 1:
        fmt::Println("tick");
        break;
    }
  }
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "address");
  flag::Parse();
  const auto quit = MakeChan<Chan<bool>>();
  http::HandleFunc("GET /health", [](http::ResponseWriter& w, http::Request&) { w.Write("ok"); });
  http::HandleFunc("GET /slow", [](http::ResponseWriter& w, http::Request&) {
    time::Sleep(2 * time::Second);
    w.Write("ok");
  });
  http::HandleFunc("GET /forever", [](http::ResponseWriter&, http::Request& r) {
    const auto done = r.Context().Done();
    done.Recv();
  });
  auto [ln, err] = net::Listen("tcp", *addr);
  if (err) log::Fatal(err);
  http::Server server;
  const auto closed = MakeChan<Error>(1);
  go([&server, closed, ln = ln] { closed.Send(server.Serve(ln)); });
  go([quit] { Work(quit); });
  const auto c = MakeChan<os::Signal>(1);
  signal::Notify(c, os::Interrupt);
  signal::Notify(c, os::Terminate);
  const auto which = c.Recv();
  signal::Reset();
  fmt::Println("shutdown signal", which.Number());
  auto [ctx, cancel] =
      context::WithDeadline(context::Background(), time::Now().Add(5 * time::Second));
  Defer d{cancel};
  const auto ended = MakeChan<bool>(1);
  if (Select(Send(quit, ended), Recv(ctx.Done())) == 1 ||
      Select(Recv(ended), Recv(ctx.Done())) == 1)
    fmt::Println("worker did not finish within deadline");
  if (server.Shutdown(ctx)) server.Close();
  closed.Recv();
  fmt::Println("bye");
}
