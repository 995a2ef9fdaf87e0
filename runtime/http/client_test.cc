// http::Client and http::Transport, in both worlds.

#include <string>

#include "golab/golab.h"
#include "golab/http.h"

#include "runtime/http/serving.h"

namespace golab {
namespace {

using tests::AwaitGoroutines;
using tests::AwaitQuiet;
using tests::Serving;
using tests::Settle;

void ExpectText(testing::T& t, const golab::Error& err, const String& want) {
  if (!err || err.Text() != want) t.Errorf("got %v, want %s", err, want);
}

String TextOf(const http::Response& resp) {
  auto [text, err] = io::ReadAll(resp.Body);
  resp.Body.Close();
  return err ? "error: " + err.Text() : text;
}

// A server that is no HTTP server: sends `answer` to whatever comes, and closes.
struct RawServer {
  explicit RawServer(const String& answer) {
    listener = net::Listen("tcp", "127.0.0.1:0").ln;
    url = "http://" + listener.Addr().String();
    go([listener = listener, answer] {
      while (true) {
        auto [conn, err] = listener.Accept();
        if (err) return;
        // All of the request: what is left unread would make the close a reset.
        std::string request;
        while (request.find("\r\n\r\n") == std::string::npos) {
          char buffer[1024];
          const auto [n, read_err] = conn.Read(buffer, sizeof buffer);
          if (read_err) break;
          request.append(buffer, static_cast<std::size_t>(n));
        }
        conn.Write(answer);
        conn.Close();
      }
    });
  }

  ~RawServer() { listener.Close(); }

  net::Listener listener;
  String url;
};

http::Handler Echo() {
  return [](http::ResponseWriter& w, http::Request& r) {
    w.Header().Set("Method", r.Method);
    w.Header().Set("Length", fmt::Sprint(r.ContentLength));
    w.Header().Set("Type", r.Header.Get("Content-Type"));
    w.Write(io::ReadAll(r.Body).text);
  };
}

}  // namespace

GOLAB_TEST(GetAndPost, t) {
  Serving serving(Echo());
  serving.Start();
  auto [got, err] = http::Get(serving.url + "/x?y=1");
  if (err) t.Fatal(err);
  if (got.Status != "200 OK" || got.StatusCode != 200 || got.Proto != "HTTP/1.1" ||
      got.ContentLength != 0 || got.Header.Get("method") != "GET" || got.Request.URL.Path != "/x") {
    t.Errorf("%s %s", got.Status, got.Header.Get("Method"));
  }
  TextOf(got);
  auto [posted, post_err] = http::Post(serving.url, "text/x", strings::NewReader("abc"));
  if (post_err) t.Fatal(post_err);
  if (posted.Header.Get("Length") != "3" || posted.Header.Get("Type") != "text/x")
    t.Error("length, type");
  if (const String text = TextOf(posted); text != "abc") t.Errorf("%q", text);

  struct Drip {  // a body whose length nobody knows
    int left = 5;

    io::Transfer Read(char* buf, std::size_t) {
      if (left == 0) return {0, io::Eof};
      --left;
      *buf = 'x';
      return {1, nullptr};
    }
  };

  auto [dripped, drip_err] = http::Post(serving.url, "", Drip{});
  if (drip_err) t.Fatal(drip_err);
  if (dripped.Header.Get("Length") != "-1") t.Error(dripped.Header.Get("Length"));
  if (const String text = TextOf(dripped); text != "xxxxx") t.Errorf("%q", text);
  url::Values form;
  form.Set("a", "1 2");
  auto [formed, form_err] = http::PostForm(serving.url, form);
  if (form_err) t.Fatal(form_err);
  if (const String text = TextOf(formed); text != "a=1+2") t.Errorf("%q", text);
  auto [head, head_err] = http::Head(serving.url);
  if (head_err) t.Fatal(head_err);
  if (head.Header.Get("Method") != "HEAD" || !TextOf(head).empty()) t.Error("HEAD");
  http::DefaultTransport().CloseIdleConnections();
}

GOLAB_TEST(GoroutinesOfBothEnds, t) {
  const int before = AwaitQuiet(t);
  int in_handler = 0;
  Serving serving([&](http::ResponseWriter& w, http::Request&) {
    Settle();
    in_handler = runtime::NumGoroutine();
    w.Write("x");
  });
  serving.Start();
  auto [resp, err] = http::Get(serving.url);
  if (err) t.Fatal(err);
  TextOf(resp);
  // Serve, the connection and its reader, readLoop and writeLoop.
  if (in_handler != before + 5) t.Errorf("in the handler: %d", in_handler - before);
  if (!AwaitGoroutines(before + 4)) t.Errorf("idle: %d", runtime::NumGoroutine() - before);
  http::DefaultTransport().CloseIdleConnections();
  if (!AwaitGoroutines(before + 1)) t.Errorf("closed: %d", runtime::NumGoroutine() - before);
  serving.server.Close();
  if (!AwaitGoroutines(before)) t.Errorf("server closed: %d", runtime::NumGoroutine() - before);
}

GOLAB_TEST(ConnectionsAreUsedAgain, t) {
  std::string ports;
  Serving serving([&](http::ResponseWriter& w, http::Request& r) {
    ports += std::string(r.RemoteAddr) + " ";
    w.Write(std::string(5000, 'x'));
  });
  serving.Start();
  const http::Transport transport;
  http::Client client;
  client.Transport = [transport](const http::Request& req) { return transport.RoundTrip(req); };
  for (int i = 0; i < 3; ++i) {
    auto [resp, err] = client.Get(serving.url);
    if (err) t.Fatal(err);
    if (TextOf(resp).size() != 5000) t.Error("body");
  }
  const std::string first = ports.substr(0, ports.find(' ') + 1);
  if (ports != first + first + first) t.Errorf("%s", ports);
  ports.clear();
  for (int i = 0; i < 2; ++i) {
    auto [resp, err] = client.Get(serving.url);
    if (err) t.Fatal(err);
    resp.Body.Close();  // unread: it cannot be
  }
  if (ports == first + first) t.Error("used again with an unread body");
  transport.CloseIdleConnections();
}

GOLAB_TEST(ASecondConnectionWhereTheServerClosedTheFirst, t) {
  Serving serving(Echo());
  serving.server.IdleTimeout = 20 * time::Millisecond;
  serving.Start();
  for (int i = 0; i < 3; ++i) {
    auto [resp, err] = http::Get(serving.url);
    if (err) t.Fatal(err);
    TextOf(resp);
    time::Sleep(20 * time::Millisecond);  // at the very moment, and around it
  }
  http::DefaultTransport().CloseIdleConnections();
}

GOLAB_TEST(RedirectsAreFollowed, t) {
  http::ServeMux mux;
  std::string seen;
  mux.HandleFunc("/loop", [](http::ResponseWriter& w, http::Request& r) {
    http::Redirect(w, r, "/loop", 302);
  });
  mux.HandleFunc("/found", [](http::ResponseWriter& w, http::Request& r) {
    http::Redirect(w, r, "end?x=1", 302);
  });
  mux.HandleFunc("/keep", [](http::ResponseWriter& w, http::Request& r) {
    http::Redirect(w, r, "/end", 307);
  });
  mux.HandleFunc("/end", [&](http::ResponseWriter& w, http::Request& r) {
    seen = std::string(r.Method) + " " + std::string(r.RequestURI) + " " + std::string(r.Referer());
    w.Write("end");
  });
  Serving serving(mux);
  serving.Start();
  auto [resp, err] = http::Post(serving.url + "/found", "", nullptr);
  if (err) t.Fatal(err);
  if (TextOf(resp) != "end" || resp.Request.URL.Path != "/end") t.Error("not followed");
  if (seen != "GET /end?x=1 " + std::string(serving.url) + "/found") t.Errorf("%s", seen);
  auto [loop, loop_err] = http::Get(serving.url + "/loop");
  ExpectText(t, loop_err, "Get \"/loop\": stopped after 10 redirects");
  http::Client client;
  client.CheckRedirect = [](const http::Request&, const Slice<http::Request>&) {
    return http::ErrUseLastResponse.AsError();
  };
  auto [last, last_err] = client.Get(serving.url + "/found");
  if (last_err || last.StatusCode != 302 || last.Location().url.Path != "/end")
    t.Errorf("%v", last_err);
  last.Body.Close();
  http::DefaultTransport().CloseIdleConnections();
}

GOLAB_TEST(ErrorsOfClients, t) {
  ExpectText(t, http::Get("x").err, "Get \"x\": unsupported protocol scheme \"\"");
  ExpectText(t, http::Get("ftp://x").err, "Get \"ftp://x\": unsupported protocol scheme \"ftp\"");
  ExpectText(t, http::Get("http://").err, "Get \"http:\": http: no Host in request URL");
  ExpectText(t, http::Get("http://a:bad/").err,
             "parse \"http://a:bad/\": invalid port \":bad\" after host");
  const net::Listener closed = net::Listen("tcp", "127.0.0.1:0").ln;
  const String address = closed.Addr().String();
  closed.Close();
  ExpectText(
      t, http::Get("http://" + address).err,
      "Get \"http://" + address + "\": dial tcp " + address + ": connect: connection refused");
  const RawServer silent("");
  ExpectText(t, http::Get(silent.url).err, "Get \"" + silent.url + "\": EOF");
  const RawServer cut("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
  auto [resp, err] = http::Get(cut.url);
  if (err) t.Fatal(err);
  if (const String text = TextOf(resp); text != "error: unexpected EOF") t.Errorf("%q", text);
  const RawServer garbage("SSH-2.0\r\n\r\n");
  if (!http::Get(garbage.url).err) t.Error("garbage was taken");
}

GOLAB_TEST(AnAnswersHeaderHasALimit, t) {
  const RawServer server("HTTP/1.1 200 OK\r\nX: " + std::string(11 << 20, 'a') + "\r\n\r\n");
  ExpectText(t, http::Get(server.url).err,
             "Get \"" + server.url +
                 "\": net/http: server response headers exceeded 10485760 bytes; aborted");
}

GOLAB_TEST(TimeoutsAndCancellation, t) {
  Chan<Empty> leave = MakeChan<Empty>();
  Serving serving([&](http::ResponseWriter& w, http::Request& r) {
    if (r.URL.Path == "/body") {
      w.Write("x");
      w.As<http::Flusher>()->Flush();
    }
    Select(Recv(leave), Recv(r.Context().Done()));
  });
  serving.Start();
  http::Client client;
  client.Timeout = 50 * time::Millisecond;
  const auto timed = client.Get(serving.url);
  ExpectText(t, timed.err,
             "Get \"" + serving.url +
                 "\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
  const auto* const wrapped = errors::As<url::Error>(timed.err);
  if (wrapped == nullptr || !wrapped->Timeout()) t.Error("no timeout");
  // The headers come in time, on a slow machine if that is longer.
  http::Answer with_body = client.Get(serving.url + "/body");
  while (os::IsTimeout(with_body.err)) {
    client.Timeout = 2 * client.Timeout;
    with_body = client.Get(serving.url + "/body");
  }
  auto [resp, err] = with_body;
  if (err) t.Fatal(err);
  if (const String text = TextOf(resp); text !=
                                        "error: context deadline exceeded (Client.Timeout or "
                                        "context cancellation while reading body)") {
    t.Errorf("%q", text);
  }
  auto [ctx, cancel] = context::WithCancel(context::Background());
  auto [request, make_err] = http::NewRequestWithContext(ctx, "GET", serving.url, nullptr);
  if (make_err) t.Fatal(make_err);
  go([cancel = cancel] {
    time::Sleep(20 * time::Millisecond);
    cancel();
  });
  ExpectText(t, http::DefaultClient().Do(request).err,
             "Get \"" + serving.url + "\": context canceled");
  http::DefaultTransport().CloseIdleConnections();
}

}  // namespace golab
