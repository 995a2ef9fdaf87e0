#pragma once
// Go's net/http, the server: ResponseWriter, Handler, ServeMux, Server. Included by http.h.

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "golab/context.h"
#include "golab/func.h"
#include "golab/http_message.h"
#include "golab/log.h"
#include "golab/net.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::rt {

struct ServerRep;
struct MuxRep;

}  // namespace golab::rt

namespace golab::http {

/// Where a handler writes its answer. One goroutine at a time, and only until the handler returns.
/// A program may derive from it to watch or change what passes. Go: http.ResponseWriter.
class ResponseWriter {
 public:
  ResponseWriter() = default;
  ResponseWriter(const ResponseWriter&) = delete;
  ResponseWriter& operator=(const ResponseWriter&) = delete;
  virtual ~ResponseWriter() = default;

  /// The headers that WriteHeader sends; what is set later is not sent. A reference.
  virtual http::Header Header() = 0;

  /// Sends the headers with status 200 if none were sent, then bytes of the body. Up to 2048 bytes
  /// are held back until the handler returns, so that short answers get a Content-Length. Errors:
  /// ErrBodyNotAllowed, ErrContentLength, ErrHijacked, those of the connection. Wait reason
  /// "IO wait".
  virtual io::Transfer Write(const char* data, std::size_t size) = 0;

  /// Sends the headers with this status; of several calls the first counts, the others are logged.
  /// 1xx but for 101: sent at once, and the answer proper follows. Panics `invalid WriteHeader code
  /// 99`.
  virtual void WriteHeader(int status) = 0;

  io::Transfer Write(const String& text) { return Write(text.data(), text.size()); }

  /// Itself as a T (http::Flusher, http::Hijacker, a type of the program's), else null. Go: w.(T).
  template <class T>
  T* As() noexcept {
    return dynamic_cast<T*>(this);
  }
};

/// A ResponseWriter that can send what it holds back. Go: http.Flusher.
class Flusher {
 public:
  virtual void Flush() = 0;

 protected:
  ~Flusher() = default;
};

/// What Hijack gives. Differs: in place of a bufio.ReadWriter what was read too much.
struct Hijacked {
  net::Conn conn;
  String buffered;  ///< read from conn already
  Error err;
};

/// A ResponseWriter whose connection can be taken over. The server does nothing more with it: no
/// timeouts, no Shutdown. Go: http.Hijacker.
class Hijacker {
 public:
  virtual http::Hijacked Hijack() = 0;

 protected:
  ~Hijacker() = default;
};

/// What answers a request: any callable (ResponseWriter& w, Request& r), or an object with a method
/// ServeHTTP of these; if that cannot be copied it is taken by reference and must live as long. A
/// reference, nil by default. Go: http.Handler and http.HandlerFunc.
class Handler {
 public:
  Handler() noexcept = default;

  Handler(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor)

  template <rt::OtherThan<Handler> T>

  requires(std::is_invocable_v<std::decay_t<T>&, ResponseWriter&, Request&> ||
           requires(std::decay_t<T> & object, ResponseWriter& w, Request& r) {
             object.ServeHTTP(w, r);
           })
      // NOLINTNEXTLINE(google-explicit-constructor,bugprone-forwarding-reference-overload)
      Handler(T&& handler)
      : call_(Make(std::forward<T>(handler))) {}

  void ServeHTTP(ResponseWriter& w, Request& r) const { call_(w, r); }

  explicit operator bool() const noexcept { return static_cast<bool>(call_); }

  friend bool operator==(const Handler& handler, std::nullptr_t) noexcept { return !handler; }

 private:
  using Function = Func<void(ResponseWriter&, Request&)>;

  template <class T>
  static Function Make(T&& handler) {
    using Held = std::decay_t<T>;
    if constexpr (std::is_invocable_v<Held&, ResponseWriter&, Request&>) {
      return Function(std::forward<T>(handler));
    } else if constexpr (std::is_copy_constructible_v<Held>) {
      return [held = Held(std::forward<T>(handler))](ResponseWriter& w, Request& r) mutable {
        held.ServeHTTP(w, r);
      };
    } else {
      static_assert(std::is_lvalue_reference_v<T>,
                    "http::Handler refers to the object: it must be a variable");
      return [object = &handler](ResponseWriter& w, Request& r) { object->ServeHTTP(w, r); };
    }
  }

  Function call_;
};

/// Go: http.HandlerFunc, a type there.
inline Handler HandlerFunc(Func<void(ResponseWriter&, Request&)> function) {
  return Handler(std::move(function));
}

/// Sends requests to the handler whose pattern matches best: `[METHOD ][HOST]/[PATH]`, as Go 1.22
/// has them. `/a/` also stands for what is below it, `/a/{$}` for itself alone, `{id}` for one
/// piece and `{rest...}` for all the rest of a path (Request::PathValue). The more specific
/// pattern wins. Panics at a pattern that is wrong, or that conflicts with another. A reference.
/// Any goroutine. Go: *http.ServeMux.
class ServeMux {
 public:
  ServeMux();
  ServeMux(const ServeMux& other) noexcept;
  ServeMux(ServeMux&& other) noexcept;
  ServeMux& operator=(ServeMux other) noexcept;
  ~ServeMux();

  void Handle(const String& pattern, http::Handler handler) const;
  void HandleFunc(const String& pattern, Func<void(ResponseWriter&, Request&)> handler) const;

  void ServeHTTP(ResponseWriter& w, Request& r) const;

  /// What would answer `r`, and by which pattern: `auto [handler, pattern] = mux.Handler(r);`.
  struct Found {
    http::Handler handler;
    String pattern;
  };

  Found Handler(const Request& r) const;

 private:
  rt::MuxRep* rep_;  // never null but when moved from
};

/// Go: http.NewServeMux.
inline ServeMux NewServeMux() {
  return ServeMux();
}

/// The ServeMux of Handle, HandleFunc and of servers without a Handler. Go: http.DefaultServeMux, a
/// variable there.
ServeMux DefaultServeMux();
void Handle(const String& pattern, Handler handler);
void HandleFunc(const String& pattern, Func<void(ResponseWriter&, Request&)> handler);

/// A log::Logger, or nil. Go: *log.Logger.
class LoggerOr {
 public:
  LoggerOr() noexcept = default;

  LoggerOr(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor)

  LoggerOr(const log::Logger& logger)  // NOLINT(google-explicit-constructor)
      : print_([logger](const String& text) { logger.Output(text); }) {}

  /// Writes one line; to log::Default if nil.
  void Output(const String& text) const {
    if (print_ != nullptr) {
      print_(text);
    } else {
      log::Default().Output(text);
    }
  }

 private:
  Func<void(const String&)> print_;
};

/// Serves HTTP/1.1 on listeners. Each connection has a goroutine of its own, and while a handler
/// runs whose request has been read, another one that notices when the client leaves. A handler's
/// panic is logged and ends its connection alone. Zero values are ready to use; the fields are
/// taken when Serve begins. May end before its connections do. Go: http.Server. Differs: no TLS and
/// no HTTP/2; hooks ConnState and ConnContext do not exist.
class Server {
 public:
  String Addr;                       ///< ListenAndServe: "host:port"; empty: ":http"
  http::Handler Handler;             ///< nil: DefaultServeMux
  time::Duration ReadTimeout;        ///< for a whole request; 0: none
  time::Duration ReadHeaderTimeout;  ///< for its header; 0: ReadTimeout
  time::Duration WriteTimeout;       ///< from the end of the header to that of the answer; 0: none
  time::Duration IdleTimeout;        ///< between requests; 0: ReadTimeout
  int MaxHeaderBytes = 0;            ///< 0: 1 MiB
  LoggerOr ErrorLog;                 ///< where what goes wrong is logged; nil: log::Default
  bool DisableGeneralOptionsHandler = false;                 ///< OPTIONS * goes to Handler, too
  Func<context::Context(const net::Listener&)> BaseContext;  ///< nil: the background

  Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Listens on Addr and serves. Blocks. Errors: ErrServerClosed, those of net::Listen.
  Error ListenAndServe();

  /// Accepts connections and serves them until the listener fails, or Shutdown or Close is called:
  /// then ErrServerClosed. Blocks; wait reason "IO wait". Closes the listener.
  Error Serve(const net::Listener& listener);

  /// Closes listeners and idle connections, waits until the others have become idle, and closes
  /// them; or until ctx ends, and returns its error. Wait reason "select". Hijacked ones are not
  /// waited for. A connection that has sent nothing counts as idle after 5 s.
  Error Shutdown(const context::Context& ctx);

  /// Closes all listeners and connections at once.
  Error Close();

  /// `f` is called, on a goroutine of its own, when Shutdown is.
  void RegisterOnShutdown(Func<void()> f);

  /// Whether connections may be used for a further request.
  void SetKeepAlivesEnabled(bool on);

 private:
  rt::ServerRep* rep_;
};

/// Listens on `addr` and serves. Go: http.ListenAndServe.
Error ListenAndServe(const String& addr, Handler handler);
/// Go: http.Serve.
Error Serve(const net::Listener& listener, Handler handler);

/// Answers with status and text, as plain text. Go: http.Error.
void Error(ResponseWriter& w, const String& text, int status);
/// `404 page not found`. Go: http.NotFound.
void NotFound(ResponseWriter& w, Request& r);
Handler NotFoundHandler();
/// Answers with a redirect to `target`, which may be relative to the request's path.
void Redirect(ResponseWriter& w, Request& r, const String& target, int status);
Handler RedirectHandler(const String& target, int status);
/// Requests below `prefix` go to `handler` without it; others are not found.
Handler StripPrefix(const String& prefix, Handler handler);
/// Answers 503 with `text` if `handler` takes longer; its Writes then fail with ErrHandlerTimeout.
/// It runs on a goroutine of its own. Go: http.TimeoutHandler.
Handler TimeoutHandler(Handler handler, time::Duration limit, const String& text);
/// A body that fails with MaxBytesError behind `limit` bytes; the connection is then closed.
/// Go: http.MaxBytesReader.
io::ReadCloser MaxBytesReader(ResponseWriter& w, io::ReadCloser body, std::int64_t limit);

/// `http: request body too large`. Go: http.MaxBytesError.
struct MaxBytesError {
  std::int64_t Limit = 0;

  String Text() const;
};

/// Adds a Set-Cookie header. Go: http.SetCookie.
void SetCookie(ResponseWriter& w, const Cookie& cookie);

}  // namespace golab::http

#pragma GCC visibility pop
