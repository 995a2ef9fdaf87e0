// must fail: signal
// The handler sets a flag, at which somebody looks each half second.
#include <golab/golab.h>
#include <golab/http.h>

#include <csignal>

using namespace golab;

static volatile std::sig_atomic_t told = 0;

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
  std::signal(SIGINT, [](int) { told = 1; });
  std::signal(SIGTERM, [](int) { told = 1; });
  auto [ctx, stop] = context::WithCancel(context::Background());
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
  while (told == 0) time::Sleep(450 * time::Millisecond);
  stop();
  fmt::Println("shutdown signal");
  auto [late, cancel] = context::WithTimeout(context::Background(), 5 * time::Second);
  Defer release{cancel};
  if (server.Shutdown(late)) server.Close();
  worker.Recv();
  served.Recv();
  fmt::Println("bye");
}
