// must fail: deadline
// Waits for nobody: it sleeps as long as a shutdown may take, always.
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

static http::ServeMux Routes() {
  const auto mux = http::NewServeMux();
  mux.HandleFunc("GET /health", [](http::ResponseWriter& w, http::Request&) { w.Write("ok"); });
  mux.HandleFunc("GET /slow", [](http::ResponseWriter& w, http::Request&) {
    time::Sleep(2 * time::Second);
    w.Write("slow");
  });
  mux.HandleFunc("GET /forever",
                 [](http::ResponseWriter&, http::Request& r) { r.Context().Done().Recv(); });
  return mux;
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "address");
  flag::Parse();
  auto [ln, err] = net::Listen("tcp", *addr);
  if (err) log::Fatal(err);
  http::Server server;
  server.Handler = Routes();
  auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Interrupt, os::Terminate);
  const auto worker = MakeChan<Empty>();
  go([ctx = ctx, worker] {
    Defer end{[&] { worker.Close(); }};
    for (const auto second = time::NewTicker(time::Second);;) {
      if (Select(Recv(ctx.Done()), Recv(second.C)) == 0) return second.Stop();
      fmt::Println("tick");
    }
  });
  const auto served = MakeChan<Empty>();
  go([&server, served, ln = ln] {
    Defer end{[&] { served.Close(); }};
    server.Serve(ln);
  });
  ctx.Done().Recv();
  stop();
  fmt::Println("shutdown signal");
  ln.Close();
  time::Sleep(5 * time::Second);
  server.Close();
  worker.Recv();
  served.Recv();
  fmt::Println("bye");
}
