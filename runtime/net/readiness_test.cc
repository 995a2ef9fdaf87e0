// What package http asks of connections beyond their public face: waits for readiness that read
// nothing, and their end from outside. Both worlds.

#include <string>
#include <string_view>

#include "golab/golab.h"
#include "golab/testing.h"

#include "runtime/net/conn_inside.h"

using namespace golab;

namespace {

using rt::Readiness;

struct Ends {
  net::Conn client, server;
};

Ends Connect(testing::T& t) {
  auto [ln, listen_err] = net::Listen("tcp", "127.0.0.1:0");
  if (listen_err) t.Fatal("listen", listen_err);
  auto [client, dial_err] = net::Dial("tcp", ln.Addr().String());
  if (dial_err) t.Fatal("dial", dial_err);
  auto [server, accept_err] = ln.Accept();
  if (accept_err) t.Fatal("accept", accept_err);
  ln.Close();
  return {client, server};
}

const char* Name(Readiness readiness) {
  switch (readiness) {
    case Readiness::kReadable:
      return "readable";
    case Readiness::kAborted:
      return "aborted";
    case Readiness::kTimeout:
      return "timeout";
    case Readiness::kClosed:
      return "closed";
  }
  return "?";
}

void Expect(testing::T& t, const char* what, Readiness got, Readiness want) {
  if (got != want) t.Errorf("%s: %s, want %s", what, Name(got), Name(want));
}

/// Waits until something is there, whatever wakes it for nothing: readiness is a hint.
Readiness Await(const net::Conn& conn, std::string* got) {
  for (;;) {
    const Readiness readiness = rt::WaitReadable(conn);
    if (readiness != Readiness::kReadable) return readiness;
    char buffer[16];
    const auto [n, err] = rt::ReadAvailable(conn, buffer, sizeof buffer);
    got->append(buffer, static_cast<std::size_t>(n));
    if (n > 0 || err) return readiness;
  }
}

struct Waited {
  Readiness readiness;
  std::string got;
};

/// The same on another goroutine; it is in [IO wait] when this returns.
Chan<Waited> Wait(const net::Conn& conn) {
  const auto result = MakeChan<Waited>(1);
  go([conn, result] {
    Waited waited{};
    waited.readiness = Await(conn, &waited.got);
    result.Send(waited);
  });
  while (std::string_view(runtime::Stack(true)).find("[IO wait") == std::string_view::npos)
    time::Sleep(time::Millisecond);
  return result;
}

}  // namespace

GOLAB_TEST(AWaitReadsNothing, t) {
  const Ends e = Connect(t);
  e.client.Write("hello");
  for (int i = 0; i < 3; ++i)
    Expect(t, "still there", rt::WaitReadable(e.server), Readiness::kReadable);
  std::string got;
  while (got.size() < 5) Expect(t, "the rest", Await(e.server, &got), Readiness::kReadable);
  if (got != "hello") t.Errorf("%q", got);
  char byte;
  const auto [n, err] = rt::ReadAvailable(e.server, &byte, 1);
  if (n != 0 || err) t.Errorf("nothing is there: %d %v", n, err);
}

GOLAB_TEST(AWaitEndsWithTheFirstByte, t) {
  const Ends e = Connect(t);
  const auto waits = Wait(e.server);
  e.client.Write("x");
  const Waited waited = waits.Recv();
  Expect(t, "a byte", waited.readiness, Readiness::kReadable);
  if (waited.got != "x") t.Errorf("%q", waited.got);
}

GOLAB_TEST(AnAbortEndsTheWaitThatThereIs, t) {
  const Ends e = Connect(t);
  const auto waits = Wait(e.server);
  rt::AbortWait(e.server);
  Expect(t, "abort", waits.Recv().readiness, Readiness::kAborted);
  Expect(t, "and the next", rt::WaitReadable(e.server), Readiness::kAborted);
  rt::ClearAbort(e.server);
  const auto again = Wait(e.server);
  e.client.Write("x");
  const Waited waited = again.Recv();
  Expect(t, "taken back", waited.readiness, Readiness::kReadable);
  if (waited.got != "x") t.Errorf("%q", waited.got);
}

GOLAB_TEST(AnAbortLosesNoBytes, t) {
  const Ends e = Connect(t);
  e.client.Write("x");
  Expect(t, "the byte is there", rt::WaitReadable(e.server), Readiness::kReadable);
  rt::AbortWait(e.server);
  Expect(t, "an abort comes first", rt::WaitReadable(e.server), Readiness::kAborted);
  rt::ClearAbort(e.server);
  std::string got;
  Expect(t, "and then the byte", Await(e.server, &got), Readiness::kReadable);
  if (got != "x") t.Error("the byte is lost");
}

/// Aborts and bytes at once, again and again: each wait ends, and no byte is lost.
GOLAB_TEST(AbortsAndBytesMeet, t) {
  const Ends e = Connect(t);
  constexpr std::size_t kBytes = 500;
  go([client = e.client] {
    for (std::size_t i = 0; i < kBytes; ++i) {
      client.Write("x");
      runtime::Gosched();
    }
  });
  std::string got;
  int aborts = 0;
  for (int round = 0; got.size() < kBytes; ++round) {
    const auto result = MakeChan<Waited>(1);
    go([conn = e.server, result] {
      Waited waited{};
      waited.readiness = Await(conn, &waited.got);
      result.Send(waited);
    });
    if (round % 2 == 0) rt::AbortWait(e.server);
    const Waited waited = result.Recv();
    rt::ClearAbort(e.server);
    got += waited.got;
    aborts += waited.readiness == Readiness::kAborted;
    if (waited.readiness != Readiness::kReadable && waited.readiness != Readiness::kAborted)
      t.Fatal(Name(waited.readiness));
  }
  if (got.size() != kBytes) t.Errorf("%d bytes", got.size());
  t.Logf("%d aborts", aborts);
}

GOLAB_TEST(WaitsEndWithDeadlineEndAndClose, t) {
  const Ends e = Connect(t);
  std::string got;
  e.server.SetReadDeadline(time::Now().Add(time::Millisecond));
  Expect(t, "deadline", Await(e.server, &got), Readiness::kTimeout);
  e.server.SetReadDeadline({});
  const auto own = Wait(e.client);
  e.client.Close();
  Expect(t, "own close", own.Recv().readiness, Readiness::kClosed);
  Expect(t, "closed", rt::WaitReadable(e.client), Readiness::kClosed);
  Expect(t, "the other's end", Await(e.server, &got), Readiness::kReadable);
  // A read may see the end before its news has come.
  while (!rt::IsHungUp(e.server)) time::Sleep(time::Millisecond);
  char byte;
  if (const auto [n, err] = rt::ReadAvailable(e.server, &byte, 1); n != 0 || err != io::Eof)
    t.Errorf("the end: %d %v", n, err);
}
