// Connections at the edge: no descriptor left, nobody who reads, nobody who answers. Both worlds,
// but for what only virtual time makes exact.

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "golab/driver.h"
#include "golab/golab.h"
#include "golab/http.h"
#include "golab/testing.h"

#include "runtime/http/serving.h"

namespace golab {
namespace {

using tests::AwaitGoroutines;
using tests::AwaitQuiet;
using tests::Get;
using tests::ReadAnswer;
using tests::Serving;

bool IsVirtual() {
  return os::Getenv("GOLAB_WORLD") == "virtual";
}

/// No descriptor is left for Accept. In the virtual world one failure at a time: see Again.
class NoDescriptors {
 public:
  NoDescriptors() {
    if (IsVirtual()) {
      Again();
      return;
    }
    getrlimit(RLIMIT_NOFILE, &before_);
    const int next = open("/dev/null", O_RDONLY | O_CLOEXEC);  // the lowest that is free
    close(next);
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(next);
    setrlimit(RLIMIT_NOFILE, &none);
  }

  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

  ~NoDescriptors() { End(); }

  void Again() {
    if (IsVirtual()) driver::FailAccept(1);
  }

  void End() {
    if (!IsVirtual()) setrlimit(RLIMIT_NOFILE, &before_);
  }

 private:
  rlimit before_{};
};

/// Whether another goroutine waits for the network.
bool Waits() {
  return std::string_view(runtime::Stack(true)).find("[IO wait") != std::string_view::npos;
}

void ExpectText(testing::T& t, const Error& err, const String& want) {
  if (!err || err.Text() != want) t.Errorf("got %v, want %s", err, want);
}

}  // namespace

GOLAB_TEST(AcceptWithoutDescriptors, t) {
  auto [ln, err] = net::Listen("tcp", "127.0.0.1:0");
  if (err) t.Fatal(err);
  const String at = ln.Addr().String();
  const net::Conn client = tests::Dial(at);
  {
    const NoDescriptors none;
    const auto [conn, failed] = ln.Accept();
    ExpectText(t, failed, "accept tcp " + at + ": accept4: too many open files");
    const auto* const op = errors::As<net::OpError>(failed);
    if (op == nullptr || !op->Temporary() || op->Timeout()) t.Error("not temporary");
  }
  // The client has waited all the while.
  auto [conn, again] = ln.Accept();
  if (again) t.Fatal(again);
  client.Write("x");
  char byte = 0;
  if (conn.Read(&byte, 1).n != 1 || byte != 'x') t.Error("the connection");
  ln.Close();
}

// Go: net/http.(*Server).Serve waits 5 ms, and twice as long each time, up to a second.
GOLAB_TEST(AServerWithoutDescriptorsTriesAgain, t) {
  const int before = AwaitQuiet(t);
  const int failures = IsVirtual() ? 10 : 3;
  int failures_left = failures;
  Serving serving([](http::ResponseWriter& w, http::Request&) { w.Write("served"); });
  const net::Conn client = tests::Dial(serving.address);
  client.Write(Get("/"));
  auto lines = MakeChan<String>(16);
  NoDescriptors none;
  serving.server.ErrorLog = log::New(
      [&](const char* text, std::size_t size) {
        lines.Send(String(text, size));
        if (--failures_left > 0) none.Again();
      },
      "", 0);
  serving.Start();
  time::Duration retry = 5 * time::Millisecond, waited;
  time::Time last;
  for (int i = 0; i < failures; ++i) {
    const String want = "http: Accept error: accept tcp " + serving.address +
                        ": accept4: too many open files; retrying in " + retry.String() + "\n";
    if (const String line = lines.Recv(); line != want) t.Errorf("%q, want %q", line, want);
    const time::Time now = time::Now();
    if (IsVirtual() && i > 0 && now.Sub(last) != waited) t.Errorf("after %v", now.Sub(last));
    last = now;
    waited = retry;
    retry = std::min(2 * retry, 1 * time::Second);
  }
  none.End();
  if (!ReadAnswer(client).ends_with("served")) t.Error("not served");
  client.Close();
  serving.server.Close();
  if (!AwaitGoroutines(before)) t.Errorf("%d left", runtime::NumGoroutine() - before);
}

// Nobody reads: what the network holds is all that is written, the rest waits in its goroutine.
GOLAB_TEST(AWriterWaitsForASlowReader, t) {
  auto [ln, err] = net::Listen("tcp", "127.0.0.1:0");
  if (err) t.Fatal(err);
  const net::Conn client = tests::Dial(ln.Addr().String());
  auto [server, accept_err] = ln.Accept();
  if (accept_err) t.Fatal(accept_err);
  constexpr std::size_t kPiece = 64 << 10, kPieces = 1024;  // more than systems buffer
  atomic::Int64 written;
  const auto done = MakeChan<Error>(1);
  go([&, server = server] {
    const std::string piece(kPiece, 'x');
    for (std::size_t i = 0; i < kPieces; ++i) {
      if (const Error failed = server.Write(piece).err) return done.Send(failed);
      written.Add(1);
    }
    server.Close();
    done.Send(nullptr);
  });
  while (!Waits()) time::Sleep(time::Millisecond);
  if (written.Load() >= static_cast<std::int64_t>(kPieces)) t.Error("all is written");
  if (done.Len() != 0) t.Error("done");
  std::size_t got = 0;
  bool right = true;
  for (;;) {
    char buffer[4096];
    const auto [n, read_err] = client.Read(buffer, sizeof buffer);
    for (int i = 0; i < n; ++i) right = right && buffer[i] == 'x';
    got += static_cast<std::size_t>(n);
    if (read_err == io::Eof) break;
    if (read_err) t.Fatal(read_err);
  }
  if (got != kPiece * kPieces || !right) t.Errorf("%d bytes", got);
  if (const Error failed = done.Recv()) t.Error(failed);
  ln.Close();
}

// An address from which nothing comes, and no refusal either: 192.0.2.0/24.
GOLAB_TEST(ABlackHoleIsLeftByDeadlines, t) {
  if (!IsVirtual()) t.Skip("the real world's networks refuse such addresses");
  const time::Time begin = time::Now();
  net::Dialer dialer;
  dialer.Timeout = 250 * time::Millisecond;
  const Error late = dialer.Dial("tcp", "192.0.2.1:80").err;
  ExpectText(t, late, "dial tcp 192.0.2.1:80: i/o timeout");
  if (!os::IsTimeout(late) || time::Since(begin) != dialer.Timeout)
    t.Errorf("%v", time::Since(begin));

  auto [ctx, cancel] = context::WithCancel(context::Background());
  go([cancel = cancel] {
    time::Sleep(time::Second);
    cancel();
  });
  ExpectText(t, net::Dialer{}.DialContext(ctx, "tcp", "192.0.2.1:80").err,
             "dial tcp 192.0.2.1:80: operation was canceled");

  http::Client client;
  client.Timeout = 2 * time::Second;
  ExpectText(
      t, client.Get("http://192.0.2.1/").err,
      "Get \"http://192.0.2.1/\": dial tcp 192.0.2.1:80: i/o timeout (Client.Timeout exceeded "
      "while awaiting headers)");

  // Linux gives up by itself: six more tries, the last 64 s long.
  const time::Time alone = time::Now();
  ExpectText(t, net::Dial("tcp", "192.0.2.1:80").err,
             "dial tcp 192.0.2.1:80: connect: connection timed out");
  if (time::Since(alone) != 127 * time::Second) t.Errorf("%v", time::Since(alone));
}

// One that is connected and says nothing.
GOLAB_TEST(SilenceEndsWithTheDeadline, t) {
  const int before = AwaitQuiet(t);
  auto [ln, err] = net::Listen("tcp", "127.0.0.1:0");
  if (err) t.Fatal(err);
  http::Client client;
  client.Timeout = 20 * time::Millisecond;
  const String url = "http://" + ln.Addr().String();  // accepted by nobody but the system
  ExpectText(t, client.Get(url).err,
             "Get \"" + url +
                 "\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
  ln.Close();
  if (!AwaitGoroutines(before)) t.Errorf("%d left", runtime::NumGoroutine() - before);
}

}  // namespace golab
