// Both ends in one program: a client's goroutines hand answers over, and connections of package net
// carry what was written before.
#include <golab/golab.h>
#include <golab/http.h>

#include <string>

using namespace golab;

GOLAB_MAIN() {
  auto [listener, err] = net::Listen("tcp", "localhost:0");
  if (err) os::Exit(2);
  http::Server server;
  server.Handler = http::Handler([](http::ResponseWriter& w, http::Request& r) {
    w.Write(std::string(5000, 'x') + std::string(io::ReadAll(r.Body).text));
  });
  go([&, listener = listener] { server.Serve(listener); });
  const String url = "http://" + listener.Addr().String();
  sync::WaitGroup wg;
  std::string bodies[4];
  for (int i = 0; i < 4; ++i) {
    wg.Add(1);
    go([&, i] {
      Defer done{[&] { wg.Done(); }};
      for (int turn = 0; turn < 2; ++turn) {
        auto [resp, failed] = http::Post(url, "text/plain", strings::NewReader("posted"));
        if (failed) os::Exit(3);
        bodies[i] += io::ReadAll(resp.Body).text;
        resp.Body.Close();
      }
    });
  }
  wg.Wait();
  for (const std::string& body : bodies) {
    if (body.size() != 2 * 5006) os::Exit(4);
  }
  server.Close();

  // What was written to a connection comes before what is read from it.
  auto [ln, listen_err] = net::Listen("tcp", "localhost:0");
  if (listen_err) os::Exit(5);
  std::string message = "not yet";
  go([&, address = ln.Addr().String()] {
    auto [conn, failed] = net::Dial("tcp", address);
    if (failed) os::Exit(6);
    message = "ready";
    conn.Write("go");
    conn.Close();
  });
  auto [conn, failed] = ln.Accept();
  if (failed) os::Exit(7);
  char byte;
  if (conn.Read(&byte, 1).n != 1) os::Exit(8);
  fmt::Println(message);
  http::DefaultTransport().CloseIdleConnections();
}
