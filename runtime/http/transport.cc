// Go: net/http.Transport.

#include <algorithm>
#include <utility>

#include "golab/fmt.h"
#include "golab/go.h"

#include "runtime/base/spin_lock.h"
#include "runtime/http/field_text.h"
#include "runtime/http/transport_rep.h"

namespace golab {
namespace rt {
namespace {

constexpr int kIdlePerHost = 2;

std::size_t CountIdle(const TransportRep& rep) {
  std::size_t n = 0;
  for (const auto& [key, conns] : rep.idle) n += conns.size();
  return n;
}

}  // namespace

bool TransportRep::PutIdle(const http::PersistConnRef& conn) {
  if (settings.DisableKeepAlives || settings.MaxIdleConnsPerHost < 0) return false;
  const auto per_host = static_cast<std::size_t>(
      settings.MaxIdleConnsPerHost > 0 ? settings.MaxIdleConnsPerHost : kIdlePerHost);
  time::Timer timer;
  if (settings.IdleConnTimeout > 0) {
    timer =
        time::AfterFunc(settings.IdleConnTimeout, [weak = std::weak_ptr<http::PersistConn>(conn.shared())] {
          if (const http::PersistConnRef held = weak.lock()) held->CloseIfIdle();
        });
  }
  http::PersistConnRef oldest;
  LockWord(&lock);
  std::vector<http::PersistConnRef>& conns = idle[conn->key];
  const bool keep = conns.size() < per_host;
  if (keep) {
    conn->reused = true;
    conn->idle_timer = timer;
    conn->has_idle_timer = settings.IdleConnTimeout > 0;
    conns.push_back(conn);
    const bool too_many = settings.MaxIdleConns > 0 &&
                          CountIdle(*this) > static_cast<std::size_t>(settings.MaxIdleConns);
    if (too_many) {
      const auto any = std::find_if(idle.begin(), idle.end(),
                                    [](const auto& entry) { return !entry.second.empty(); });
      oldest = any->second.front();
    }
  }
  UnlockWord(&lock);
  if (!keep && settings.IdleConnTimeout > 0) timer.Stop();
  if (oldest != nullptr) oldest->CloseIfIdle();
  return keep;
}

void TransportRep::RemoveIdle(const http::PersistConn* conn) {
  time::Timer timer;
  bool has_timer = false;
  http::PersistConnRef held;  // outlives the lock
  LockWord(&lock);
  const auto at = idle.find(conn->key);
  if (at != idle.end()) {
    const auto place =
        std::find_if(at->second.begin(), at->second.end(),
                     [&](const http::PersistConnRef& one) { return one.get() == conn; });
    if (place != at->second.end()) {
      held = std::move(*place);
      timer = held->idle_timer;
      has_timer = std::exchange(held->has_idle_timer, false);
      at->second.erase(place);
      if (at->second.empty()) idle.erase(at);
    }
  }
  UnlockWord(&lock);
  if (has_timer) timer.Stop();
}

http::PersistConnRef TransportRep::TakeIdle(const std::string& key) {
  while (true) {
    http::PersistConnRef conn;
    LockWord(&lock);
    const auto at = idle.find(key);
    if (at != idle.end() && !at->second.empty()) conn = at->second.back();
    UnlockWord(&lock);
    if (conn == nullptr) return nullptr;
    if (conn->LeaveIdle()) return conn;
  }
}

void TransportRep::CloseIdle() {
  std::vector<http::PersistConnRef> closing;
  LockWord(&lock);
  for (const auto& [key, conns] : idle) closing.insert(closing.end(), conns.begin(), conns.end());
  UnlockWord(&lock);
  for (const http::PersistConnRef& conn : closing) conn->CloseIfIdle();
}

namespace {

Error CheckRequest(const http::Request& request) {
  if (request.URL.Scheme != "http") {
    return errors::New("unsupported protocol scheme " + fmt::Sprintf("%q", request.URL.Scheme));
  }
  if (request.URL.Host.empty()) return errors::New("http: no Host in request URL");
  if (!request.Method.empty() && !IsToken(View(request.Method))) {
    return errors::New(fmt::Sprintf("net/http: invalid method %q", request.Method));
  }
  for (const TableField& field : request.Header) {
    if (!IsToken(View(field.key)))
      return errors::New(fmt::Sprintf("net/http: invalid header field name %q", field.key));
    for (const String& value : field.values) {
      if (!IsFieldValue(View(value)))
        return errors::New(fmt::Sprintf("net/http: invalid header field value for %q", field.key));
    }
  }
  return nullptr;
}

std::string KeyOf(const url::URL& url) {
  const String port = url.Port();
  return std::string(View(net::JoinHostPort(url.Hostname(), port.empty() ? String("80") : port)));
}

// May be sent again: it changes nothing, and its body is not used up.
bool IsReplayable(const http::Request& request) {
  const std::string_view method = View(request.Method);
  const bool safe = method.empty() || method == "GET" || method == "HEAD" || method == "OPTIONS" ||
                    method == "TRACE";
  return safe && (!request.Body || request.Body.raw() == http::NoBody().raw());
}

}  // namespace
}  // namespace rt

namespace http {

struct DialedConn {
  PersistConnRef conn;
  golab::Error err;
};

// Go: (*Transport).dialConn.
static DialedConn DialConn(rt::TransportRep* rep, const Request& request, const std::string& key) {
  net::Dialer dialer;
  dialer.Timeout = rep->settings.DialTimeout;
  auto [conn, err] = dialer.DialContext(request.Context(), "tcp", key);
  if (err) return {nullptr, err};
  const PersistConnRef made = std::make_shared<PersistConn>(conn, rep, key);
  go(&PersistConn::ReadLoop, made);
  go(&PersistConn::WriteLoop, made);
  return {made, nullptr};
}

Transport::Transport() : Transport(Settings()) {}

Transport::Transport(const Settings& settings) : rep_(new rt::TransportRep) {
  rep_->settings = settings;
}

Transport::Transport(const Transport& other) noexcept : rep_(other.rep_) {
  rep_->Retain();
}

Transport& Transport::operator=(Transport other) noexcept {
  std::swap(rep_, other.rep_);
  return *this;
}

Transport::~Transport() {
  rep_->Release();
}

Answer Transport::RoundTrip(const Request& request) const {
  if (golab::Error err = rt::CheckRequest(request)) {
    if (request.Body) request.Body.Close();
    return {{}, err};
  }
  const std::string key = rt::KeyOf(request.URL);
  while (true) {
    if (golab::Error err = request.Context().Err()) return {{}, err};
    PersistConnRef conn = rep_->TakeIdle(key);
    if (conn == nullptr) {
      DialedConn dialed = DialConn(rep_, request, key);
      if (dialed.err) {
        if (request.Body) request.Body.Close();
        return {{}, request.Context().Err() ? request.Context().Err() : dialed.err};
      }
      conn = std::move(dialed.conn);
    }
    bool retry = false;
    Answer answer = conn->RoundTrip(request, rep_->settings.ResponseHeaderTimeout, &retry);
    // The server closed the connection while the request was on its way.
    if (answer.err && retry && rt::IsReplayable(request)) continue;
    return answer;
  }
}

void Transport::CloseIdleConnections() const {
  rep_->CloseIdle();
}

Transport DefaultTransport() {
  static const auto* const kTransport = new Transport;
  return *kTransport;
}

}  // namespace http
}  // namespace golab
