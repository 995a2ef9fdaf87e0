// http::Server, in both worlds. What it must do is what Go 1.24 did.

#include <sys/resource.h>

#include <algorithm>
#include <string>
#include <vector>

#include "golab/golab.h"
#include "golab/http.h"

#include "runtime/arch/fiber.h"
#include "runtime/http/serving.h"

namespace golab {
namespace {

using tests::AwaitGoroutines;
using tests::AwaitQuiet;
using tests::Dial;
using tests::Exchange;
using tests::Get;
using tests::ReadAnswer;
using tests::Serving;
using tests::Settle;
using tests::WithoutDate;

constexpr char kClose[] = "Connection: close\r\n";

std::string Answer(http::Handler handler, const std::string& request) {
  Serving serving(std::move(handler));
  serving.Start();
  return WithoutDate(Exchange(serving.address, request));
}

void ExpectEqual(testing::T& t, const std::string& got, const std::string& want, const char* what) {
  if (got != want) t.Errorf("%s:\n got %q\nwant %q", what, got, want);
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A handler that tells how many goroutines there are when it runs, and how its context ended.
struct Watched {
  atomic::Bool cancelled;
  Chan<int> entered = MakeChan<int>(8);
  Chan<Empty> leave = MakeChan<Empty>();

  http::Handler Handler() {
    return [this](http::ResponseWriter& w, http::Request& r) {
      if (r.URL.Path == "/read") (void)io::ReadAll(r.Body);
      Settle();
      entered.Send(runtime::NumGoroutine());
      cancelled.Store(Select(Recv(r.Context().Done()), Recv(leave)) == 0);
      w.Write("x");
    };
  }
};

}  // namespace

// ---- goroutines

GOLAB_TEST(GoroutinesOverALife, t) {
  const int before = AwaitQuiet(t);
  Watched watched;
  Serving serving(watched.Handler());
  serving.Start();
  if (!AwaitGoroutines(before + 1)) t.Errorf("serving: %d", runtime::NumGoroutine() - before);
  const net::Conn conn = Dial(serving.address);
  if (!AwaitGoroutines(before + 2)) t.Errorf("connected: %d", runtime::NumGoroutine() - before);
  conn.Write(Get("/"));
  const int in_handler = watched.entered.Recv();
  if (in_handler != before + 3) t.Errorf("in the handler: %d", in_handler - before);
  watched.leave.Send({});
  ReadAnswer(conn);
  if (!AwaitGoroutines(before + 2)) t.Errorf("idle: %d", runtime::NumGoroutine() - before);
  conn.Close();
  if (!AwaitGoroutines(before + 1)) t.Errorf("closed: %d", runtime::NumGoroutine() - before);
}

// What a client does while the handler waits, how many goroutines there are then, and whether the
// handler's context ends.
struct DisconnectCase {
  const char* name;
  std::string sends;
  int goroutines;  // connection's own and those beside it
  bool cancelled;

  enum { kClose, kHalfClose, kReset, kByteThenClose } does;
};

GOLAB_TEST(TheContextEndsWithTheClient, t) {
  const std::string post = "POST /read HTTP/1.1\r\nHost: a\r\n";
  const std::string unread = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
  using D = DisconnectCase;
  const D cases[] = {
      {"GET, close", Get("/"), 2, true, D::kClose},
      {"GET, half-close", Get("/"), 2, true, D::kHalfClose},
      {"GET, reset", Get("/"), 2, true, D::kReset},
      {"POST of length 0", post + "Content-Length: 0\r\n\r\n", 2, true, D::kClose},
      {"POST, read", post + "Content-Length: 3\r\n\r\nabc", 2, true, D::kClose},
      {"POST, chunks, read", post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 2,
       true, D::kClose},
      {"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", 2, true, D::kClose},
      {"two GETs in one piece", Get("/") + Get("/"), 2, true, D::kClose},
      {"one byte more, later", Get("/"), 2, false, D::kByteThenClose},
      {"POST, body not sent", unread, 1, false, D::kClose},
      {"POST, body not read", unread + "abc", 1, false, D::kClose},
  };
  for (const D& one : cases) {
    const int before = AwaitQuiet(t) + 1;  // with Serve
    Watched watched;
    Serving serving(watched.Handler());
    const net::Conn conn = Dial(serving.address);
    conn.Write(one.sends);
    Settle();  // all of it has come, in however many pieces
    serving.Start();
    const int in_handler = watched.entered.Recv() - before;
    if (in_handler != one.goroutines) {
      t.Errorf("%s: %d goroutines, want %d", one.name, in_handler, one.goroutines);
    }
    switch (one.does) {
      case D::kClose:
        conn.Close();
        break;
      case D::kHalfClose:
        conn.As<net::TCPConn>().CloseWrite();
        break;
      case D::kReset:
        conn.As<net::TCPConn>().SetLinger(0);
        conn.Close();
        break;
      case D::kByteThenClose:
        conn.Write("G", 1);
        if (!AwaitGoroutines(before + 1)) t.Errorf("%s: the byte was not taken", one.name);
        conn.Close();
        break;
    }
    if (!one.cancelled) {
      Settle();
      watched.leave.Send({});
    }
    if (!AwaitGoroutines(before))
      t.Errorf("%s: %d left", one.name, runtime::NumGoroutine() - before);
    if (watched.cancelled.Load() != one.cancelled)
      t.Errorf("%s: cancelled %v", one.name, watched.cancelled.Load());
    conn.Close();
  }
}

GOLAB_TEST(TheContextEndsWithTheHandler, t) {
  context::Context kept;
  Serving serving([&](http::ResponseWriter&, http::Request& r) { kept = r.Context(); });
  serving.Start();
  Exchange(serving.address, Get("/", kClose));
  kept.Done().Recv();
  if (kept.Err() != context::Canceled.AsError()) t.Errorf("%v", kept.Err());
  if (context::Cause(kept) != context::Canceled.AsError()) t.Errorf("%v", context::Cause(kept));
}

// ---- Shutdown and Close

GOLAB_TEST(ShutdownWaitsForWhatIsActive, t) {
  const int before = AwaitQuiet(t);
  Watched watched;
  Serving serving(watched.Handler());
  serving.Start();
  Chan<Empty> hook = MakeChan<Empty>(1);
  serving.server.RegisterOnShutdown([hook] { hook.Send({}); });
  const net::Conn idle = Dial(serving.address);
  idle.Write(Get("/"));
  watched.entered.Recv();
  watched.leave.Send({});
  ReadAnswer(idle);
  const net::Conn active = Dial(serving.address);
  active.Write(Get("/"));
  watched.entered.Recv();
  Chan<golab::Error> done = MakeChan<golab::Error>(1);
  go([&] { done.Send(serving.server.Shutdown(context::Background())); });
  serving.served.Wait();
  if (serving.result != http::ErrServerClosed.AsError()) t.Errorf("Serve: %v", serving.result);
  if (net::Dial("tcp", serving.address).err == nullptr) t.Error("still accepts");
  const auto [rest, idle_err] = io::ReadAll(idle);
  if (!rest.empty() || idle_err) t.Errorf("idle: %q %v", rest, idle_err);
  if (done.Len() != 0) t.Error("Shutdown did not wait");
  watched.leave.Send({});
  const std::string answer = WithoutDate(std::string(io::ReadAll(active).text));
  ExpectEqual(t, answer,
              "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Type: text/plain; "
              "charset=utf-8\r\nConnection: "
              "close\r\n\r\nx",
              "active");
  if (const golab::Error err = done.Recv()) t.Errorf("Shutdown: %v", err);
  hook.Recv();  // on a goroutine of its own
  if (serving.server.ListenAndServe() != http::ErrServerClosed.AsError()) t.Error("ListenAndServe");
  if (!AwaitGoroutines(before)) t.Errorf("%d left", runtime::NumGoroutine() - before);
}

GOLAB_TEST(ShutdownHasADeadline, t) {
  Watched watched;
  Serving serving(watched.Handler());
  serving.Start();
  const net::Conn conn = Dial(serving.address);
  conn.Write(Get("/"));
  watched.entered.Recv();
  auto [ctx, cancel] = context::WithTimeout(context::Background(), 60 * time::Millisecond);
  Defer d{cancel};
  const golab::Error err = serving.server.Shutdown(ctx);
  if (err != context::DeadlineExceeded.AsError()) t.Errorf("%v", err);
  watched.leave.Send({});
  ReadAnswer(conn);
}

GOLAB_TEST(ShutdownTakesASilentClientForBusyForFiveSeconds, t) {
  if (os::Getenv("GOLAB_WORLD") != "virtual") t.Skip("takes six seconds");
  Serving serving([](http::ResponseWriter&, http::Request&) {});
  serving.Start();
  const net::Conn conn = Dial(serving.address);
  Settle();
  const time::Time begin = time::Now();
  if (const golab::Error err = serving.server.Shutdown(context::Background())) t.Errorf("%v", err);
  const time::Duration took = time::Since(begin);
  if (took < 5 * time::Second || took > 7 * time::Second) t.Errorf("%v", took);
}

GOLAB_TEST(CloseEndsEverything, t) {
  const int before = AwaitQuiet(t);
  Watched watched;
  Serving serving(watched.Handler());
  serving.Start();
  const net::Conn conn = Dial(serving.address);
  conn.Write(Get("/"));
  watched.entered.Recv();
  if (const golab::Error err = serving.server.Close()) t.Errorf("%v", err);
  if (!AwaitGoroutines(before)) t.Errorf("%d left", runtime::NumGoroutine() - before);
  if (!watched.cancelled.Load()) t.Error("the handler was not told");
}

// ---- answers

GOLAB_TEST(ShortAnswersHaveALengthLongOnesChunks, t) {
  const auto of_size = [](std::size_t n) {
    return http::Handler(
        [n](http::ResponseWriter& w, http::Request&) { w.Write(std::string(n, 'x')); });
  };
  const std::string small = Answer(of_size(2048), Get("/", kClose));
  ExpectEqual(t, small,
              "HTTP/1.1 200 OK\r\nContent-Length: 2048\r\nContent-Type: text/plain; "
              "charset=utf-8\r\nConnection: "
              "close\r\n\r\n" +
                  std::string(2048, 'x'),
              "2048");
  const std::string large = Answer(of_size(2049), Get("/", kClose));
  ExpectEqual(t, large,
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
              "Transfer-Encoding: chunked\r\n\r\n801\r\n" +
                  std::string(2049, 'x') + "\r\n0\r\n\r\n",
              "2049");
  ExpectEqual(
      t, Answer(of_size(2049), "GET / HTTP/1.0\r\n\r\n"),
      "HTTP/1.0 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + std::string(2049, 'x'),
      "HTTP/1.0");
  const std::string head = "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  ExpectEqual(t, Answer(of_size(9), head),
              "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Type: text/plain; "
              "charset=utf-8\r\nConnection: "
              "close\r\n\r\n",
              "HEAD");
}

GOLAB_TEST(TheHandlersHeadersComeFirstAndSorted, t) {
  ExpectEqual(
      t,
      Answer(
          [](http::ResponseWriter& w, http::Request&) {
            w.Header().Set("x-b", "2\r\nInjected: 1");
            w.Header().Add("X-A", "1");
            w.Header().Add("X-A", "2");
            w.WriteHeader(http::StatusCreated);
            w.Header().Set("Late", "1");
            w.Write("<html>");
          },
          Get("/", kClose)),
      "HTTP/1.1 201 Created\r\nX-A: 1\r\nX-A: 2\r\nX-B: 2  Injected: 1\r\nContent-Length: 6\r\n"
      "Content-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\n<html>",
      "header");
}

GOLAB_TEST(StatusesWithoutBody, t) {
  golab::Error err;
  const auto handler = [&](http::ResponseWriter& w, http::Request&) {
    w.WriteHeader(http::StatusNoContent);
    err = w.Write("x").err;
  };
  ExpectEqual(t, Answer(handler, Get("/", kClose)),
              "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", "204");
  if (err != http::ErrBodyNotAllowed.AsError()) t.Errorf("%v", err);
  ExpectEqual(
      t,
      Answer([](http::ResponseWriter& w, http::Request&) { w.WriteHeader(299); }, Get("/", kClose)),
      "HTTP/1.1 299 status code 299\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "299");
}

GOLAB_TEST(InformationComesBeforeTheAnswer, t) {
  ExpectEqual(t,
              Answer(
                  [](http::ResponseWriter& w, http::Request&) {
                    w.Header().Set("Link", "</x>");
                    w.WriteHeader(http::StatusEarlyHints);
                    w.Write("x");
                  },
                  Get("/", kClose)),
              "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nLink: "
              "</x>\r\nContent-Length: 1\r\n"
              "Content-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\nx",
              "103");
}

GOLAB_TEST(DeclaredLengthsAreKept, t) {
  golab::Error err;
  const auto more = [&](http::ResponseWriter& w, http::Request&) {
    w.Header().Set("Content-Length", "1");
    err = w.Write("xy").err;
  };
  Answer(more, Get("/"));
  if (err != http::ErrContentLength.AsError()) t.Errorf("%v", err);
  const auto less = [](http::ResponseWriter& w, http::Request&) {
    w.Header().Set("Content-Length", "3");
    w.Write("xy");
  };
  ExpectEqual(
      t, Answer(less, Get("/")),
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nxy",
      "less");
}

GOLAB_TEST(FlushSendsWhatIsThere, t) {
  Chan<Empty> leave = MakeChan<Empty>();
  Serving serving([&](http::ResponseWriter& w, http::Request&) {
    w.Write("first");
    w.As<http::Flusher>()->Flush();
    leave.Recv();
    w.Write("second");
  });
  serving.Start();
  const net::Conn conn = Dial(serving.address);
  conn.Write(Get("/", kClose));
  std::string got;
  while (!Has(got, "first")) {
    char c;
    if (conn.Read(&c, 1).n == 0) t.Fatal("closed");
    got += c;
  }
  leave.Send({});
  got += std::string(io::ReadAll(conn).text);
  if (!Has(got, "\r\n\r\n5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n")) t.Errorf("%q", got);
}

GOLAB_TEST(TrailersFollowTheBody, t) {
  const std::string got = Answer(
      [](http::ResponseWriter& w, http::Request&) {
        w.Header().Set("Trailer", "X-Sum");
        w.Write("x");
        w.Header().Set("X-Sum", "1");
        w.Header().Set("Trailer:X-Late", "2");
      },
      Get("/", kClose));
  if (!Has(got, "\r\n0\r\nX-Late: 2\r\nX-Sum: 1\r\n\r\n") &&
      !Has(got, "\r\n0\r\nX-Sum: 1\r\nX-Late: 2\r\n\r\n")) {
    t.Errorf("%q", got);
  }
}

GOLAB_TEST(PipelinedRequestsAreAnsweredInOrder, t) {
  Serving serving([](http::ResponseWriter& w, http::Request& r) {
    if (r.URL.Path == "/0") time::Sleep(5 * time::Millisecond);
    w.Write(r.URL.Path);
  });
  serving.Start();
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += Get("/" + std::to_string(i), i == 49 ? kClose : "");
  const std::string got = Exchange(serving.address, requests);
  std::size_t at = 0;
  for (int i = 0; i < 50; ++i) {
    at = got.find("\r\n\r\n/" + std::to_string(i), at);
    if (at == std::string::npos) t.Fatalf("answer %d is missing or out of order", i);
  }
}

// The abort of the first one's background read leaves the connection ready, with nothing there.
GOLAB_TEST(APipelinedRequestsHandlerMayWait, t) {
  Serving serving([](http::ResponseWriter& w, http::Request& r) {
    time::Sleep(5 * time::Millisecond);
    w.Write(r.URL.Path);
  });
  const net::Conn conn = Dial(serving.address);
  conn.Write(Get("/1") + Get("/2") + Get("/3", kClose));
  Settle();  // all of it has come
  serving.Start();
  const std::string got(io::ReadAll(conn).text);
  for (const char* path : {"\r\n\r\n/1", "\r\n\r\n/2", "\r\n\r\n/3"}) {
    if (!Has(got, path)) t.Errorf("%s: %q", path, got);
  }
}

// ---- handlers that fail

GOLAB_TEST(APanicEndsItsConnectionAlone, t) {
  Serving serving([](http::ResponseWriter& w, http::Request& r) {
    if (r.URL.Path == "/panic") panic("boom");
    if (r.URL.Path == "/abort") panic(http::ErrAbortHandler);
    if (r.URL.Path == "/goexit") runtime::Goexit();
    if (r.URL.Path == "/late") {
      w.Write("x");
      w.As<http::Flusher>()->Flush();
      panic("late");
    }
    w.Write("ok");
  });
  serving.Start();
  const net::Conn other = Dial(serving.address);
  ExpectEqual(t, Exchange(serving.address, Get("/abort")), "", "abort");
  ExpectEqual(t, Exchange(serving.address, Get("/goexit")), "", "Goexit");
  ExpectEqual(t, serving.Logged(), "", "nothing is logged of these");
  ExpectEqual(t, Exchange(serving.address, Get("/panic")), "", "panic");
  if (!Has(serving.Logged(), "http: panic serving 127.0.0.1:") ||
      !Has(serving.Logged(), ": boom\ngoroutine ")) {
    t.Errorf("%q", serving.Logged());
  }
  if (!Exchange(serving.address, Get("/late")).ends_with("\r\n\r\n1\r\nx\r\n"))
    t.Error("not cut off after Flush");
  other.Write(Get("/"));
  if (!ReadAnswer(other).ends_with("ok")) t.Error("another connection was hurt");
}

GOLAB_TEST(MisuseIsLogged, t) {
  Serving serving([](http::ResponseWriter& w, http::Request& r) {
    if (r.URL.Path == "/twice") w.WriteHeader(201);
    if (r.URL.Path == "/length") w.Header().Set("Content-Length", "x");
    w.WriteHeader(202);
    if (r.URL.Path == "/both") return;
  });
  serving.Start();
  if (!Has(Exchange(serving.address, Get("/twice", kClose)), "201 Created"))
    t.Error("the first does not count");
  if (!Has(serving.Logged(), "http: superfluous response.WriteHeader call from "))
    t.Errorf("%q", serving.Logged());
  Exchange(serving.address, Get("/length", kClose));
  if (!Has(serving.Logged(), "http: invalid Content-Length of \"x\"\n"))
    t.Errorf("%q", serving.Logged());
}

GOLAB_TEST(AStatusThatIsNonePanics, t) {
  Serving serving([](http::ResponseWriter& w, http::Request&) { w.WriteHeader(99); });
  serving.Start();
  Exchange(serving.address, Get("/"));
  if (!Has(serving.Logged(), "invalid WriteHeader code 99")) t.Errorf("%q", serving.Logged());
}

// ---- bodies

GOLAB_TEST(ABodyCannotBeReadAfterTheHandler, t) {
  io::ReadCloser kept;
  Serving serving([&](http::ResponseWriter&, http::Request& r) {
    if (r.Method == "POST") kept = r.Body;
  });
  serving.Start();
  const net::Conn conn = Dial(serving.address);
  conn.Write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
  ReadAnswer(conn);
  conn.Write(Get("/"));  // the answer may overtake the end of the request before it
  ReadAnswer(conn);
  char c;
  const auto [n, err] = kept.Read(&c, 1);
  if (n != 0 || err != http::ErrBodyReadAfterClose.AsError()) t.Errorf("%d %v", n, err);
}

GOLAB_TEST(MaxBytesReaderEndsTheConnection, t) {
  golab::Error err;
  Serving serving([&](http::ResponseWriter& w, http::Request& r) {
    err = io::ReadAll(http::MaxBytesReader(w, r.Body, 3)).err;
    http::Error(w, "too much", http::StatusRequestEntityTooLarge);
  });
  serving.Start();
  const std::string got =
      Exchange(serving.address, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd");
  if (!Has(got, "413 Request Entity Too Large") || !Has(got, kClose)) t.Errorf("%q", got);
  const auto* const large = errors::As<http::MaxBytesError>(err);
  if (large == nullptr || large->Limit != 3 || err.Text() != "http: request body too large")
    t.Errorf("%v", err);
}

GOLAB_TEST(HijackTakesWhatWasReadAlong, t) {
  Serving serving([](http::ResponseWriter& w, http::Request&) {
    auto [conn, buffered, err] = w.As<http::Hijacker>()->Hijack();
    if (err) panic(err);
    if (w.Write("x").err != http::ErrHijacked.AsError()) panic("wrote");
    conn.Write("raw:" + buffered);
    conn.Close();
  });
  const net::Conn conn = Dial(serving.address);
  conn.Write(Get("/") + "more");
  Settle();  // all of it has come
  serving.Start();
  ExpectEqual(t, std::string(io::ReadAll(conn).text), "raw:more", "hijacked");
}

GOLAB_TEST(TimeoutHandlerAnswersInTime, t) {
  if (os::Getenv("GOLAB_WORLD") != "virtual") t.Skip("only virtual time is exact");
  golab::Error late;
  Chan<Empty> done = MakeChan<Empty>();
  Serving serving(http::TimeoutHandler(
      [&](http::ResponseWriter& w, http::Request& r) {
        if (r.URL.Path == "/late") {
          time::Sleep(time::Second);
          late = w.Write("x").err;
          done.Close();
        } else {
          w.Header().Set("X", "1");
          w.Write("in time");
        }
      },
      500 * time::Millisecond, "too late"));
  serving.Start();
  const std::string good = Exchange(serving.address, Get("/", kClose));
  if (!Has(good, "X: 1\r\n") || !good.ends_with("in time")) t.Errorf("%q", good);
  const std::string bad = Exchange(serving.address, Get("/late", kClose));
  if (!Has(bad, "503 Service Unavailable") || !bad.ends_with("too late")) t.Errorf("%q", bad);
  done.Recv();
  if (late != http::ErrHandlerTimeout.AsError()) t.Errorf("%v", late);
}

// ---- clients that are slow, or many

GOLAB_TEST(AClientThatDripsIsCutOff, t) {
  if (os::Getenv("GOLAB_WORLD") != "virtual") t.Skip("only virtual time is exact");
  int served = 0;
  Serving serving([&](http::ResponseWriter&, http::Request&) { ++served; });
  serving.server.ReadHeaderTimeout = time::Second;
  serving.Start();
  const net::Conn conn = Dial(serving.address);
  const time::Time begin = time::Now();
  go([conn] {
    const std::string request = Get("/", "X: " + std::string(100, 'a') + "\r\n");
    for (const char c : request) {
      if (conn.Write(&c, 1).err) return;
      time::Sleep(100 * time::Millisecond);
    }
  });
  (void)io::ReadAll(conn);
  const time::Duration took = time::Since(begin);
  if (took < time::Second || took > 1100 * time::Millisecond) t.Errorf("%v", took);
  if (served != 0) t.Error("was served");
}

GOLAB_TEST(WriteTimeoutEndsAnAnswerThatNobodyReads, t) {
  if (os::Getenv("GOLAB_WORLD") != "virtual") t.Skip("only virtual time is exact");
  golab::Error err;
  Chan<Empty> done = MakeChan<Empty>();
  Serving serving([&](http::ResponseWriter& w, http::Request&) {
    const std::string piece(1 << 20, 'x');
    while (!err) err = w.Write(piece).err;
    done.Close();
  });
  serving.server.WriteTimeout = time::Second;
  serving.Start();
  const net::Conn conn = Dial(serving.address);
  const time::Time begin = time::Now();
  conn.Write(Get("/"));
  done.Recv();
  if (time::Since(begin) < time::Second || !errors::Is(err, os::ErrDeadlineExceeded))
    t.Errorf("%v", err);
}

/// How many connections to itself this process may have, `wanted` at most: two descriptors each.
static int MayHave(int wanted) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const auto needed = static_cast<rlim_t>(2 * wanted + 100);
  rlimit more = {needed, std::max(needed, limit.rlim_max)};
  if (limit.rlim_cur >= needed || setrlimit(RLIMIT_NOFILE, &more) == 0) return wanted;
  more = {limit.rlim_max, limit.rlim_max};
  setrlimit(RLIMIT_NOFILE, &more);
  return std::min(wanted, (static_cast<int>(limit.rlim_max) - 100) / 2);
}

GOLAB_TEST(ManyIdleConnections, t) {
  // TSan follows 4,000 goroutines; the lab runs this again and again.
  const bool few = rt::fiber::kTracked || os::Getenv("GOLAB_WORLD") == "";
  const int wanted = few ? 1000 : 10000;
  const int n = os::Getenv("GOLAB_WORLD") == "real" ? MayHave(wanted) : wanted;
  if (n < wanted) t.Logf("%d connections: more need more descriptors (ulimit -n)", n);
  const int before = AwaitQuiet(t);
  Serving serving([](http::ResponseWriter& w, http::Request&) { w.Write("x"); });
  serving.Start();
  std::vector<net::Conn> conns;
  for (int i = 0; i < n; ++i) {
    conns.push_back(Dial(serving.address));
    conns.back().Write(Get("/"));
    ReadAnswer(conns.back());
  }
  if (!AwaitGoroutines(before + 1 + n)) t.Errorf("%d", runtime::NumGoroutine());
  for (int i = 0; i < n; i += n / 20) {
    conns[static_cast<std::size_t>(i)].Write(Get("/"));
    if (!ReadAnswer(conns[static_cast<std::size_t>(i)]).ends_with("x"))
      t.Errorf("connection %d", i);
  }
  if (const golab::Error err = serving.server.Shutdown(context::Background())) t.Errorf("%v", err);
  if (!AwaitGoroutines(before)) t.Errorf("%d left", runtime::NumGoroutine() - before);
}

}  // namespace golab
