// A server that counts under a lock, and keeps what it was told in a handler's own map: many ask at
// once, on connections of their own and again on the same, some leave, then it is shut down.
#include <golab/driver.h>
#include <golab/golab.h>
#include <golab/http.h>

#include <map>
#include <string>

using namespace golab;

struct Names {
  sync::Mutex mutex;
  std::map<std::string, int> asked;

  int Ask(const std::string& name) {
    mutex.Lock();
    Defer unlock{[this] { mutex.Unlock(); }};
    return ++asked[name];
  }
};

GOLAB_DRIVER() {
  driver::AwaitPort("localhost:8080");
  driver::Curl("http://localhost:8080/hello").Times(5).Start();
  driver::Curl("http://localhost:8080/hello").KeepAlive(4).Start();
  driver::Curl("http://localhost:8080/post").Data("name=golab").Times(3).Start();
  driver::Curl("http://localhost:8080/slow").Disconnect(5 * time::Millisecond).Times(2).Start();
  driver::Raw("localhost:8080", "GARBAGE\r\n\r\n").Start();
  driver::Wait();
  driver::Curl("http://localhost:8080/hello").ExpectStatus(200).Do();
  driver::Signal(os::Interrupt);
}

GOLAB_MAIN() {
  auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Interrupt);
  Names names;
  http::ServeMux mux;
  mux.HandleFunc("/hello", [&](http::ResponseWriter& w, http::Request& r) {
    time::Sleep(time::Millisecond);
    fmt::Fprintln(w, "hello", names.Ask(std::string(r.URL.Path)));
  });
  mux.HandleFunc("/post", [&](http::ResponseWriter& w, http::Request& r) {
    names.Ask(std::string(r.FormValue("name")));
    w.Write(io::ReadAll(r.Body).text);
  });
  mux.HandleFunc("/slow", [&](http::ResponseWriter&, http::Request& r) {
    r.Context().Done().Recv();
    names.Ask("left");
  });
  http::Server server;
  server.Addr = "localhost:8080";
  server.Handler = mux;
  auto ended = MakeChan<Empty>();
  go([&] {
    server.ListenAndServe();
    ended.Close();
  });
  ctx.Done().Recv();
  server.Shutdown(context::Background());
  ended.Recv();
  fmt::Println(names.Ask("all"));
}
