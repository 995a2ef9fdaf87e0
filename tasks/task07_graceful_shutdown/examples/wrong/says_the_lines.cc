// must fail: ticks
// A script of what is expected: the lines come at their times, from main, and nobody works for them.
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
  const auto served = MakeChan<Empty>();
  go([&server, served, ln = ln] {
    Defer end{[&] { served.Close(); }};
    server.Serve(ln);
  });
  fmt::Print("tick\ntick\ntick\ntick\n");
  ctx.Done().Recv();
  stop();
  fmt::Print("shutdown signal\nbye\n");
  auto [late, cancel] = context::WithTimeout(context::Background(), 5 * time::Second);
  Defer release{cancel};
  if (server.Shutdown(late)) server.Close();
  served.Recv();
}
