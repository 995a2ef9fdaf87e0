// What a server makes of requests that clients should not send, and of some that they should:
// testdata/raw_cases.txt holds what Go 1.24 does. Both worlds.

#include "runtime/http/raw_cases.h"

#include <map>
#include <string>
#include <vector>

#include "golab/golab.h"
#include "golab/http.h"
#include "golab/net.h"

#include "runtime/arch/fiber.h"

namespace golab {
namespace {

using tests::RawCase;

/// Real time is longer: a client must be able to send two megabytes before a timeout, on a machine
/// that has other things to do, or under TSan.
time::Duration Milliseconds(int n) {
  const bool real = os::Getenv("GOLAB_WORLD") == "real";
  return (real ? rt::fiber::kTracked ? 20 : 3 : 1) * n * time::Millisecond;
}

time::Duration HeaderTimeout() {
  return Milliseconds(300);
}

time::Duration IdleTimeout() {
  return Milliseconds(400);
}

time::Duration StillOpen() {
  return Milliseconds(1200);
}

// llhttp refuses what Go takes here; all on the strict side.
const std::map<std::string, std::string> kStricter = {
    {"method-unknown", "no method that is registered"},
    {"method-lower", "likewise"},
    {"version-1.2", "no version that exists"},
    {"bare-lf", "lines end in CR LF"},
    {"cl-dup-same", "one Content-Length"},
    {"cl-te", "Content-Length and Transfer-Encoding: a way to smuggle"},
    {"te-two", "two codings are one too many: 400 in place of 501"},
    {"url-8bit", "a URL is ASCII"},
    {"te-on-10", "HTTP/1.0 has no Transfer-Encoding"},
};

struct Outcome {
  std::string text;
  time::Duration open_for;
  bool closed = false;
  bool reset = false;
};

void Echo(http::ResponseWriter& w, http::Request& r) {
  const auto [body, err] = io::ReadAll(r.Body);
  String text = fmt::Sprintf("host=%q body=%q", r.Host, body);
  if (err) text += fmt::Sprintf(" err=%q", err.Text());
  if (r.Header.Has("X")) text += fmt::Sprintf(" X=%q", r.Header.Get("X"));
  if (const String t = r.Trailer.Get("T"); !t.empty()) text += fmt::Sprintf(" T=%q", t);
  w.Write(text);
}

http::ServeMux Mux() {
  http::ServeMux mux;
  mux.HandleFunc("/", &Echo);
  mux.HandleFunc("/noread", [](http::ResponseWriter& w, http::Request&) { w.Write("not read"); });
  mux.HandleFunc("/panic", [](http::ResponseWriter&, http::Request&) { panic("boom"); });
  return mux;
}

// Sends what the case says and reads until the connection ends, or has been open for long enough.
Outcome Send(const RawCase& one, const String& address) {
  Outcome outcome;
  const time::Time begin = time::Now();  // before the server can begin to count
  auto [conn, err] = net::Dial("tcp", address);
  if (err) {
    outcome.text = err.Text();
    return outcome;
  }
  conn.SetReadDeadline(begin.Add(StillOpen()));
  const bool waits = one.waits;
  go([conn = conn, bytes = one.bytes, half_close = one.half_close, waits] {
    conn.Write(bytes.data(), bytes.size());
    if (half_close) conn.As<net::TCPConn>().CloseWrite();
  });
  char buffer[4096];
  while (true) {
    const auto [n, read_err] = conn.Read(buffer, sizeof buffer);
    if (outcome.text.empty() && n > 0 && waits) conn.Write(one.later.data(), one.later.size());
    outcome.text.append(buffer, static_cast<std::size_t>(n));
    if (!read_err) continue;
    const net::Error late(read_err);
    outcome.closed = !(late && late.Timeout());
    outcome.reset = outcome.closed && read_err != io::Eof.AsError();
    break;
  }
  outcome.open_for = time::Since(begin);
  conn.Close();
  return outcome;
}

bool FateIs(char fate, const Outcome& outcome) {
  switch (fate) {
    case 'O':
      return !outcome.closed;
    case 'K':
      return outcome.closed && outcome.open_for >= IdleTimeout();
    case 'T':
      return outcome.closed && outcome.open_for >= HeaderTimeout();
    default:
      return outcome.closed;
  }
}

void Check(testing::T& t, const RawCase& one, const Outcome& outcome) {
  const bool stricter = kStricter.count(one.name) > 0;
  const std::string want = stricter ? "E400" : one.answers;
  const char fate = stricter ? 'C' : one.fate;
  const tests::Summary got = tests::Summarize(outcome.text, false);
  if (got.answers != want)
    t.Errorf("%s: answers %s, want %s; body %s", one.name, got.answers, want, got.body);
  if (!stricter && !got.body.empty() && got.body != one.body) {
    t.Errorf("%s: body %q, want %q", one.name, got.body, one.body);
  }
  if (!FateIs(fate, outcome)) {
    t.Errorf("%s: closed %v after %v, want %c", one.name, outcome.closed, outcome.open_for, fate);
  }
}

}  // namespace

GOLAB_TEST(RawCases, t) {
  auto [listener, err] = net::Listen("tcp", "127.0.0.1:0");
  if (err) t.Fatal(err);
  http::Server server;
  server.Handler = Mux();
  server.ReadHeaderTimeout = HeaderTimeout();
  server.IdleTimeout = IdleTimeout();
  server.ErrorLog = log::New(io::Discard(), "", 0);
  const String address = listener.Addr().String();
  sync::WaitGroup served;
  served.Add(1);
  go([&, listener = listener] {
    (void)server.Serve(listener);
    served.Done();
  });
  const std::vector<RawCase> cases = tests::ReadRawCases(RAW_CASES);
  if (cases.size() != 113) t.Fatalf("%d cases", cases.size());
  std::vector<Outcome> outcomes(cases.size());
  sync::WaitGroup sent;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    sent.Add(1);
    go([&, i] {
      outcomes[i] = Send(cases[i], address);
      sent.Done();
    });
  }
  sent.Wait();
  for (std::size_t i = 0; i < cases.size(); ++i) Check(t, cases[i], outcomes[i]);
  server.Close();
  served.Wait();
}

}  // namespace golab
