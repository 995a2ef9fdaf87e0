// Connections under everything at once: echo, deadlines that are missed and met, closing with users
// inside, numbers that are used again, goroutines that compute meanwhile. Sums are checked, and
// that it comes to its end: a lost event would be a hang. STRESS_ROUNDS and STRESS_SEED choose.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "golab/golab.h"

#include "runtime/tests/stress.h"

using namespace golab;

namespace {

using tests::FromEnvironment;

/// A sequence that only the seed decides.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}

  std::uint64_t Below(std::uint64_t n) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ % n;
  }

 private:
  std::uint64_t state_;
};

[[noreturn]] void Fail(const char* what, const Error& err = nullptr) {
  std::fprintf(stderr, "FAIL: %s %s\n", what, err ? std::string(err.Text()).c_str() : "");
  std::abort();
}

/// Sends back what comes, until the end or a failure.
void Echo(const net::Conn& conn) {
  char buffer[700];
  for (;;) {
    auto [n, err] = conn.Read(buffer, sizeof buffer);
    if (n > 0 && conn.Write(buffer, static_cast<std::size_t>(n)).err) break;
    if (err) break;
  }
  conn.Close();
}

void Serve(const net::Listener& ln, sync::WaitGroup* connections) {
  for (;;) {
    auto [conn, err] = ln.Accept();
    if (err) {
      if (!errors::Is(err, net::ErrClosed)) Fail("accept", err);
      return;
    }
    connections->Add(1);
    go([conn = conn, connections] {
      Echo(conn);
      connections->Done();
    });
  }
}

net::Conn Dial(const String& at) {
  auto [conn, err] = net::Dial("tcp", at);
  if (err) Fail("dial", err);
  return conn;
}

void ReadFull(const net::Conn& conn, std::string* to) {
  for (std::size_t done = 0; done < to->size();) {
    auto [n, err] = conn.Read(to->data() + done, to->size() - done);
    if (err) Fail("read", err);
    done += static_cast<std::size_t>(n);
  }
}

/// Messages of all sizes; one that is larger than the buffers needs a reader beside the writer.
void TalkEcho(const String& at, Dice dice) {
  const net::Conn conn = Dial(at);
  for (int i = 0; i < 12; ++i) {
    const bool large = dice.Below(12) == 0;
    std::string sent(1 + dice.Below(large ? 600'000 : 2000), ' ');
    for (char& c : sent) c = static_cast<char>(dice.Below(256));
    const auto written = MakeChan<Error>(1);
    go([&sent, conn, written] { written.Send(conn.Write(sent.data(), sent.size()).err); });
    std::string got(sent.size(), ' ');
    ReadFull(conn, &got);
    if (const Error err = written.Recv()) Fail("write", err);
    if (got != sent) Fail("bytes differ");
    if (dice.Below(4) == 0)
      time::Sleep(time::Duration(static_cast<std::int64_t>(dice.Below(200'000))));
  }
  conn.Close();
}

/// Nothing comes: each deadline ends one read.
void MissDeadlines(const String& at, Dice dice) {
  const net::Conn conn = Dial(at);
  for (int i = 0; i < 6; ++i) {
    const auto wait = static_cast<std::int64_t>(dice.Below(2'000'000));
    conn.SetReadDeadline(time::Now().Add(time::Duration(wait)));
    if (dice.Below(3) == 0) conn.SetReadDeadline(time::Now().Add(time::Duration(wait * 2)));
    char byte;
    const Error err = conn.Read(&byte, 1).err;
    if (!os::IsTimeout(err)) Fail("no timeout", err);
  }
  conn.SetReadDeadline({});
  conn.Write("x");
  std::string got(1, ' ');
  ReadFull(conn, &got);
  if (got != "x") Fail("after deadlines");
  conn.Close();
}

/// Several wait in one connection when it is closed.
void CloseWithUsers(const String& at, Dice dice) {
  const net::Conn conn = Dial(at);
  sync::WaitGroup wg;
  for (int i = 0; i < 4; ++i) {
    wg.Add(1);
    go([conn, i, &wg] {
      Error err;
      if (i % 2 == 0) {
        char byte;
        err = conn.Read(&byte, 1).err;
        if (err && !errors::Is(err, net::ErrClosed)) Fail("read", err);
      } else {
        const std::string much(1'000'000, 'x');
        err = conn.Write(much.data(), much.size()).err;
        if (err && !errors::Is(err, net::ErrClosed)) Fail("write", err);
      }
      wg.Done();
    });
  }
  if (dice.Below(2) == 0)
    time::Sleep(time::Duration(static_cast<std::int64_t>(dice.Below(300'000))));
  if (conn.Close()) Fail("close");
  wg.Wait();
  if (!errors::Is(conn.Close(), net::ErrClosed)) Fail("second close");
}

/// Connections that come and go: descriptors and PollDescs are used again at once.
void ComeAndGo(const String& at, Dice dice) {
  for (int i = 0; i < 20; ++i) {
    const net::Conn conn = Dial(at);
    if (dice.Below(3) != 0) conn.Write("abc");
    if (dice.Below(3) == 0) {
      std::string got(1, ' ');
      conn.Write("d");
      ReadFull(conn, &got);
    }
    conn.Close();
  }
}

void Compute(Dice dice) {
  volatile std::uint64_t sum = 0;
  for (std::uint64_t i = dice.Below(3'000'000); i > 0; --i) sum = sum + i;
}

void Round(std::uint64_t seed) {
  auto [ln, err] = net::Listen("tcp", "127.0.0.1:0");
  if (err) Fail("listen", err);
  const String at = ln.Addr().String();
  sync::WaitGroup clients, connections;
  const auto served = MakeChan<int>();
  go([ln = ln, &connections, served] {
    Serve(ln, &connections);
    served.Send(1);
  });
  Dice dice(seed);
  for (int i = 0; i < 40; ++i) {
    clients.Add(1);
    go([i, at, one = Dice(seed * 1000 + dice.Below(1000)), &clients] {
      switch (i % 5) {
        case 0:
          TalkEcho(at, one);
          break;
        case 1:
          MissDeadlines(at, one);
          break;
        case 2:
          CloseWithUsers(at, one);
          break;
        case 3:
          ComeAndGo(at, one);
          break;
        default:
          Compute(one);
          break;
      }
      clients.Done();
    });
  }
  clients.Wait();
  ln.Close();
  served.Recv();
  connections.Wait();
}

}  // namespace

GOLAB_MAIN() {
  const std::uint64_t rounds = FromEnvironment("STRESS_ROUNDS", 4);
  const std::uint64_t seed = FromEnvironment("STRESS_SEED", 1);
  for (std::uint64_t i = 0; i < rounds; ++i) Round(seed + i);
  // The last have let go of what they hold.
  while (runtime::NumGoroutine() > 1) runtime::Gosched();
  std::puts("ok");
}
