// A small server by hand, and the outside world that asks it: what the recording says of both is
// tested.

#include <string>

#include "golab/driver.h"
#include "golab/golab.h"

using namespace golab;

namespace {

/// The request's head, as far as it comes.
std::string ReadHead(const net::Conn& conn) {
  std::string head;
  while (head.find("\r\n\r\n") == std::string::npos) {
    char buffer[256];
    auto [n, err] = conn.Read(buffer, sizeof buffer);
    head.append(buffer, static_cast<std::size_t>(n));
    if (err) break;
  }
  return head;
}

void Answer(const net::Conn& conn, const std::string& status, const std::string& body) {
  conn.Write("HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
             "\r\n\r\n" + body);
}

void Handle(const net::Conn& conn) {
  const std::string head = ReadHead(conn);
  if (head.starts_with("GET /slow ")) {
    time::Sleep(100 * time::Millisecond);
    Answer(conn, "200 OK", "slow");
  } else if (head.starts_with("GET /reset ")) {
    conn.As<net::TCPConn>().SetLinger(0);
  } else if (head.starts_with("GET /chunks ")) {
    conn.Write(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  } else if (head.starts_with("GET /big ")) {
    Answer(conn, "200 OK", std::string(10'000, 'x'));
  } else if (head.starts_with("GET / ")) {
    Answer(conn, "200 OK", "hello");
  } else if (!head.empty()) {
    Answer(conn, "404 Not Found", "");
  }
  conn.Close();
}

}  // namespace

GOLAB_DRIVER_SETUP() {
  driver::TakePort("localhost:9090");
}

GOLAB_DRIVER() {
  driver::AwaitPort("localhost:8080");
  driver::Curl("http://localhost:8080/").Named("plain").ExpectStatus(200).ExpectBody("hello").Do();
  driver::Curl("http://localhost:8080/nosuch").Named("missing").ExpectStatus(200).Do();
  driver::Curl("http://localhost:8080/chunks").Named("chunks").ExpectBody("abcde").Do();
  driver::Curl("http://localhost:8080/reset").Named("reset").Do();
  driver::Curl("http://localhost:8080/slow")
      .Named("leaves")
      .Disconnect(50 * time::Millisecond)
      .Start();
  driver::Curl("http://localhost:8080/slow").Named("late").MaxTime(50 * time::Millisecond).Start();
  driver::Curl("http://localhost:8080/").Named("many").Times(20).Start();
  driver::Curl("http://localhost:8080/big").Named("cut-body").Start();
  driver::Curl("http://localhost:8080/big").Named("kept").KeepBody(1 << 14).Start();
  driver::Curl("http://" + driver::AwaitListener() + "/").Named("listener").Start();
  driver::Raw("localhost:8080", "GET / HTTP/1.1\r\n\r\n").Named("raw").HalfClose().Start();
  driver::Raw("localhost:8080", "GET / HT").Named("cut").DisconnectAfter(3).Start();
  driver::Wait();
  driver::Signal(os::Interrupt);
  driver::Sleep(time::Second);
  driver::Curl("http://localhost:8080/").Named("refused").Do();
  driver::End();
}

GOLAB_MAIN() {
  if (net::Listen("tcp", "localhost:9090").err == nullptr) os::Exit(7);
  auto [ln, err] = net::Listen("tcp", "localhost:8080");
  if (err) os::Exit(8);
  auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Interrupt);
  go([ln = ln] {
    for (;;) {
      auto [conn, accept_err] = ln.Accept();
      if (accept_err) return;
      go([conn = conn] { Handle(conn); });
    }
  });
  ctx.Done().Recv();
  ln.Close();
  time::Sleep(500 * time::Millisecond);
  fmt::Println("goroutines:", runtime::NumGoroutine());
  if (runtime::Stack(true).size() > 4000) os::Exit(9);
  Select();
}
