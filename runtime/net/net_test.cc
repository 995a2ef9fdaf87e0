// Connections as programs see them: the same in both worlds, with Go's texts.

#include <cstring>
#include <string>
#include <vector>

#include "golab/golab.h"
#include "golab/testing.h"

using namespace golab;

namespace {

/// Two ends of a TCP connection and who listens for more.
struct Ends {
  net::Listener ln;
  net::Conn client, server;
  std::string client_at, server_at;  // addresses of the client's ends
};

Ends Connect(testing::T& t) {
  Ends ends;
  auto [ln, listen_err] = net::Listen("tcp", "127.0.0.1:0");
  if (listen_err) t.Fatal("listen", listen_err);
  ends.ln = ln;
  const auto accepted = MakeChan<net::Conn>(1);
  go([ln = ln, accepted] { accepted.Send(ln.Accept().conn); });
  auto [conn, err] = net::Dial("tcp", ln.Addr().String());
  if (err) t.Fatal("dial", err);
  ends.client = conn;
  ends.server = accepted.Recv();
  if (!ends.server) t.Fatal("accept");
  ends.client_at = std::string(conn.LocalAddr().String());
  ends.server_at = std::string(conn.RemoteAddr().String());
  return ends;
}

void Expect(testing::T& t, const char* what, const Error& err, const std::string& text) {
  const std::string got = err ? std::string(err.Text()) : "nil";
  if (got != text) t.Errorf("%s: got %q, want %q", what, got, text);
}

std::string ReadSome(testing::T& t, const net::Conn& conn) {
  char buffer[512];
  auto [n, err] = conn.Read(buffer, sizeof buffer);
  if (err) t.Error("read", err);
  return std::string(buffer, static_cast<std::size_t>(n));
}

/// Reads until the end; the error that ended it is in *end.
std::string ReadAll(const net::Conn& conn, Error* end) {
  std::string all;
  for (;;) {
    char buffer[4096];
    auto [n, err] = conn.Read(buffer, sizeof buffer);
    all.append(buffer, static_cast<std::size_t>(n));
    if (err) {
      *end = err;
      return all;
    }
  }
}

Error ReadError(const net::Conn& conn) {
  char byte;
  return conn.Read(&byte, 1).err;
}

bool Is(const Error& err, const Error& target) {
  return errors::Is(err, target);
}

}  // namespace

GOLAB_TEST(Echo, t) {
  const Ends e = Connect(t);
  e.client.Write("hello");
  std::string got = ReadSome(t, e.server);
  while (got.size() < 5) got += ReadSome(t, e.server);
  if (got != "hello") t.Error("got", got);
  e.server.Write("world");
  got = ReadSome(t, e.client);
  while (got.size() < 5) got += ReadSome(t, e.client);
  if (got != "world") t.Error("got", got);
  if (e.client.LocalAddr().String() != e.server.RemoteAddr().String()) t.Error("addresses");
  if (e.client.LocalAddr().As<net::TCPAddr>()->Port == 0) t.Error("port");
  if (e.client.LocalAddr().Network() != "tcp") t.Error("network");
  e.client.Close();
  e.server.Close();
}

GOLAB_TEST(ListenErrors, t) {
  auto [ln, err] = net::Listen("tcp", "127.0.0.1:0");
  const std::string at(ln.Addr().String());
  auto again = net::Listen("tcp", at);
  Expect(t, "in use", again.err, "listen tcp " + at + ": bind: address already in use");
  Expect(t, "port", net::Listen("tcp", "127.0.0.1:99999").err,
         "listen tcp: address 99999: invalid port");
  Expect(t, "nonsense", net::Listen("tcp", "nonsense").err,
         "listen tcp: address nonsense: missing port in address");
  Expect(t, "network", net::Listen("udq", ":0").err, "listen udq: unknown network udq");
  ln.Close();
  auto after = net::Listen("tcp", at);
  Expect(t, "after close", after.err, "nil");
  Expect(t, "dial nowhere", net::Dial("tcp", "127.0.0.1:1").err,
         "dial tcp 127.0.0.1:1: connect: connection refused");
  Expect(t, "dial nonsense", net::Dial("tcp", "nonsense").err,
         "dial tcp: address nonsense: missing port in address");
}

GOLAB_TEST(Deadlines, t) {
  const Ends e = Connect(t);
  const auto start = time::Now();
  e.client.SetReadDeadline(start.Add(20 * time::Millisecond));
  const Error err = ReadError(e.client);
  Expect(t, "deadline", err, "read tcp " + e.client_at + "->" + e.server_at + ": i/o timeout");
  if (!os::IsTimeout(err) || !Is(err, os::ErrDeadlineExceeded)) t.Error("not a timeout");
  if (net::Error late{err}; !late || !late.Timeout()) t.Error("net::Error");
  if (time::Since(start) < 20 * time::Millisecond) t.Error("too early");
  if (!os::IsTimeout(ReadError(e.client))) t.Error("passed deadlines stay");
  e.client.SetReadDeadline({});
  e.server.Write("x");
  if (ReadSome(t, e.client) != "x") t.Error("no deadline any more");

  // A later deadline replaces an earlier one, also while somebody waits.
  e.client.SetReadDeadline(time::Now().Add(10 * time::Millisecond));
  e.client.SetReadDeadline(time::Now().Add(40 * time::Millisecond));
  const auto again = time::Now();
  if (!os::IsTimeout(ReadError(e.client))) t.Error("no timeout");
  if (time::Since(again) < 30 * time::Millisecond) t.Error("the earlier deadline counted");

  // One that is set while somebody waits wakes him.
  e.client.SetReadDeadline({});
  const auto read = MakeChan<Error>();
  go([client = e.client, read] { read.Send(ReadError(client)); });
  time::Sleep(time::Millisecond);
  e.client.SetReadDeadline(time::Unix(1, 0));
  if (!os::IsTimeout(read.Recv())) t.Error("not woken");
  e.client.SetDeadline(time::Unix(1, 0));
  if (!os::IsTimeout(e.client.Write("x").err)) t.Error("write after its deadline");
}

GOLAB_TEST(OwnClose, t) {
  const Ends e = Connect(t);
  const std::string pair = e.client_at + "->" + e.server_at;
  const auto read = MakeChan<Error>();
  go([client = e.client, read] { read.Send(ReadError(client)); });
  time::Sleep(time::Millisecond);
  Expect(t, "close", e.client.Close(), "nil");
  Expect(t, "waiting read", read.Recv(), "read tcp " + pair + ": use of closed network connection");
  const Error err = ReadError(e.client);
  Expect(t, "read", err, "read tcp " + pair + ": use of closed network connection");
  if (!Is(err, net::ErrClosed)) t.Error("ErrClosed");
  Expect(t, "write", e.client.Write("x").err,
         "write tcp " + pair + ": use of closed network connection");
  Expect(t, "second close", e.client.Close(),
         "close tcp " + pair + ": use of closed network connection");

  const std::string at(e.ln.Addr().String());
  const auto accepted = MakeChan<Error>();
  go([ln = e.ln, accepted] { accepted.Send(ln.Accept().err); });
  time::Sleep(time::Millisecond);
  Expect(t, "listener", e.ln.Close(), "nil");
  Expect(t, "accept", accepted.Recv(), "accept tcp " + at + ": use of closed network connection");
  Expect(t, "second close", e.ln.Close(), "close tcp " + at + ": use of closed network connection");
}

GOLAB_TEST(PeerClosed, t) {
  const Ends e = Connect(t);
  e.server.Close();
  Expect(t, "read", ReadError(e.client), "EOF");
  Expect(t, "first write", e.client.Write("x").err, "nil");
  time::Sleep(20 * time::Millisecond);  // the answer to it is a reset
  Expect(t, "next write", e.client.Write("x").err,
         "write tcp " + e.client_at + "->" + e.server_at + ": write: broken pipe");
  Expect(t, "read again", ReadError(e.client), "EOF");
}

GOLAB_TEST(Reset, t) {
  const Ends e = Connect(t);
  e.server.Write("abc");
  e.client.SetReadDeadline(time::Now().Add(5 * time::Second));
  // Once the bytes are there.
  std::string got(3, ' ');
  if (e.client.Read(got.data(), 1).n != 1) t.Error("first byte");
  e.server.As<net::TCPConn>().SetLinger(0);
  e.server.Close();
  Error end;
  got = ReadAll(e.client, &end);
  if (got != "bc") t.Error("lost what was received:", got);
  Expect(t, "read", end,
         "read tcp " + e.client_at + "->" + e.server_at + ": read: connection reset by peer");
  Expect(t, "write", e.client.Write("x").err,
         "write tcp " + e.client_at + "->" + e.server_at + ": write: broken pipe");
}

GOLAB_TEST(CloseWithUnreadInputResets, t) {
  const Ends e = Connect(t);
  e.client.Write("unread");
  char byte;
  e.server.Read(&byte, 1);
  time::Sleep(20 * time::Millisecond);  // until all is there
  e.server.Close();
  Expect(t, "read", ReadError(e.client),
         "read tcp " + e.client_at + "->" + e.server_at + ": read: connection reset by peer");
}

GOLAB_TEST(HalfClose, t) {
  const Ends e = Connect(t);
  e.client.Write("request");
  Expect(t, "close write", e.client.As<net::TCPConn>().CloseWrite(), "nil");
  Error end;
  if (ReadAll(e.server, &end) != "request" || end != io::Eof) t.Error("request", end);
  Expect(t, "answer", e.server.Write("answer").err, "nil");
  e.server.Close();
  if (ReadAll(e.client, &end) != "answer" || end != io::Eof) t.Error("answer", end);
  Expect(t, "own write", e.client.Write("x").err,
         "write tcp " + e.client_at + "->" + e.server_at + ": write: broken pipe");
}

GOLAB_TEST(DialEndsWithItsContext, t) {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  cancel();
  Expect(t, "canceled", net::Dialer{}.DialContext(ctx, "tcp", "127.0.0.1:1").err,
         "dial tcp 127.0.0.1:1: operation was canceled");
  auto late = net::Dialer{{}, time::Unix(1, 0)}.Dial("tcp", "127.0.0.1:1");
  Expect(t, "late", late.err, "dial tcp 127.0.0.1:1: i/o timeout");
  if (!os::IsTimeout(late.err)) t.Error("timeout");
}

GOLAB_TEST(LargeTransfer, t) {
  const Ends e = Connect(t);
  std::string sent;  // made of blocks: counted preemption takes a long loop for a livelock
  for (int i = 0; i < 3000; ++i)
    sent += std::to_string(i) + std::string(1000, static_cast<char>(i));
  const auto done = MakeChan<Error>();
  go([&sent, client = e.client, done] {
    const Error err = client.Write(sent.data(), sent.size()).err;
    client.Close();
    done.Send(err);
  });
  Error end;
  const std::string got = ReadAll(e.server, &end);
  Expect(t, "write", done.Recv(), "nil");
  if (end != io::Eof) t.Error(end);
  if (got != sent) t.Error("bytes differ:", got.size());
}

GOLAB_TEST(ConcurrentReadsAndWritesQueue, t) {
  const Ends e = Connect(t);
  sync::WaitGroup wg;
  for (int i = 0; i < 8; ++i) {
    wg.Add(1);
    go([i, &wg, client = e.client] {
      const std::string line(100, static_cast<char>('a' + i));
      client.Write(line);
      wg.Done();
    });
  }
  std::string got;
  while (got.size() < 800) got += ReadSome(t, e.server);
  wg.Wait();
  for (std::size_t i = 0; i < 800; i += 100) {
    if (got.substr(i, 100) != std::string(100, got[i])) t.Error("writes are mixed");
  }
  // Several that wait to read: all end with the connection.
  for (int i = 0; i < 3; ++i) {
    wg.Add(1);
    go([&wg, &t, server = e.server] {
      if (!Is(ReadError(server), net::ErrClosed)) t.Error("not closed");
      wg.Done();
    });
  }
  time::Sleep(time::Millisecond);
  e.server.Close();
  wg.Wait();
}

GOLAB_TEST(NumbersAreUsedAgain, t) {
  auto [ln, err] = net::Listen("tcp", "127.0.0.1:0");
  go([ln = ln] {
    for (;;) {
      auto [conn, accept_err] = ln.Accept();
      if (accept_err) return;
      Error end;
      conn.Write(ReadAll(conn, &end));
      conn.Close();
    }
  });
  for (int i = 0; i < 300; ++i) {
    auto [conn, dial_err] = net::Dial("tcp", ln.Addr().String());
    if (dial_err) t.Fatal(dial_err);
    const std::string text = std::to_string(i);
    conn.Write(text);
    conn.As<net::TCPConn>().CloseWrite();
    Error end;
    const std::string got = ReadAll(conn, &end);
    if (got != text || end != io::Eof) t.Fatal(i, got, end);
    conn.Close();
  }
  ln.Close();
}

GOLAB_TEST(PipeTexts, t) {
  auto [client, server] = net::Pipe();
  client.SetReadDeadline(time::Now().Add(time::Millisecond));
  const Error err = ReadError(client);
  Expect(t, "timeout", err, "read pipe: i/o timeout");
  if (!os::IsTimeout(err)) t.Error("timeout");
  client.SetReadDeadline({});
  go([server = server] {
    server.Write("hello");
    server.Close();
  });
  Error end;
  if (ReadAll(client, &end) != "hello") t.Error("hello");
  Expect(t, "end", end, "EOF");
  Expect(t, "write", client.Write("x").err, "io: read/write on closed pipe");
  Expect(t, "own", ReadError(server), "io: read/write on closed pipe");
  if (client.LocalAddr().String() != "pipe") t.Error("address");
}

GOLAB_TEST(HostPorts, t) {
  struct Case {
    const char* text;
    const char* host;
    const char* port;
    const char* err;
  };

  for (const Case& one : {
           Case{"localhost:80", "localhost", "80", "nil"},
           Case{"[::1]:80", "::1", "80", "nil"},
           Case{"[fe80::1%lo]:80", "fe80::1%lo", "80", "nil"},
           Case{":80", "", "80", "nil"},
           Case{"host:", "host", "", "nil"},
           Case{"host", "", "", "address host: missing port in address"},
           Case{"::1", "", "", "address ::1: too many colons in address"},
           Case{"[::1]", "", "", "address [::1]: missing port in address"},
           Case{"[::1", "", "", "address [::1: missing port in address"},
           Case{"a]b:1", "", "", "address a]b:1: unexpected ']' in address"},
           Case{"a[b:1", "", "", "address a[b:1: unexpected '[' in address"},
       }) {
    auto [host, port, err] = net::SplitHostPort(one.text);
    if (host != one.host || port != one.port) t.Error(one.text, host, port);
    if (std::strcmp(one.text, "[::1") != 0) Expect(t, one.text, err, one.err);
  }
  if (net::JoinHostPort("::1", "80") != "[::1]:80") t.Error("join");
  if (net::JoinHostPort("host", "80") != "host:80") t.Error("join");
}
