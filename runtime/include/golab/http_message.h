#pragma once
// Go's net/http, its messages: status codes, Header, Cookie, Request, Response. Included by http.h.

#include <cstddef>
#include <cstdint>
#include <utility>

#include "golab/context.h"
#include "golab/errors.h"
#include "golab/io.h"
#include "golab/string.h"
#include "golab/time.h"
#include "golab/url.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::rt {

struct RequestInside;
void RetainRequest(RequestInside* inside) noexcept;
void ReleaseRequest(RequestInside* inside) noexcept;

/// Shared by the copies of a request.
class RequestInsideRef {
 public:
  constexpr RequestInsideRef() noexcept = default;

  explicit RequestInsideRef(RequestInside* adopted) noexcept : inside_(adopted) {}

  RequestInsideRef(const RequestInsideRef& other) noexcept : inside_(other.inside_) {
    if (inside_ != nullptr) RetainRequest(inside_);
  }

  RequestInsideRef(RequestInsideRef&& other) noexcept : inside_(other.inside_) {
    other.inside_ = nullptr;
  }

  RequestInsideRef& operator=(RequestInsideRef other) noexcept {
    std::swap(inside_, other.inside_);
    return *this;
  }

  ~RequestInsideRef() {
    if (inside_ != nullptr) ReleaseRequest(inside_);
  }

  RequestInside* get() const noexcept { return inside_; }

 private:
  RequestInside* inside_ = nullptr;
};

const Error& HttpServerClosedError();
const Error& HttpAbortHandlerError();
const Error& HttpBodyNotAllowedError();
const Error& HttpContentLengthError();
const Error& HttpHandlerTimeoutError();
const Error& HttpBodyReadAfterCloseError();
const Error& HttpHijackedError();
const Error& HttpUseLastResponseError();
const Error& HttpNotSupportedError();
const Error& HttpNoLocationError();
const Error& HttpNoCookieError();
const Error& HttpLineTooLongError();

}  // namespace golab::rt

namespace golab::http {

inline constexpr const char MethodGet[] = "GET";
inline constexpr const char MethodHead[] = "HEAD";
inline constexpr const char MethodPost[] = "POST";
inline constexpr const char MethodPut[] = "PUT";
inline constexpr const char MethodPatch[] = "PATCH";
inline constexpr const char MethodDelete[] = "DELETE";
inline constexpr const char MethodConnect[] = "CONNECT";
inline constexpr const char MethodOptions[] = "OPTIONS";
inline constexpr const char MethodTrace[] = "TRACE";

inline constexpr int StatusContinue = 100;
inline constexpr int StatusSwitchingProtocols = 101;
inline constexpr int StatusProcessing = 102;
inline constexpr int StatusEarlyHints = 103;
inline constexpr int StatusOK = 200;
inline constexpr int StatusCreated = 201;
inline constexpr int StatusAccepted = 202;
inline constexpr int StatusNonAuthoritativeInfo = 203;
inline constexpr int StatusNoContent = 204;
inline constexpr int StatusResetContent = 205;
inline constexpr int StatusPartialContent = 206;
inline constexpr int StatusMultiStatus = 207;
inline constexpr int StatusAlreadyReported = 208;
inline constexpr int StatusIMUsed = 226;
inline constexpr int StatusMultipleChoices = 300;
inline constexpr int StatusMovedPermanently = 301;
inline constexpr int StatusFound = 302;
inline constexpr int StatusSeeOther = 303;
inline constexpr int StatusNotModified = 304;
inline constexpr int StatusUseProxy = 305;
inline constexpr int StatusTemporaryRedirect = 307;
inline constexpr int StatusPermanentRedirect = 308;
inline constexpr int StatusBadRequest = 400;
inline constexpr int StatusUnauthorized = 401;
inline constexpr int StatusPaymentRequired = 402;
inline constexpr int StatusForbidden = 403;
inline constexpr int StatusNotFound = 404;
inline constexpr int StatusMethodNotAllowed = 405;
inline constexpr int StatusNotAcceptable = 406;
inline constexpr int StatusProxyAuthRequired = 407;
inline constexpr int StatusRequestTimeout = 408;
inline constexpr int StatusConflict = 409;
inline constexpr int StatusGone = 410;
inline constexpr int StatusLengthRequired = 411;
inline constexpr int StatusPreconditionFailed = 412;
inline constexpr int StatusRequestEntityTooLarge = 413;
inline constexpr int StatusRequestURITooLong = 414;
inline constexpr int StatusUnsupportedMediaType = 415;
inline constexpr int StatusRequestedRangeNotSatisfiable = 416;
inline constexpr int StatusExpectationFailed = 417;
inline constexpr int StatusTeapot = 418;
inline constexpr int StatusMisdirectedRequest = 421;
inline constexpr int StatusUnprocessableEntity = 422;
inline constexpr int StatusLocked = 423;
inline constexpr int StatusFailedDependency = 424;
inline constexpr int StatusTooEarly = 425;
inline constexpr int StatusUpgradeRequired = 426;
inline constexpr int StatusPreconditionRequired = 428;
inline constexpr int StatusTooManyRequests = 429;
inline constexpr int StatusRequestHeaderFieldsTooLarge = 431;
inline constexpr int StatusUnavailableForLegalReasons = 451;
inline constexpr int StatusInternalServerError = 500;
inline constexpr int StatusNotImplemented = 501;
inline constexpr int StatusBadGateway = 502;
inline constexpr int StatusServiceUnavailable = 503;
inline constexpr int StatusGatewayTimeout = 504;
inline constexpr int StatusHTTPVersionNotSupported = 505;
inline constexpr int StatusVariantAlsoNegotiates = 506;
inline constexpr int StatusInsufficientStorage = 507;
inline constexpr int StatusLoopDetected = 508;
inline constexpr int StatusNotExtended = 510;
inline constexpr int StatusNetworkAuthenticationRequired = 511;

/// `Not Found` of 404; empty if the code is unknown. Go: http.StatusText.
String StatusText(int code);

/// The layout of times in headers, for time::Time::Format.
inline constexpr const char TimeFormat[] = "Mon, 02 Jan 2006 15:04:05 GMT";

/// `content-type` becomes `Content-Type`; what is no token stays. Go: http.CanonicalHeaderKey.
String CanonicalHeaderKey(const String& name);

/// The type of a content by its first 512 bytes; at worst `application/octet-stream`.
/// Go: http.DetectContentType.
String DetectContentType(const void* data, std::size_t size);

/// `http: Server closed`: what Serve returns after Shutdown or Close.
inline constexpr rt::ErrorConstant ErrServerClosed{&rt::HttpServerClosedError};
/// A handler that panics with it ends its connection without a word in the log.
inline constexpr rt::ErrorConstant ErrAbortHandler{&rt::HttpAbortHandlerError};
inline constexpr rt::ErrorConstant ErrBodyNotAllowed{&rt::HttpBodyNotAllowedError};
inline constexpr rt::ErrorConstant ErrContentLength{&rt::HttpContentLengthError};
inline constexpr rt::ErrorConstant ErrHandlerTimeout{&rt::HttpHandlerTimeoutError};
inline constexpr rt::ErrorConstant ErrBodyReadAfterClose{&rt::HttpBodyReadAfterCloseError};
inline constexpr rt::ErrorConstant ErrHijacked{&rt::HttpHijackedError};
/// What CheckRedirect returns to get the redirect itself as the answer.
inline constexpr rt::ErrorConstant ErrUseLastResponse{&rt::HttpUseLastResponseError};
inline constexpr rt::ErrorConstant ErrNotSupported{&rt::HttpNotSupportedError};
inline constexpr rt::ErrorConstant ErrNoLocation{&rt::HttpNoLocationError};
inline constexpr rt::ErrorConstant ErrNoCookie{&rt::HttpNoCookieError};
inline constexpr rt::ErrorConstant ErrLineTooLong{&rt::HttpLineTooLongError};

/// The headers of a message; a reference, as a map is in Go. Names are written as
/// CanonicalHeaderKey has them, in whatever form they are given. One goroutine at a time.
/// Go: http.Header.
class Header : public rt::Table {
 public:
  String Get(const String& key) const;  ///< The first value, empty if there is none.
  Slice<String> Values(const String& key) const;
  void Set(const String& key, const String& value);
  void Add(const String& key, const String& value);
  void Del(const String& key);
  Header Clone() const;
  /// `Name: value` lines, sorted by name. Go: (Header).Write.
  Error Write(const io::Writer& to) const;
};

/// An empty header, which copies share. Go: make(http.Header).
Header MakeHeader();

enum SameSite : int {
  SameSiteDefaultMode = 1,
  SameSiteLaxMode = 2,
  SameSiteStrictMode = 3,
  SameSiteNoneMode = 4,
};

/// Go: http.Cookie.
struct Cookie {
  golab::String Name;
  golab::String Value;
  golab::String Path;
  golab::String Domain;
  time::Time Expires;
  int MaxAge = 0;  ///< seconds; 0: not said, below 0: delete it now
  bool Secure = false;
  bool HttpOnly = false;
  http::SameSite SameSite{};

  golab::String String() const;  ///< As in Set-Cookie; empty if the name is no token.
};

/// What Request::Cookie gives.
struct FoundCookie {
  http::Cookie cookie;
  Error err;  ///< ErrNoCookie
};

/// What Request::BasicAuth gives.
struct Credentials {
  String username;
  String password;
  bool ok = false;
};

/// The body of a message that has none: Read gives io::Eof. Go: http.NoBody.
io::Reader NoBody();

/// A request, as a server got it or a client sends it. Copies share header, body and context.
/// A server's handler has it until it returns; then the body cannot be read any more and the
/// Context has ended. Go: http.Request.
struct Request {
  String Method;  ///< empty: GET
  url::URL URL;
  String Proto = "HTTP/1.1";
  int ProtoMajor = 1;
  int ProtoMinor = 1;
  http::Header Header;  ///< without Host, see below
  io::ReadCloser Body;  ///< server: never nil
  /// Bytes of the body; -1: not known. A client's request with a Body and 0 is not known, either.
  std::int64_t ContentLength = 0;
  Slice<String> TransferEncoding;
  bool Close = false;    ///< the connection ends after this request
  String Host;           ///< client: if it is not that of URL
  url::Values Form;      ///< after ParseForm: of the query and the body
  url::Values PostForm;  ///< after ParseForm: of the body
  http::Header Trailer;  ///< what followed the body; there once Body has given io::Eof
  String RemoteAddr;     ///< server: "host:port" of who sent it
  String RequestURI;     ///< server: as it stood in the request line
  String Pattern;        ///< server: of the ServeMux, that it matched

  /// Ends when the client has gone, the server's handler has returned, or, of a client, when the
  /// request is to be given up. Go: (*Request).Context.
  context::Context Context() const;
  /// A copy with another context; a nil one panics `nil context`. Go: (*Request).WithContext.
  Request WithContext(const context::Context& ctx) const;
  /// As WithContext, and what is reachable is copied, too, but for the Body.
  Request Clone(const context::Context& ctx) const;

  bool ProtoAtLeast(int major, int minor) const {
    return ProtoMajor > major || (ProtoMajor == major && ProtoMinor >= minor);
  }

  String PathValue(const String& name) const;  ///< of the wildcard {name} of the Pattern
  void SetPathValue(const String& name, const String& value);

  /// Fills Form and PostForm. Of a POST, PUT or PATCH with
  /// `application/x-www-form-urlencoded` the body is read, at most 10 MiB. Go:
  /// (*Request).ParseForm.
  Error ParseForm();
  String FormValue(const String& key);      ///< Of Form, after ParseForm; its errors are dropped.
  String PostFormValue(const String& key);  ///< Of PostForm, likewise.

  String UserAgent() const { return Header.Get("User-Agent"); }

  String Referer() const { return Header.Get("Referer"); }

  FoundCookie Cookie(const String& name) const;
  Slice<http::Cookie> Cookies() const;
  void AddCookie(const http::Cookie& cookie);

  Credentials BasicAuth() const;
  void SetBasicAuth(const String& username, const String& password);

  rt::RequestInsideRef inside;  ///< For the library; null: the context is the background.
};

/// What Response::Location gives.
using FoundLocation = url::ParsedURL;

/// An answer, as a client got it. Copies share header and body. Go: http.Response.
struct Response {
  String Status;  ///< `200 OK`
  int StatusCode = 0;
  String Proto;
  int ProtoMajor = 0;
  int ProtoMinor = 0;
  http::Header Header;
  /// Never nil. To be read to its end and closed: the connection can be used again after that.
  io::ReadCloser Body;
  std::int64_t ContentLength = 0;  ///< -1: not known
  Slice<String> TransferEncoding;
  bool Close = false;
  http::Header Trailer;
  http::Request Request;  ///< what it answers; after redirects the last one

  Slice<Cookie> Cookies() const;
  FoundLocation Location() const;  ///< of the Location header, seen from Request's URL
};

}  // namespace golab::http

#pragma GCC visibility pop
