// main is the worker: one loop for ticks and for the signal. A goroutine shuts the server down.
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "address");
  flag::Parse();
  const auto mux = http::NewServeMux();
  mux.HandleFunc("/", [](http::ResponseWriter& w, http::Request& r) {
    const String path = r.URL.Path;
    if (path == "/slow") time::Sleep(2 * time::Second);
    if (path == "/forever") r.Context().Done().Recv();
    w.Write("200");
  });
  auto [ln, err] = net::Listen("tcp", *addr);
  if (err) log::Fatal(err);
  http::Server server;
  server.Handler = mux;
  sync::WaitGroup serving;
  serving.Add(1);
  go([&, ln = ln] {
    Defer end{[&] { serving.Done(); }};
    server.Serve(ln);
  });
  auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Terminate, os::Interrupt);
  const auto ticker = time::NewTicker(time::Second);
  while (Select(Recv(ctx.Done()), Recv(ticker.C)) == 1) fmt::Println("tick");
  ticker.Stop();
  stop();
  fmt::Println("shutdown signal");
  const auto down = MakeChan<bool>();
  go([&server, down] {
    Defer end{[&] { down.Close(); }};
    auto [late, cancel] = context::WithTimeout(context::Background(), 5 * time::Second);
    Defer release{cancel};
    if (server.Shutdown(late)) server.Close();
  });
  down.Recv();
  serving.Wait();
  fmt::Println("bye");
}
