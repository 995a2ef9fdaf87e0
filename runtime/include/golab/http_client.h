#pragma once
// Go's net/http, the client: Get, Post, Client, Transport. Included by http.h.

#include <cstddef>
#include <cstdint>
#include <utility>

#include "golab/context.h"
#include "golab/func.h"
#include "golab/http_message.h"
#include "golab/strings.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::rt {

struct TransportRep;

}  // namespace golab::rt

namespace golab::http {

/// What a request comes to: `auto [resp, err] = http::Get(url);`. Of resp, Body must be closed if
/// err is nil.
struct Answer {
  Response resp;
  golab::Error err;
};

/// What NewRequest gives.
struct MadeRequest {
  Request req;
  golab::Error err;
};

/// A request for a client; `body` may be nil. The length of a strings::Reader is sent as
/// Content-Length, other bodies go in chunks. Go: http.NewRequest.
MadeRequest NewRequest(const String& method, const String& url, const io::Reader& body);
/// The same with a context. Errors: `net/http: nil Context`. Go: http.NewRequestWithContext.
MadeRequest NewRequestWithContext(const context::Context& ctx, const String& method,
                                  const String& url, const io::Reader& body);

/// Keeps connections and uses them again, each with two goroutines, readLoop and writeLoop. A
/// reference; any goroutine. Go: *http.Transport. Differs: no proxies, no TLS, no HTTP/2; the
/// settings are given when it is made.
class Transport {
 public:
  struct Settings {
    int MaxIdleConns = 100;                              ///< in all; 0: no limit
    int MaxIdleConnsPerHost = 0;                         ///< 0: 2
    time::Duration IdleConnTimeout = 90 * time::Second;  ///< 0: for ever
    time::Duration ResponseHeaderTimeout;                ///< 0: none
    time::Duration DialTimeout = 30 * time::Second;
    bool DisableKeepAlives = false;
  };

  Transport();
  explicit Transport(const Settings& settings);
  Transport(const Transport& other) noexcept;
  Transport& operator=(Transport other) noexcept;
  ~Transport();

  /// Sends one request and gives its answer, whatever the status. Go: (*Transport).RoundTrip.
  Answer RoundTrip(const Request& req) const;

  /// Closes connections that nobody uses.
  void CloseIdleConnections() const;

 private:
  rt::TransportRep* rep_;
};

/// The one of Get, Post and of clients without one. Go: http.DefaultTransport, a variable there.
Transport DefaultTransport();

/// Sends requests, follows redirects. Go: http.Client. Differs: no cookie jar; a RoundTripper of
/// the program's is a function.
class Client {
 public:
  Func<Answer(const Request& req)> Transport;  ///< nil: DefaultTransport
  /// Asked before each redirect: the next request and those before it, oldest first. An error ends
  /// it. nil: at most 10.
  Func<golab::Error(const Request& req, const Slice<Request>& via)> CheckRedirect;
  time::Duration Timeout;  ///< for all of it, the body included; 0: none

  /// Errors are url::Error: `Get "http://x": ...`.
  Answer Do(const Request& req) const;
  Answer Get(const String& url) const;
  Answer Head(const String& url) const;
  Answer Post(const String& url, const String& content_type, const io::Reader& body) const;
  Answer PostForm(const String& url, const url::Values& data) const;
  void CloseIdleConnections() const;  ///< of the DefaultTransport, if it is used
};

Client DefaultClient();  ///< Go: http.DefaultClient, a variable there.

Answer Get(const String& url);
Answer Head(const String& url);
Answer Post(const String& url, const String& content_type, const io::Reader& body);
Answer PostForm(const String& url, const url::Values& data);

}  // namespace golab::http

#pragma GCC visibility pop
