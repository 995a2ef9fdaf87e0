// The end of the context starts the shutdown; main waits for the server and for the worker.
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

struct App {
  http::Server server;
  sync::WaitGroup parts;
  context::Context ctx;

  void Tick() {
    Defer end{[this] { parts.Done(); }};
    const auto ticks = time::NewTicker(time::Second);
    for (;;) {
      Select(Recv(ticks.C), Recv(ctx.Done()));
      if (ctx.Err()) return;
      parts.Add(1);
      go([this] {
        Defer printed{[this] { parts.Done(); }};
        fmt::Println("tick");
      });
    }
  }

  void ShutDown() {
    Defer end{[this] { parts.Done(); }};
    fmt::Println("shutdown signal");
    auto [late, cancel] = context::WithTimeout(context::Background(), 5 * time::Second);
    Defer release{cancel};
    if (server.Shutdown(late)) server.Close();
  }
};

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "address");
  flag::Parse();
  auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Interrupt, os::Terminate);
  App app;
  app.ctx = ctx;
  app.server.Addr = *addr;
  const auto mux = http::NewServeMux();
  mux.HandleFunc("GET /health", [](http::ResponseWriter& w, http::Request&) { w.Write(""); });
  mux.HandleFunc("GET /slow", [](http::ResponseWriter& w, http::Request&) {
    for (int i = 0; i < 20; i++) time::Sleep(100 * time::Millisecond);
    w.Write("at last");
  });
  mux.HandleFunc("GET /forever",
                 [](http::ResponseWriter&, http::Request& r) { r.Context().Done().Recv(); });
  app.server.Handler = mux;
  app.parts.Add(2);
  context::AfterFunc(ctx, [&app] { app.ShutDown(); });
  go([&app] { app.Tick(); });
  const auto err = app.server.ListenAndServe();
  if (!errors::Is(err, http::ErrServerClosed)) log::Fatal(err);
  app.parts.Wait();
  fmt::Println("bye");
}
