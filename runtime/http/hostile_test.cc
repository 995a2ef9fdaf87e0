// Clients that want a server to read something else than what others read, to hold more than it
// has, or to wait for ever. Both worlds; beside raw_cases_test, which compares with Go.

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "golab/golab.h"
#include "golab/http.h"
#include "golab/testing.h"

#include "runtime/http/serving.h"

namespace golab {
namespace {

using tests::AwaitGoroutines;
using tests::AwaitQuiet;
using tests::Dial;
using tests::Exchange;
using tests::Get;
using tests::Serving;

/// The requests that handlers saw.
class Seen {
 public:
  http::Handler Handler() {
    return [this](http::ResponseWriter& w, http::Request& r) {
      Add(std::string(r.Method) + " " + std::string(r.RequestURI) + " " +
          std::string(io::ReadAll(r.Body).text));
      w.Write("x");
    };
  }

  std::vector<std::string> Take() {
    mutex_.Lock();
    Defer unlock{[this] { mutex_.Unlock(); }};
    return std::exchange(requests_, {});
  }

 private:
  void Add(const std::string& request) {
    mutex_.Lock();
    requests_.push_back(request);
    mutex_.Unlock();
  }

  sync::Mutex mutex_;
  std::vector<std::string> requests_;  // guarded by mutex_
};

std::size_t Count(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; ++at) ++n;
  return n;
}

constexpr char kSecond[] = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

}  // namespace

// Forms that others take for a length, or for none, and what would then be a second request.
GOLAB_TEST(NothingIsSmuggled, t) {
  const std::string chunks = "0\r\n\r\n", te = "Transfer-Encoding: chunked";

  struct Form {
    const char* name;
    std::string fields, body;
  };

  const Form forms[] = {
      {"CL.TE", "Content-Length: 4\r\n" + te, chunks},
      {"TE.CL", te + "\r\nContent-Length: 4", "2c\r\n"},
      {"TE of no coding", "Transfer-Encoding: xchunked", chunks},
      {"TE in quotes", "Transfer-Encoding: \"chunked\"", chunks},
      {"TE with a parameter", "Transfer-Encoding: chunked;q=1", chunks},
      {"TE, chunked not last", "Transfer-Encoding: chunked, identity", chunks},
      {"TE, identity first", "Transfer-Encoding: identity, chunked", chunks},
      {"TE, a comma before", "Transfer-Encoding: , chunked", chunks},
      {"TE twice, the second of another case", te + "\r\nTRANSFER-ENCODING: identity", chunks},
      {"TE and a vertical tab", "Transfer-Encoding:\x0b chunked", chunks},
      {"TE behind a NUL", "Transfer-Encoding: chunked" + std::string(1, '\0'), chunks},
      {"TE, a tab before the colon", "Transfer-Encoding\t: chunked", chunks},
      {"TE behind a bare CR", "X: 1\rTransfer-Encoding: chunked", chunks},
      {"TE behind a bare LF", "X: 1\nTransfer-Encoding: chunked", chunks},
      {"CL twice, different", "Content-Length: 0\r\nContent-Length: 5", "abcde"},
      {"CL as a list", "Content-Length: 0, 5", "abcde"},
      {"CL, two numbers", "Content-Length: 0 5", "abcde"},
      {"CL with a sign", "Content-Length: +5", "abcde"},
      {"CL below zero", "Content-Length: -0", ""},
      {"CL in hexadecimal", "Content-Length: 0x5", "abcde"},
      {"CL with a point", "Content-Length: 5.0", "abcde"},
      {"CL with an exponent", "Content-Length: 5e0", "abcde"},
      {"CL with a vertical tab", "Content-Length: 5\x0b", "abcde"},
      {"CL beyond 64 bits", "Content-Length: 18446744073709551621", "abcde"},
      {"CL, a blank before the colon", "Content-Length : 5", "abcde"},
      {"CL, a blank before the name", " Content-Length: 5", "abcde"},
      {"CL, a NUL in the name", "Content-Length" + std::string(1, '\0') + ": 5", "abcde"},
      {"CL empty", "Content-Length: ", "abcde"},
  };
  Seen seen;
  Serving serving(seen.Handler());
  serving.Start();
  for (const Form& form : forms) {
    const std::string request =
        "POST /first HTTP/1.1\r\nHost: a\r\n" + form.fields + "\r\n\r\n" + form.body + kSecond;
    const std::string answer = Exchange(serving.address, request);
    for (const std::string& one : seen.Take()) t.Errorf("%s: served %q", form.name, one);
    const bool refused = answer.starts_with("HTTP/1.1 400 ") || answer.starts_with("HTTP/1.1 501 ");
    if (!refused || Count(answer, "HTTP/1.1 ") != 1) t.Errorf("%s: %q", form.name, answer);
  }
}

// The end of a chunked body is where it says; what stands in chunks is no request.
GOLAB_TEST(WhatFollowsABodyIsTheNextRequest, t) {
  Seen seen;
  Serving serving(seen.Handler());
  serving.Start();
  const std::string inside(kSecond);
  char size[16];
  std::snprintf(size, sizeof size, "%zx\r\n", inside.size());
  const std::string request =
      "POST /first HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(size) +
      inside + "\r\n0\r\nContent-Length: 9\r\n\r\n" + Get("/next", "Connection: close\r\n");
  const std::string answer = Exchange(serving.address, request);
  const std::vector<std::string> want = {"POST /first " + inside, "GET /next "};
  if (seen.Take() != want || Count(answer, "HTTP/1.1 200 OK") != 2) t.Errorf("%q", answer);
}

GOLAB_TEST(AHeaderIsAsLongAsMaxHeaderBytesAllows, t) {
  Seen seen;
  Serving serving(seen.Handler());
  serving.server.MaxHeaderBytes = 1000;  // and 4096 beside it, as in Go
  serving.Start();
  const auto of_size = [](std::size_t n) {
    return Get("/", "Connection: close\r\nX: " + std::string(n, 'a') + "\r\n");
  };
  if (!Exchange(serving.address, of_size(3000)).starts_with("HTTP/1.1 200 OK")) t.Error("3000");
  if (seen.Take().size() != 1) t.Error("not served");
  const std::string answer = Exchange(serving.address, of_size(6000));
  if (!answer.starts_with("HTTP/1.1 431 Request Header Fields Too Large")) t.Errorf("%q", answer);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "X" + std::to_string(i) + ": 1\r\n";
  if (!Exchange(serving.address, Get("/", many)).starts_with("HTTP/1.1 431 ")) t.Error("many");
  if (!Exchange(serving.address, "GET /" + std::string(9000, 'a')).starts_with("HTTP/1.1 431 "))
    t.Error("a line without an end");
  if (!seen.Take().empty()) t.Error("served");
}

// Slow loris: many connections that send a byte now and then. They cost others nothing, and end
// when the header's time is over.
GOLAB_TEST(ManyThatDripAreCutOffAndOthersServed, t) {
  if (os::Getenv("GOLAB_WORLD") != "virtual") t.Skip("only virtual time is exact");
  constexpr int kMany = 300;
  constexpr time::Duration kLimit = 2 * time::Second;
  const int before = AwaitQuiet(t);
  Seen seen;
  Serving serving(seen.Handler());
  serving.server.ReadHeaderTimeout = kLimit;
  serving.Start();
  const auto ended = MakeChan<time::Duration>(kMany);
  for (int i = 0; i < kMany; ++i) {
    go([&, ended] {
      const net::Conn conn = Dial(serving.address);
      const time::Time begin = time::Now();
      go([conn] {
        // A head without an end.
        const std::string request = "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(1000, 'a');
        for (const char c : request) {
          if (conn.Write(&c, 1).err) return;
          time::Sleep(100 * time::Millisecond);
        }
      });
      (void)io::ReadAll(conn);
      ended.Send(time::Since(begin));
      conn.Close();
    });
  }
  for (int i = 0; i < 3; ++i) {
    time::Sleep(500 * time::Millisecond);
    const std::string answer = Exchange(serving.address, Get("/", "Connection: close\r\n"));
    if (!answer.starts_with("HTTP/1.1 200 OK")) t.Errorf("%q", answer);
  }
  for (int i = 0; i < kMany; ++i) {
    if (const time::Duration took = ended.Recv(); took != kLimit) t.Fatalf("after %v", took);
  }
  if (seen.Take().size() != 3) t.Error("a request without an end was served");
  if (!AwaitGoroutines(before + 1)) t.Errorf("%d left", runtime::NumGoroutine() - before - 1);
}

}  // namespace golab
