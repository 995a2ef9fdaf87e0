// As before NotifyContext: a channel of signals, a done channel for the worker, a wait group, and
// time::After as the deadline.
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "address");
  flag::Parse();
  http::HandleFunc("/health", [](http::ResponseWriter& w, http::Request&) { w.Write("fine"); });
  http::HandleFunc("/slow", [](http::ResponseWriter& w, http::Request&) {
    Select(Recv(time::After(2 * time::Second)));
    w.WriteHeader(200);
  });
  http::HandleFunc("/forever",
                   [](http::ResponseWriter&, http::Request& r) { Select(Recv(r.Context().Done())); });

  const auto signals = MakeChan<os::Signal>(2);
  signal::Notify(signals, os::Interrupt, os::Terminate);
  http::Server server;
  server.Addr = *addr;
  sync::WaitGroup all;
  all.Add(2);
  const auto done = MakeChan<bool>(), failed = MakeChan<bool>();
  go([&all, done] {
    Defer end{[&] { all.Done(); }};
    int n = 0;
    while (Select(Recv(done), Recv(time::After(time::Second))) == 1) fmt::Printf("tick %d\n", ++n);
  });
  go([&, failed] {
    Defer end{[&] { all.Done(); }};
    const auto err = server.ListenAndServe();
    if (errors::Is(err, http::ErrServerClosed)) return;
    log::Println(err);
    failed.Close();
  });
  if (Select(Recv(signals), Recv(failed)) == 1) os::Exit(1);
  signal::Stop(signals);
  log::Println("shutdown signal: no new clients");
  auto [ctx, cancel] = context::WithTimeout(context::Background(), 5 * time::Second);
  done.Close();
  auto err = server.Shutdown(ctx);
  if (err) {
    log::Println("cutting off what is left:", err);
    server.Close();
  }
  all.Wait();
  cancel();
  log::Println("goodbye");
}
