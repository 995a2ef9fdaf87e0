// Status texts, errors, NoBody. Go: net/http/status.go.

#include "golab/errors.h"
#include "golab/http_message.h"

namespace golab {
namespace rt {

// One object for ever each, as Go's variables: compared by identity.
#define GOLAB_HTTP_ERROR(Name, text)                                \
  const Error& Http##Name##Error() {                                \
    static const auto* const kError = new Error(errors::New(text)); \
    return *kError;                                                 \
  }
GOLAB_HTTP_ERROR(ServerClosed, "http: Server closed")
GOLAB_HTTP_ERROR(AbortHandler, "net/http: abort Handler")
GOLAB_HTTP_ERROR(BodyNotAllowed, "http: request method or response status code does not allow body")
GOLAB_HTTP_ERROR(ContentLength, "http: wrote more than the declared Content-Length")
GOLAB_HTTP_ERROR(HandlerTimeout, "http: Handler timeout")
GOLAB_HTTP_ERROR(BodyReadAfterClose, "http: invalid Read on closed Body")
GOLAB_HTTP_ERROR(Hijacked, "http: connection has been hijacked")
GOLAB_HTTP_ERROR(UseLastResponse, "net/http: use last response")
GOLAB_HTTP_ERROR(NotSupported, "feature not supported")
GOLAB_HTTP_ERROR(NoLocation, "http: no Location header in response")
GOLAB_HTTP_ERROR(NoCookie, "http: named cookie not present")
GOLAB_HTTP_ERROR(LineTooLong, "header line too long")
#undef GOLAB_HTTP_ERROR

namespace {

// Made before the first goroutine: who makes one comes before all who use it.
[[maybe_unused]] const bool made =
    (HttpServerClosedError(), HttpAbortHandlerError(), HttpBodyNotAllowedError(),
     HttpContentLengthError(), HttpHandlerTimeoutError(), HttpBodyReadAfterCloseError(),
     HttpHijackedError(), HttpUseLastResponseError(), HttpNotSupportedError(),
     HttpNoLocationError(), HttpNoCookieError(), HttpLineTooLongError(), true);

struct Nothing {
  io::Transfer Read(char* /*buf*/, std::size_t /*size*/) const { return {0, io::Eof}; }
};

}  // namespace
}  // namespace rt

// The same.
[[maybe_unused]] static const bool body_made = (http::NoBody(), true);

io::Reader http::NoBody() {
  static const auto* const kNoBody = new io::Reader(rt::Nothing{});
  return *kNoBody;
}

String http::StatusText(int code) {
  switch (code) {
    case StatusContinue:
      return "Continue";
    case StatusSwitchingProtocols:
      return "Switching Protocols";
    case StatusProcessing:
      return "Processing";
    case StatusEarlyHints:
      return "Early Hints";
    case StatusOK:
      return "OK";
    case StatusCreated:
      return "Created";
    case StatusAccepted:
      return "Accepted";
    case StatusNonAuthoritativeInfo:
      return "Non-Authoritative Information";
    case StatusNoContent:
      return "No Content";
    case StatusResetContent:
      return "Reset Content";
    case StatusPartialContent:
      return "Partial Content";
    case StatusMultiStatus:
      return "Multi-Status";
    case StatusAlreadyReported:
      return "Already Reported";
    case StatusIMUsed:
      return "IM Used";
    case StatusMultipleChoices:
      return "Multiple Choices";
    case StatusMovedPermanently:
      return "Moved Permanently";
    case StatusFound:
      return "Found";
    case StatusSeeOther:
      return "See Other";
    case StatusNotModified:
      return "Not Modified";
    case StatusUseProxy:
      return "Use Proxy";
    case StatusTemporaryRedirect:
      return "Temporary Redirect";
    case StatusPermanentRedirect:
      return "Permanent Redirect";
    case StatusBadRequest:
      return "Bad Request";
    case StatusUnauthorized:
      return "Unauthorized";
    case StatusPaymentRequired:
      return "Payment Required";
    case StatusForbidden:
      return "Forbidden";
    case StatusNotFound:
      return "Not Found";
    case StatusMethodNotAllowed:
      return "Method Not Allowed";
    case StatusNotAcceptable:
      return "Not Acceptable";
    case StatusProxyAuthRequired:
      return "Proxy Authentication Required";
    case StatusRequestTimeout:
      return "Request Timeout";
    case StatusConflict:
      return "Conflict";
    case StatusGone:
      return "Gone";
    case StatusLengthRequired:
      return "Length Required";
    case StatusPreconditionFailed:
      return "Precondition Failed";
    case StatusRequestEntityTooLarge:
      return "Request Entity Too Large";
    case StatusRequestURITooLong:
      return "Request URI Too Long";
    case StatusUnsupportedMediaType:
      return "Unsupported Media Type";
    case StatusRequestedRangeNotSatisfiable:
      return "Requested Range Not Satisfiable";
    case StatusExpectationFailed:
      return "Expectation Failed";
    case StatusTeapot:
      return "I'm a teapot";
    case StatusMisdirectedRequest:
      return "Misdirected Request";
    case StatusUnprocessableEntity:
      return "Unprocessable Entity";
    case StatusLocked:
      return "Locked";
    case StatusFailedDependency:
      return "Failed Dependency";
    case StatusTooEarly:
      return "Too Early";
    case StatusUpgradeRequired:
      return "Upgrade Required";
    case StatusPreconditionRequired:
      return "Precondition Required";
    case StatusTooManyRequests:
      return "Too Many Requests";
    case StatusRequestHeaderFieldsTooLarge:
      return "Request Header Fields Too Large";
    case StatusUnavailableForLegalReasons:
      return "Unavailable For Legal Reasons";
    case StatusInternalServerError:
      return "Internal Server Error";
    case StatusNotImplemented:
      return "Not Implemented";
    case StatusBadGateway:
      return "Bad Gateway";
    case StatusServiceUnavailable:
      return "Service Unavailable";
    case StatusGatewayTimeout:
      return "Gateway Timeout";
    case StatusHTTPVersionNotSupported:
      return "HTTP Version Not Supported";
    case StatusVariantAlsoNegotiates:
      return "Variant Also Negotiates";
    case StatusInsufficientStorage:
      return "Insufficient Storage";
    case StatusLoopDetected:
      return "Loop Detected";
    case StatusNotExtended:
      return "Not Extended";
    case StatusNetworkAuthenticationRequired:
      return "Network Authentication Required";
    default:
      return "";
  }
}

}  // namespace golab
