// Shutdown comes last: the listener is closed by hand, requests under way are counted by the program.
#include <golab/golab.h>
#include <golab/http.h>

#include <cstdio>

using namespace golab;

struct Counted {
  sync::WaitGroup under_way;
  http::ServeMux mux;

  Counted() {
    mux.HandleFunc("/health", [](http::ResponseWriter& w, http::Request&) { w.Write("1"); });
    mux.HandleFunc("/slow", [](http::ResponseWriter& w, http::Request&) {
      time::Sleep(2000 * time::Millisecond);
      w.Header().Set("Connection", "close");
      w.Write("slow");
    });
    mux.HandleFunc("/forever",
                   [](http::ResponseWriter&, http::Request& r) { r.Context().Done().Recv(); });
  }

  void ServeHTTP(http::ResponseWriter& w, http::Request& r) {
    under_way.Add(1);
    Defer end{[&] { under_way.Done(); }};
    mux.ServeHTTP(w, r);
  }
};

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "address");
  flag::Parse();
  auto [ln, err] = net::Listen("tcp", *addr);
  if (err) {
    fmt::Fprintln(os::Stderr(), "no:", err);
    os::Exit(1);
  }
  auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Interrupt, os::Terminate);
  Counted counted;
  http::Server server;
  server.Handler = http::Handler(counted);
  const auto served = MakeChan<bool>();
  go([&, ln = ln] {
    server.Serve(ln);
    served.Close();
  });
  sync::WaitGroup worker;
  worker.Add(1);
  go([&worker, ctx = ctx] {
    Defer end{[&] { worker.Done(); }};
    const auto t = time::NewTimer(time::Second);
    while (!ctx.Err()) {
      if (Select(Recv(t.C), Recv(ctx.Done())) == 1) break;
      std::printf("tick\n");
      t.Reset(time::Second);
    }
  });
  ctx.Done().Recv();
  stop();
  std::printf("shutdown signal\n");
  const auto end = time::Now().Add(5 * time::Second);
  ln.Close();
  served.Recv();
  const auto idle = MakeChan<bool>();
  go([&counted, idle] {
    counted.under_way.Wait();
    idle.Close();
  });
  Select(Recv(idle), Recv(time::After(5 * time::Second)));
  worker.Wait();
  // Counted are handlers: the last answer may be on its way still.
  auto [late, cancel] = context::WithDeadline(context::Background(), end);
  Defer release{cancel};
  if (server.Shutdown(late)) server.Close();
  idle.Recv();
  std::printf("bye\n");
}
