// Go: net/http.Client, NewRequest.

#include <string>
#include <vector>

#include "golab/defer.h"
#include "golab/fmt.h"
#include "golab/http_client.h"
#include "golab/net.h"

#include "runtime/http/field_text.h"
#include "runtime/http/request_inside.h"

namespace golab::http {
namespace {

constexpr int kMaxRedirects = 10;

// What of an answer to a redirect is read, so that its connection can be used again.
constexpr std::size_t kMaxSlurp = 2 << 10;

struct TimeoutError {
  String text;

  String Text() const { return text; }

  bool Timeout() const { return true; }

  bool Temporary() const { return true; }
};

// "Get" of "GET".
std::string Operation(std::string_view method) {
  if (method.empty()) method = MethodGet;
  std::string op(method.substr(0, 1));
  for (const char c : method.substr(1)) op += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return op;
}

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool KeepsMethod(int status) {
  return status == 307 || status == 308;
}

void Slurp(const Response& response) {
  if (response.ContentLength <= static_cast<std::int64_t>(kMaxSlurp)) {
    char piece[512];
    for (std::size_t total = 0; total < kMaxSlurp;) {
      const auto [n, err] = response.Body.Read(piece, sizeof piece);
      total += static_cast<std::size_t>(n);
      if (err) break;
    }
  }
  response.Body.Close();
}

// The body of an answer to a Client with a Timeout: lets go of the timer when it has been read.
// Go: cancelTimerBody.
class TimedBody {
 public:
  TimedBody(io::ReadCloser body, context::Context ctx, context::CancelFunc cancel)
      : body_(std::move(body)), ctx_(std::move(ctx)), cancel_(std::move(cancel)) {}

  io::Transfer Read(char* buf, std::size_t size) {
    auto [n, err] = body_.Read(buf, size);
    if (err == nullptr) return {n, nullptr};
    if (err == io::Eof.AsError()) {
      cancel_();
    } else if (ctx_.Err() == context::DeadlineExceeded) {
      err =
          TimeoutError{err.Text() + " (Client.Timeout or context cancellation while reading body)"};
    }
    return {n, err};
  }

  golab::Error Close() {
    golab::Error err = body_.Close();
    cancel_();
    return err;
  }

 private:
  io::ReadCloser body_;
  context::Context ctx_;
  context::CancelFunc cancel_;
};

// The deadline of all of it: nobody else's context is told apart from the Client's own.
struct Limit {
  context::Context ctx;
  context::CancelFunc cancel;
  time::Time deadline;

  bool DidTimeout() const { return !deadline.IsZero() && !time::Now().Before(deadline); }
};

golab::Error CheckRedirectOf(const Client& client, const Request& next,
                             const std::vector<Request>& via) {
  if (client.CheckRedirect)
    return client.CheckRedirect(next, Slice<Request>(via.data(), via.size()));
  if (via.size() >= kMaxRedirects) return errors::New("stopped after 10 redirects");
  return nullptr;
}

// The request that a redirect asks for.
golab::Error NextRequest(const Response& response, const Request& last, const Request& first,
                         Request* next) {
  const String to = response.Header.Get("Location");
  auto [target, err] = last.URL.Parse(to);
  if (err) return fmt::Errorf("failed to parse Location header %q: %v", to, err);
  const std::string_view method = last.Method.empty() ? "GET" : rt::View(last.Method);
  const bool keeps =
      KeepsMethod(response.StatusCode) || method == MethodGet || method == MethodHead;
  next->Method = keeps ? String(method.data(), method.size()) : String(MethodGet);
  next->Header = first.Header.Clone();
  if (!keeps || !KeepsMethod(response.StatusCode)) {
    next->Header.Del("Content-Type");
    next->Header.Del("Content-Length");
  }
  // What was meant for one host is not for another.
  if (target.Host != first.URL.Host) {
    for (const char* secret : {"Authorization", "Www-Authenticate", "Cookie", "Cookie2"})
      next->Header.Del(secret);
  }
  if (last.URL.Scheme == "http" || target.Scheme == "https") {
    url::URL from = last.URL;
    from.User = {};
    if (!from.Host.empty()) next->Header.Set("Referer", from.String());
  }
  next->URL = target;
  next->inside = first.inside;
  return nullptr;
}

}  // namespace

MadeRequest NewRequestWithContext(const context::Context& ctx, const String& method,
                                  const String& url, const io::Reader& body) {
  const std::string_view verb = method.empty() ? "GET" : rt::View(method);
  if (!rt::IsToken(verb)) return {{}, fmt::Errorf("net/http: invalid method %q", method)};
  if (!ctx) return {{}, errors::New("net/http: nil Context")};
  auto [parsed, err] = url::Parse(url);
  if (err) return {{}, err};
  Request request;
  request.Method = verb;
  if (parsed.Host.size() > 0 && parsed.Host[parsed.Host.Len() - 1] == ':') {
    parsed.Host = parsed.Host.Slice(0, parsed.Host.Len() - 1);  // a port that is not said
  }
  request.URL = parsed;
  request.Host = parsed.Host;
  request.Header = MakeHeader();
  request.Body = body;
  if (auto* const text = body.As<strings::Reader>()) {
    request.ContentLength = static_cast<std::int64_t>(text->Len());
    if (request.ContentLength == 0) request.Body = NoBody();
  }
  return {request.WithContext(ctx), nullptr};
}

MadeRequest NewRequest(const String& method, const String& url, const io::Reader& body) {
  return NewRequestWithContext(context::Background(), method, url, body);
}

Answer Client::Do(const Request& original) const {
  Limit limit{original.Context(), nullptr, {}};
  Request request = original;
  if (Timeout > 0) {
    limit.deadline = time::Now().Add(Timeout);
    auto [ctx, cancel] = context::WithDeadline(limit.ctx, limit.deadline);
    limit.ctx = ctx;
    limit.cancel = cancel;
    request = original.WithContext(ctx);
  }
  std::vector<Request> via;
  Answer answer;
  const auto fail = [&](golab::Error err) -> Answer {
    if (limit.cancel) {
      if (limit.DidTimeout())
        err = TimeoutError{err.Text() + " (Client.Timeout exceeded while awaiting headers)"};
      limit.cancel();
    }
    const String method = via.empty() ? request.Method : via.front().Method;
    return {answer.resp, url::Error{Operation(rt::View(method)), request.URL.Redacted(), err}};
  };
  while (true) {
    if (request.URL.Host.empty() && request.URL.Scheme.empty()) {
      return fail(errors::New("unsupported protocol scheme \"\""));
    }
    answer = Transport ? Transport(request) : DefaultTransport().RoundTrip(request);
    if (answer.err) return fail(answer.err);
    Response& response = answer.resp;
    if (!response.Body) response.Body = NoBody();
    const bool redirects = IsRedirect(response.StatusCode) && response.Header.Has("Location");
    const bool has_body = request.Body && request.Body.raw() != NoBody().raw();
    if (!redirects || (KeepsMethod(response.StatusCode) && has_body)) break;
    Request next;
    const Request& first = via.empty() ? request : via.front();
    golab::Error err = NextRequest(response, request, first, &next);
    if (err) {
      response.Body.Close();
      return fail(err);
    }
    via.push_back(request);
    err = CheckRedirectOf(*this, next, via);
    if (err == ErrUseLastResponse.AsError()) break;
    request = next;
    Slurp(response);
    if (err) {
      Answer refused = fail(err);
      refused.err = url::Error{Operation(rt::View(via.front().Method)),
                               answer.resp.Header.Get("Location"), err};
      return refused;
    }
  }
  if (limit.cancel) answer.resp.Body = TimedBody(answer.resp.Body, limit.ctx, limit.cancel);
  return answer;
}

namespace {

Answer DoNew(const Client& client, const char* method, const String& url,
             const String& content_type, const io::Reader& body) {
  auto [request, err] = NewRequest(method, url, body);
  if (err) {
    // As Go says it: of the operation, once.
    const auto* const parse = errors::As<url::Error>(err);
    if (parse == nullptr) return {{}, err};
    return {{}, url::Error{parse->Op, parse->URL, parse->Err}};
  }
  if (!content_type.empty()) request.Header.Set("Content-Type", content_type);
  return client.Do(request);
}

}  // namespace

Answer Client::Get(const String& url) const {
  return DoNew(*this, MethodGet, url, "", nullptr);
}

Answer Client::Head(const String& url) const {
  return DoNew(*this, MethodHead, url, "", nullptr);
}

Answer Client::Post(const String& url, const String& content_type, const io::Reader& body) const {
  return DoNew(*this, MethodPost, url, content_type, body);
}

Answer Client::PostForm(const String& url, const url::Values& data) const {
  return Post(url, "application/x-www-form-urlencoded", strings::NewReader(data.Encode()));
}

void Client::CloseIdleConnections() const {
  if (!Transport) DefaultTransport().CloseIdleConnections();
}

Client DefaultClient() {
  return {};
}

Answer Get(const String& url) {
  return DefaultClient().Get(url);
}

Answer Head(const String& url) {
  return DefaultClient().Head(url);
}

Answer Post(const String& url, const String& content_type, const io::Reader& body) {
  return DefaultClient().Post(url, content_type, body);
}

Answer PostForm(const String& url, const url::Values& data) {
  return DefaultClient().PostForm(url, data);
}

}  // namespace golab::http
