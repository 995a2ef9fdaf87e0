// The worker is a relay: each goroutine ticks once and hands on to the next. The last one told ends it.
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

static void Runner(const context::Context& ctx, const Chan<bool>& finish) {
  if (Select(Recv(time::After(time::Second)), Recv(ctx.Done())) == 1) return finish.Close();
  fmt::Println("tick");
  go([ctx, finish] { Runner(ctx, finish); });
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "address");
  flag::Parse();
  auto [ln, err] = net::Listen("tcp", *addr);
  if (err) log::Fatal(err);
  http::Server server;
  server.Handler = Routes();
  auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Interrupt, os::Terminate);
  const auto finish = MakeChan<bool>(), served = MakeChan<bool>();
  go([ctx = ctx, finish] { Runner(ctx, finish); });
  go([&server, served, ln = ln] {
    server.Serve(ln);
    served.Close();
  });
  ctx.Done().Recv();
  stop();
  fmt::Println("shutdown signal");
  auto [late, cancel] = context::WithTimeout(context::Background(), 5 * time::Second);
  Defer release{cancel};
  if (server.Shutdown(late)) server.Close();
  finish.Recv();
  served.Recv();
  fmt::Println("bye");
}
