// Handlers that package http brings, and their pieces. Go: net/http/server.go.

#include <memory>
#include <string>

#include "golab/defer.h"
#include "golab/fmt.h"
#include "golab/go.h"
#include "golab/http_server.h"
#include "golab/select.h"
#include "golab/sync.h"

#include "runtime/http/clean_path.h"
#include "runtime/http/field_text.h"
#include "runtime/http/html_text.h"
#include "runtime/http/server_response.h"

namespace golab::http {
namespace {

std::string EscapeNonAscii(std::string_view text) {
  std::string out;
  for (const char c : text) {
    constexpr char kDigits[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

// A target that has no host is meant from where the request was.
std::string AbsoluteTarget(const Request& r, std::string_view target) {
  const auto [parsed, err] = url::Parse(String(target.data(), target.size()));
  if (err || !parsed.Scheme.empty() || !parsed.Host.empty()) return std::string(target);
  std::string full(target);
  if (!target.starts_with('/')) {
    const std::string_view path = r.URL.Path.empty() ? "/" : rt::View(r.URL.Path);
    full.insert(0, path.substr(0, path.rfind('/') + 1));
  }
  const std::size_t query = std::min(full.find('?'), full.size());
  std::string clean = rt::ShortPath(std::string_view(full).substr(0, query));
  if (query > 0 && full[query - 1] == '/' && !clean.ends_with('/')) clean += '/';
  return clean + full.substr(query);
}

}  // namespace

void Error(ResponseWriter& w, const String& text, int status) {
  http::Header header = w.Header();
  header.Del("Content-Length");
  header.Set("Content-Type", "text/plain; charset=utf-8");
  header.Set("X-Content-Type-Options", "nosniff");
  w.WriteHeader(status);
  w.Write(text + "\n");
}

void NotFound(ResponseWriter& w, Request& /*r*/) {
  Error(w, "404 page not found", StatusNotFound);
}

Handler NotFoundHandler() {
  return Handler(&NotFound);
}

void Redirect(ResponseWriter& w, Request& r, const String& target, int status) {
  const std::string to = AbsoluteTarget(r, rt::View(target));
  http::Header header = w.Header();
  const bool had_type = header.Has("Content-Type");
  header.Set("Location", EscapeNonAscii(to));
  const bool get = r.Method == MethodGet;
  if (!had_type && (get || r.Method == MethodHead))
    header.Set("Content-Type", "text/html; charset=utf-8");
  w.WriteHeader(status);
  if (!had_type && get) {
    w.Write("<a href=\"" + rt::EscapeHtml(to) + "\">" + StatusText(status) + "</a>.\n\n");
  }
}

Handler RedirectHandler(const String& target, int status) {
  return Handler(
      [target, status](ResponseWriter& w, Request& r) { Redirect(w, r, target, status); });
}

Handler StripPrefix(const String& prefix, Handler handler) {
  if (prefix.empty()) return handler;
  return Handler([prefix, handler](ResponseWriter& w, Request& r) {
    const std::string_view path = rt::View(r.URL.Path);
    const std::string_view raw = rt::View(r.URL.RawPath);
    const bool below =
        path.starts_with(rt::View(prefix)) && (raw.empty() || raw.starts_with(rt::View(prefix)));
    if (!below) return NotFound(w, r);
    Request inner = r;
    inner.URL.Path = path.substr(prefix.size());
    if (!raw.empty()) inner.URL.RawPath = raw.substr(prefix.size());
    handler.ServeHTTP(w, inner);
  });
}

String MaxBytesError::Text() const {
  return "http: request body too large";
}

namespace {

// Go: maxBytesReader.
class LimitedBody {
 public:
  LimitedBody(ServerResponse* response, io::ReadCloser body, std::int64_t limit)
      : response_(response), body_(std::move(body)), limit_(limit), left_(limit < 0 ? 0 : limit) {}

  io::Transfer Read(char* buf, std::size_t size) {
    if (err_) return {0, err_};
    if (size == 0) return {0, nullptr};
    // One byte more than is left tells whether there are more.
    if (static_cast<std::int64_t>(size) - 1 > left_) size = static_cast<std::size_t>(left_) + 1;
    auto [n, err] = body_.Read(buf, size);
    if (n <= left_) {
      left_ -= n;
      err_ = err;
      return {n, err};
    }
    const int allowed = static_cast<int>(left_);
    left_ = 0;
    if (response_ != nullptr) response_->RequestTooLarge();
    err_ = MaxBytesError{limit_};
    return {allowed, err_};
  }

  golab::Error Close() { return body_.Close(); }

 private:
  ServerResponse* response_;  // null: another kind of ResponseWriter
  io::ReadCloser body_;
  std::int64_t limit_;
  std::int64_t left_;
  golab::Error err_;
};

}  // namespace

io::ReadCloser MaxBytesReader(ResponseWriter& w, io::ReadCloser body, std::int64_t limit) {
  return LimitedBody(w.As<ServerResponse>(), std::move(body), limit);
}

void SetCookie(ResponseWriter& w, const Cookie& cookie) {
  const String text = cookie.String();
  if (!text.empty()) w.Header().Add("Set-Cookie", text);
}

namespace {

// What a handler under a TimeoutHandler writes: kept until it is known that it was in time. Shared
// by its goroutine and the one that waits. Go: timeoutWriter.
class TimeoutWriter final : public ResponseWriter {
 public:
  http::Header Header() override { return header_; }

  io::Transfer Write(const char* data, std::size_t size) override {
    mutex_.Lock();
    const golab::Error err = err_;
    if (!err) {
      if (status_ == 0) status_ = StatusOK;
      body_.append(data, size);
    }
    mutex_.Unlock();
    return {err ? 0 : static_cast<int>(size), err};
  }

  void WriteHeader(int status) override {
    mutex_.Lock();
    if (!err_ && status_ == 0) status_ = status;
    mutex_.Unlock();
  }

  // What was written goes on to `w`.
  void CopyTo(ResponseWriter& w) {
    mutex_.Lock();
    http::Header to = w.Header();
    for (const auto& [key, values] : header_) to.SetField(key, values);
    w.WriteHeader(status_ == 0 ? StatusOK : status_);
    w.Write(body_);
    mutex_.Unlock();
  }

  void End(const golab::Error& err) {
    mutex_.Lock();
    err_ = err;
    mutex_.Unlock();
  }

 private:
  sync::Mutex mutex_;
  const http::Header header_ = MakeHeader();
  std::string body_;
  int status_ = 0;
  golab::Error err_;
};

void ServeInTime(const Handler& handler, time::Duration limit, const String& text,
                 ResponseWriter& w, Request& r) {
  auto [ctx, cancel] = context::WithTimeout(r.Context(), limit);
  Defer ends{cancel};
  const auto writer = std::make_shared<TimeoutWriter>();
  const Chan<Empty> done = MakeChan<Empty>();
  const Chan<Any> panicked = MakeChan<Any>(1);
  go([writer, done, panicked, handler, request = r.WithContext(ctx)]() mutable {
    WithDefers([&](Defers& defer) {
      defer([&] {
        if (auto p = recover()) panicked.Send(p.Value());
      });
      handler.ServeHTTP(*writer, request);
      done.Close();
    });
  });
  Any value;
  switch (Select(Recv(panicked, value), Recv(done), Recv(ctx.Done()))) {
    case 0:
      panic(value);
    case 1:
      writer->CopyTo(w);
      break;
    default: {
      const bool late = ctx.Err() == context::DeadlineExceeded;
      constexpr auto kTimeout = ErrHandlerTimeout;  // a copy: the library exports no data
      writer->End(late ? kTimeout.AsError() : ctx.Err());
      w.WriteHeader(StatusServiceUnavailable);
      if (late)
        w.Write(text.empty() ? String("<html><head><title>Timeout</title></head><body><h1>Timeout</"
                                      "h1></body></html>")
                             : text);
    }
  }
}

}  // namespace

Handler TimeoutHandler(Handler handler, time::Duration limit, const String& text) {
  return Handler([handler, limit, text](ResponseWriter& w, Request& r) {
    ServeInTime(handler, limit, text, w, r);
  });
}

}  // namespace golab::http
