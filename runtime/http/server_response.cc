#include "runtime/http/server_response.h"

#include <array>
#include <charconv>
#include <string>

#include "golab/defer.h"
#include "golab/fmt.h"
#include "golab/runtime.h"

#include "runtime/http/buffer_pool.h"
#include "runtime/http/date.h"
#include "runtime/http/field_text.h"
#include "runtime/http/framing.h"
#include "runtime/http/server_conn.h"

namespace golab::http {
namespace {

constexpr std::string_view kTrailerPrefix = "Trailer:";

void AppendStatusLine(std::string* out, const Request& request, int status) {
  out->append(request.ProtoAtLeast(1, 1) ? "HTTP/1.1 " : "HTTP/1.0 ");
  const String text = StatusText(status);
  out->append(std::to_string(status)).append(" ");
  if (text.empty()) {
    out->append("status code ").append(std::to_string(status));
  } else {
    out->append(rt::View(text));
  }
  out->append("\r\n");
}

void CheckStatus(int status) {
  if (status < 100 || status > 999) panic(fmt::Sprintf("invalid WriteHeader code %v", status));
}

std::string_view BaseName(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

// What the header gets beside the handler's own, and loses of it.
struct ServerResponse::Extra {
  std::string_view connection;
  bool content_length = false;
  std::size_t length = 0;
  bool content_type = false;
  bool drop_connection = false;
  bool drop_length = false;
  bool drop_type = false;
  bool drop_encoding = false;

  bool Drops(std::string_view key) const {
    return (drop_connection && key == "Connection") || (drop_length && key == "Content-Length") ||
           (drop_type && key == "Content-Type") || (drop_encoding && key == "Transfer-Encoding");
  }
};

ServerResponse::ServerResponse(ServerConn* conn, Request* request, rt::MessageBody* body)
    : conn_(conn), request_(request), body_(body) {}

ServerResponse::~ServerResponse() {
  if (hold_ != nullptr) rt::GiveBuffer(hold_);
}

http::Header ServerResponse::Header() {
  // What was sent stays as it was sent, whatever the handler does to its own afterwards.
  if (wrote_header_ && !has_snapshot_ && !sent_head_) {
    sent_header_ = header_.Clone();
    has_snapshot_ = true;
  }
  if (!header_) header_ = MakeHeader();
  called_header_ = true;
  return header_;
}

bool ServerResponse::BodyAllowed() const {
  return rt::BodyAllowedForStatus(status_);
}

void ServerResponse::LogCaller(const char* what) const {
  for (int skip = 1;; ++skip) {
    const auto [pc, file, line, ok, function] = runtime::Caller(skip);
    if (!ok) return conn_->server().Log(fmt::Sprintf("http: %s from unknown caller", what));
    if (rt::View(function).starts_with("net/http.") || rt::View(function).starts_with("golab"))
      continue;
    conn_->server().Log(fmt::Sprintf("http: %s from %s (%s:%d)", what, function,
                                     std::string(BaseName(rt::View(file))), line));
    return;
  }
}

void ServerResponse::WriteHeader(int status) {
  if (conn_->hijacked) return LogCaller("response.WriteHeader on hijacked connection");
  if (wrote_header_) return LogCaller("superfluous response.WriteHeader call");
  CheckStatus(status);
  if (status < 101 || status > 199) can_continue_ = false;
  if (status >= 100 && status <= 199 && status != StatusSwitchingProtocols) {
    std::string* const out = conn_->output.text();
    AppendStatusLine(out, *request_, status);
    rt::AppendFields(out, header_, [](std::string_view key) {
      return key == "Content-Length" || key == "Transfer-Encoding";
    });
    out->append("\r\n");
    conn_->output.Flush();
    return;
  }
  wrote_header_ = true;
  status_ = status;
  if (called_header_) {
    sent_header_ = header_.Clone();
    has_snapshot_ = true;
  }
  const std::string_view length = rt::FirstValue(header_, "Content-Length");
  if (length.empty()) return;
  content_length_ = rt::ParseLength(length);
  if (content_length_ >= 0) return;
  conn_->server().Log(fmt::Sprintf("http: invalid Content-Length of %q", std::string(length)));
  content_length_ = -1;
  header_.RemoveField("Content-Length");
  sent_header_.RemoveField("Content-Length");
}

io::Transfer ServerResponse::Write(const char* data, std::size_t size) {
  if (conn_->hijacked) {
    if (size > 0) LogCaller("response.Write on hijacked connection");
    return {0, ErrHijacked};
  }
  can_continue_ = false;
  if (!wrote_header_) WriteHeader(StatusOK);
  if (size == 0) return {0, nullptr};
  if (!BodyAllowed()) return {0, ErrBodyNotAllowed};
  written_ += static_cast<std::int64_t>(size);
  if (content_length_ >= 0 && written_ > content_length_) return {0, ErrContentLength};
  const std::string_view all(data, size);
  std::string_view rest = all;
  while (held_ + rest.size() > kHold && conn_->output.err() == nullptr) {
    if (held_ == 0) {
      Send(rest);
      rest = {};
      break;
    }
    const std::size_t n = kHold - held_;
    rest.copy(hold_ + held_, n);
    rest.remove_prefix(n);
    held_ = 0;
    Send({hold_, kHold});
  }
  if (conn_->output.err() != nullptr) return {0, conn_->output.err()};
  if (!rest.empty()) {
    if (hold_ == nullptr) hold_ = rt::TakeBuffer();
    rest.copy(hold_ + held_, rest.size());
    held_ += rest.size();
  }
  return {static_cast<int>(size), nullptr};
}

void ServerResponse::Send(std::string_view data) {
  if (!sent_head_) SendHeader(data);
  if (request_->Method == MethodHead || data.empty()) return;
  if (chunking_) {
    std::array<char, 20> size;
    char* end = std::to_chars(size.data(), size.data() + 18, data.size(), 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    conn_->output.Write({size.data(), static_cast<std::size_t>(end - size.data())}, data, "\r\n");
  } else {
    conn_->output.Write({}, data, {});
  }
  if (conn_->output.err() != nullptr) conn_->NoteWriteError();
}

void ServerResponse::Flush() {
  if (conn_->hijacked) return;
  if (!wrote_header_) WriteHeader(StatusOK);
  const std::string_view held(hold_, held_);
  held_ = 0;
  if (!held.empty()) Send(held);
  if (!sent_head_) SendHeader({});
  conn_->output.Flush();
  if (conn_->output.err() != nullptr) conn_->NoteWriteError();
}

void ServerResponse::Finish() {
  handler_done_ = true;
  if (!wrote_header_) WriteHeader(StatusOK);
  const std::string_view held(hold_, held_);
  held_ = 0;
  if (!held.empty()) Send(held);
  if (!sent_head_) SendHeader({});
  if (chunking_ && request_->Method != MethodHead) {
    std::string* const out = conn_->output.text();
    out->append("0\r\n");
    AppendTrailers(out);
    out->append("\r\n");
  }
  conn_->output.Flush();
  conn_->reader.AbortPendingRead();
  if (body_ != nullptr) body_->Close();
}

void ServerResponse::AppendTrailers(std::string* out) const {
  for (const rt::TableField& field : header_) {
    std::string_view key = rt::View(field.key);
    const bool prefixed = key.starts_with(kTrailerPrefix);
    if (prefixed) key.remove_prefix(kTrailerPrefix.size());
    bool declared = false;
    rt::ForEachElement(trailer_names_,
                       [&](std::string_view name) { declared |= rt::EqualFold(name, key); });
    if (!prefixed && !declared) continue;
    if (!rt::IsToken(key)) continue;
    for (const String& value : field.values) rt::AppendField(out, key, rt::View(value));
  }
}

bool ServerResponse::MayReuseConnection() const {
  if (close_after_ || conn_->output.err() != nullptr) return false;
  // Less than declared: the client waits for more.
  const bool short_of = content_length_ >= 0 && BodyAllowed() && content_length_ != written_;
  if (request_->Method != MethodHead && short_of) return false;
  return body_ == nullptr || !body_->EndedEarly();
}

bool ServerResponse::LeftInput() const {
  return body_too_big_ || (body_ != nullptr && body_->EndedEarly());
}

void ServerResponse::RequestTooLarge() {
  close_after_ = true;
  body_too_big_ = true;
  if (!wrote_header_) Header().Set("Connection", "close");
}

void ServerResponse::SendContinue() {
  if (!can_continue_ || conn_->hijacked) return;
  can_continue_ = false;
  conn_->output.text()->append("HTTP/1.1 100 Continue\r\n\r\n");
  conn_->output.Flush();
}

void ServerResponse::ExpectContinue() {
  can_continue_ = true;
  expects_continue_ = true;
  body_->before_read = [this] { SendContinue(); };
}

// Clients that send all of a request before they read the answer would never read it: so the rest
// of the body is read first, if it is not too long. Go: chunkWriter.writeHeader.
void ServerResponse::DrainBody(Extra* extra) {
  if (body_ == nullptr || close_after_) return;
  if (expects_continue_) return;  // the body's end has been seen
  if (body_->WasClosed()) {
    if (!body_->SawEnd()) close_after_ = true;
    return;
  }
  if (body_->KnownLeft() >= rt::kMaxDrain || body_->ReadRest() != nullptr) {
    close_after_ = true;
    if (body_->EndedEarly() || body_->KnownLeft() >= rt::kMaxDrain) {
      body_too_big_ = true;
      extra->drop_connection = true;
      extra->connection = "close";
    }
  }
}

void ServerResponse::SendHeader(std::string_view data) {
  sent_head_ = true;
  http::Header& header = has_snapshot_ ? sent_header_ : header_;
  Extra extra;
  bool trailers = false;
  for (const rt::TableField& field : header) {
    if (rt::View(field.key).starts_with(kTrailerPrefix)) trailers = true;
    if (field.key == "Trailer") {
      trailers = true;
      for (const String& value : field.values) {
        if (!trailer_names_.empty()) trailer_names_ += ",";
        trailer_names_ += rt::View(value);
      }
    }
  }
  const bool is_head = request_->Method == MethodHead;
  const bool keeps_alive = conn_->server().KeepsAlive();
  const bool has_encoding = !rt::FirstValue(header, "Transfer-Encoding").empty();
  if (handler_done_ && !trailers && !has_encoding && BodyAllowed() &&
      !header.Has("Content-Length") && (!is_head || !data.empty())) {
    content_length_ = static_cast<std::int64_t>(data.size());
    extra.content_length = true;
    extra.length = data.size();
  }
  const bool has_length = content_length_ >= 0;
  const bool old = !request_->ProtoAtLeast(1, 1);
  const bool wants_keep_alive = old && request_->ProtoMajor == 1 &&
                                rt::HasToken(request_->Header, "Connection", "keep-alive");
  const bool wants_close = request_->Close || rt::HasToken(request_->Header, "Connection", "close");
  if (wants_keep_alive && (is_head || has_length || !BodyAllowed())) {
    if (!header.Has("Connection")) extra.connection = "keep-alive";
  } else if (old || wants_close) {
    close_after_ = true;
  }
  if (rt::FirstValue(header, "Connection") == "close" || !keeps_alive) close_after_ = true;
  if (expects_continue_ && !body_->SawEnd()) close_after_ = true;
  DrainBody(&extra);
  if (BodyAllowed()) {
    extra.content_type = rt::FirstValue(header, "Content-Encoding").empty() &&
                         !header.Has("Content-Type") && !has_encoding && !data.empty();
  } else {
    extra.drop_length = true;
    extra.drop_encoding = true;
    extra.drop_type = status_ == StatusNotModified;
  }
  DecideFraming(&extra, rt::FirstValue(header, "Transfer-Encoding"));
  const bool says_close = rt::HasToken(header, "Connection", "close");
  const bool switches = status_ == StatusSwitchingProtocols && header.Has("Upgrade");
  if (close_after_ && (!keeps_alive || !says_close) && !switches) {
    extra.drop_connection = true;
    extra.connection = old ? "" : "close";
  }
  std::string* const out = conn_->output.text();
  AppendStatusLine(out, *request_, status_);
  rt::AppendFields(out, header, [&](std::string_view key) {
    return extra.Drops(key) || key.starts_with(kTrailerPrefix);
  });
  if (!header.Has("Date")) rt::AppendDate(out);
  if (extra.content_length) rt::AppendField(out, "Content-Length", std::to_string(extra.length));
  if (extra.content_type) {
    rt::AppendField(out, "Content-Type", rt::View(DetectContentType(data.data(), data.size())));
  }
  if (!extra.connection.empty()) rt::AppendField(out, "Connection", extra.connection);
  if (chunking_) rt::AppendField(out, "Transfer-Encoding", "chunked");
  out->append("\r\n");
}

void ServerResponse::DecideFraming(Extra* extra, std::string_view encoding) {
  const bool has_length = content_length_ >= 0;
  if (has_length && !encoding.empty() && encoding != "identity") {
    conn_->server().Log(fmt::Sprintf(
        "http: WriteHeader called with both Transfer-Encoding of %q and a Content-Length of %d",
        std::string(encoding), content_length_));
    extra->drop_length = true;
  }
  const bool no_body = request_->Method == MethodHead || !BodyAllowed();
  const bool with_length = has_length && !extra->drop_length;
  if (no_body || with_length) {
    extra->drop_encoding = true;
  } else if (!request_->ProtoAtLeast(1, 1)) {
    // No chunks there, and no length: the end of the connection ends the body.
    close_after_ = true;
    extra->drop_encoding = true;
  } else if (encoding == "identity") {
    close_after_ = true;
    extra->drop_encoding = true;
  } else {
    chunking_ = true;
    extra->drop_length = true;
    extra->drop_encoding = encoding == "chunked";
  }
}

http::Hijacked ServerResponse::Hijack() {
  if (conn_->hijacked) return {{}, {}, ErrHijacked};
  if (handler_done_) panic("net/http: Hijack called after ServeHTTP finished");
  if (wrote_header_) {  // what was written goes first
    const std::string_view held(hold_, held_);
    held_ = 0;
    if (!held.empty() || !sent_head_) Send(held);
  }
  can_continue_ = false;
  conn_->reader.AbortPendingRead();
  conn_->output.Flush();
  conn_->hijacked = true;
  conn_->conn.SetDeadline(time::Time());
  conn_->server().Remove(conn_);
  const std::string_view rest = conn_->reader.input.text();
  http::Hijacked taken{conn_->conn, String(rest.data(), rest.size()), nullptr};
  conn_->reader.input.Use(rest.size());
  return taken;
}

}  // namespace golab::http
