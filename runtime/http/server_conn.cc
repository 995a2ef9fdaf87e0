#include "runtime/http/server_conn.h"

#include <memory>
#include <string>

#include "golab/defer.h"
#include "golab/fmt.h"
#include "golab/references.h"
#include "golab/runtime.h"

#include "runtime/base/spin_lock.h"
#include "runtime/http/field_text.h"
#include "runtime/http/framing.h"
#include "runtime/http/server_response.h"
#include "runtime/net/conn_inside.h"
#include "runtime/world/recording.h"
#include "runtime/world/world.h"

namespace golab::http {
namespace {

constexpr std::string_view kErrorHeaders =
    "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n";

// Beside the limit of the header, as Go's buffer may have read that much more.
constexpr std::size_t kSlop = 4096;

// For how long input is still taken before a close that would throw away the answer: a reset would
// overtake it. Go: rstAvoidanceDelay.
constexpr time::Duration kResetAvoidance = 500 * time::Millisecond;

// How many bytes of a further request must be there before it counts as one. Go: Peek(4).
constexpr std::size_t kBeginning = 4;

// The body of a server's request, which the handler may keep longer than the request lives.
struct RequestBody : rt::ReaderRep {
  RequestBody(rt::Input* input, rt::Framing framing)
      : rt::ReaderRep{1, &ReadBody, &CloseBody, &Destroy, &rt::kType<RequestBody>, nullptr},
        body(input, framing) {}

  static io::Transfer ReadBody(rt::ReaderRep* rep, char* buf, std::size_t size) {
    return static_cast<RequestBody*>(rep)->body.Read(buf, size);
  }

  static golab::Error CloseBody(rt::ReaderRep* rep) {
    return static_cast<RequestBody*>(rep)->body.Close();
  }

  static void Destroy(rt::ReaderRep* rep) { delete static_cast<RequestBody*>(rep); }

  rt::MessageBody body;
};

std::size_t Count(const std::vector<rt::HeadField>& fields, std::string_view name) {
  std::size_t n = 0;
  for (const rt::HeadField& field : fields) n += field.name == name ? 1 : 0;
  return n;
}

golab::Error ParseTarget(const rt::Head& head, url::URL* url) {
  // CONNECT names an authority, not a path.
  const bool authority = head.method == MethodConnect && !head.target.starts_with('/');
  std::string text(head.target);
  if (authority) text.insert(0, "http://");
  auto [parsed, err] = url::ParseRequestURI(text);
  if (authority) parsed.Scheme = {};
  *url = std::move(parsed);
  return err;
}

// What HTTP/1.0 says in its own way. Go: fixPragmaCacheControl.
void FixPragma(http::Header* header) {
  if (rt::FirstValue(*header, "Pragma") == "no-cache" && !header->Has("Cache-Control")) {
    header->Set("Cache-Control", "no-cache");
  }
}

}  // namespace

ServerConn::ServerConn(rt::ServerRef server, net::Conn accepted)
    : conn(accepted), reader(accepted), output(accepted), server_(server) {}

void ServerConn::SetState(rt::ConnState to) {
  const std::int64_t now = time::Now().Unix();
  rt::LockWord(&server_->lock);
  state = to;
  state_since = now;
  rt::UnlockWord(&server_->lock);
}

void ServerConn::NoteWriteError() {
  if (current_ != nullptr) current_->End();
}

void ServerConn::Serve(ServerConn* self) {
  const std::unique_ptr<ServerConn> owned(self);
  self->remote_ = self->conn.RemoteAddr().String();
  WithDefers([self](Defers& defer) {
    defer([self] {
      if (auto panicked = recover()) self->LogPanic(panicked);
      self->Finish();
    });
    self->ServeRequests();
  });
}

void ServerConn::LogPanic(const Recovered& panicked) const {
  if (panicked.Value() == Any(ErrAbortHandler.AsError())) return;
  server_->Log(
      fmt::Sprintf("http: panic serving %v: %v\n%s", remote_, panicked.Text(), panicked.Stack()));
}

void ServerConn::Finish() {
  if (current_ != nullptr) {  // left by a panic or Goexit, in the middle of a request
    GOLAB_EVIDENCE(rt::EventType::kRequestEnd, 1, 0);
    current_->End();
    if (!hijacked) {
      reader.AbortPendingRead();
      if (body_in_flight_ != nullptr) body_in_flight_->Close();
    }
    rt::ReleaseRequest(std::exchange(current_, nullptr));
  }
  if (hijacked) return;
  output.Flush();
  conn.Close();
  server_->Remove(this);
}

void ServerConn::ServeRequests() {
  while (true) {
    const Outcome outcome = ServeOne();
    if (hijacked || outcome == Outcome::kEnd) return;
    if (outcome == Outcome::kEndGently) return CloseGently();
    SetState(rt::ConnState::kIdle);
    if (!server_->KeepsAlive() || !AwaitNext()) return;
  }
}

void ServerConn::CloseGently() {
  output.Flush();
  if (auto tcp = conn.As<net::TCPConn>()) tcp.CloseWrite();
  time::Sleep(kResetAvoidance);
}

bool ServerConn::AwaitNext() {
  const time::Duration limit = server_->IdleTimeout();
  if (limit > 0) conn.SetReadDeadline(time::Now().Add(limit));
  output.GiveBack();
  reader.input.GiveBackIfEmpty();
  if (reader.input.empty() && rt::WaitReadable(conn) != rt::Readiness::kReadable) return false;
  while (reader.input.text().size() < kBeginning) {
    if (reader.input.Fill()) return false;
  }
  if (limit > 0) conn.SetReadDeadline(time::Time());
  return true;
}

void ServerConn::SkipEmptyLines() {
  // Some old clients send one behind a POST's body.
  while (reader.input.text().size() < kBeginning) {
    if (reader.input.Fill()) return;
  }
  for (std::size_t i = 0; i < kBeginning && !reader.input.empty(); ++i) {
    const char c = reader.input.text().front();
    if (c != '\r' && c != '\n') return;
    reader.input.Use(1);
  }
}

bool ServerConn::ReadHead(rt::Head* head, std::size_t* size) {
  rt::HeadEnd end;
  rt::Input& input = reader.input;
  const std::size_t limit = server_->max_header_bytes + kSlop;
  bool checked = false;
  while (true) {
    const std::string_view text = input.text();
    *size = end.Find(text);
    if (!checked && end.first_line() > 0) {
      checked = true;
      if (rt::CheckRequestLine(text.substr(0, end.first_line()), head) ==
          rt::HeadFault::kMalformed) {
        RefuseFault(rt::HeadFault::kMalformed);
        return false;
      }
    }
    if (*size > 0) return true;
    if (text.size() >= limit) {
      Refuse("431 Request Header Fields Too Large", "");
      CloseGently();
      return false;
    }
    // A client that has said nothing yet costs no buffer.
    if (text.empty() && rt::WaitReadable(conn) != rt::Readiness::kReadable) return false;
    if (golab::Error err = input.Fill(limit)) {
      // As Go: what has come of a first line is taken for all of it, whatever ends it; an end
      // inside the fields is an error of the client's, a timeout there is not answered.
      const bool ended = err == io::Eof.AsError();
      const net::Error late(err);
      const bool timed_out = late && late.Timeout();
      if (!text.empty() && (ended || (timed_out && !checked)))
        RefuseFault(rt::HeadFault::kMalformed);
      return false;
    }
  }
}

void ServerConn::Refuse(std::string_view status, std::string_view text) {
  std::string* const out = output.text();
  out->append("HTTP/1.1 ").append(status);
  if (!text.empty()) out->append(": ").append(text);
  out->append(kErrorHeaders).append(status);
  if (!text.empty()) out->append(": ").append(text);
  output.Flush();
}

void ServerConn::RefuseFault(rt::HeadFault fault) {
  switch (fault) {
    case rt::HeadFault::kNone:
    case rt::HeadFault::kMalformed:
      return Refuse("400 Bad Request", "");
    case rt::HeadFault::kBadName:
      return Refuse("400 Bad Request", "invalid header name");
    case rt::HeadFault::kBadVersion:
      return Refuse("505 HTTP Version Not Supported", "unsupported protocol version");
  }
}

ServerConn::Outcome ServerConn::ServeOne() {
  const time::Duration header_limit = server_->ReadHeaderTimeout();
  const time::Duration limit = server_->read_timeout;
  time::Time begin;
  if (header_limit > 0 || limit > 0) {
    begin = time::Now();
    conn.SetReadDeadline(header_limit > 0 ? begin.Add(header_limit) : time::Time());
  }
  if (last_was_post_) SkipEmptyLines();
  rt::Head head;
  head.fields.reserve(16);
  std::size_t size = 0;
  const bool read = ReadHead(&head, &size);
  if (!reader.input.empty() || read) SetState(rt::ConnState::kActive);
  if (!read) return Outcome::kEnd;
  rt::ParseHead(rt::HeadKind::kRequest, reader.input.data(), size, &head);
  if (header_limit != limit) conn.SetReadDeadline(limit > 0 ? begin.Add(limit) : time::Time());
  if (server_->write_timeout > 0) conn.SetWriteDeadline(time::Now().Add(server_->write_timeout));
  const Outcome outcome = Answer(head, size);
  if (server_->write_timeout > 0 && !hijacked) conn.SetWriteDeadline(time::Time());
  return outcome;
}

ServerConn::Outcome ServerConn::Answer(const rt::Head& head, std::size_t size) {
  if (head.fault != rt::HeadFault::kNone) {
    RefuseFault(head.fault);
    return Outcome::kEnd;
  }
  const auto request = std::make_unique<Request>();
  if (ParseTarget(head, &request->URL) != nullptr) {
    RefuseFault(rt::HeadFault::kMalformed);
    return Outcome::kEnd;
  }
  request->Header = rt::MakeHeader(head.fields);
  const std::size_t hosts = Count(head.fields, "Host");
  const rt::MessageFacts facts = rt::RequestFacts(head, &request->Header);
  if (hosts > 1 || facts.fault == rt::FramingFault::kBad) {
    RefuseFault(rt::HeadFault::kMalformed);
    return Outcome::kEnd;
  }
  if (facts.fault == rt::FramingFault::kUnsupported) {
    std::string* const out = output.text();
    out->append("HTTP/1.1 501 Not Implemented")
        .append(kErrorHeaders)
        .append("Unsupported transfer encoding");
    output.Flush();
    return Outcome::kEnd;
  }
  const bool preface = head.major == 2;
  const std::string_view host = rt::FirstValue(request->Header, "Host");
  if (hosts == 0 && (head.major > 1 || head.minor > 0) && head.method != MethodConnect &&
      !preface) {
    Refuse("400 Bad Request", "missing required Host header");
    return Outcome::kEnd;
  }
  if (!rt::IsHostValue(host)) {
    Refuse("400 Bad Request", "malformed Host header");
    return Outcome::kEnd;
  }
  last_was_post_ = head.method == MethodPost;
  request->Method = head.method;
  request->RequestURI = head.target;
  request->Proto = "HTTP/" + std::to_string(head.major) + "." + std::to_string(head.minor);
  request->ProtoMajor = head.major;
  request->ProtoMinor = head.minor;
  request->Host = request->URL.Host.empty() ? String(host.data(), host.size()) : request->URL.Host;
  request->Header.RemoveField("Host");
  FixPragma(&request->Header);
  request->Close = facts.close || preface;
  request->ContentLength = preface ? -1 : facts.framing.length;
  if (facts.framing.chunked) request->TransferEncoding = {"chunked"};
  request->RemoteAddr = remote_;
  const bool expects = rt::HasToken(request->Header, "Expect", "100-continue");
  const bool expects_other = !expects && !rt::FirstValue(request->Header, "Expect").empty();
  reader.input.Use(size);  // head's views end here

  auto* const inside = new rt::RequestInside;
  inside->parent = server_->base_context;
  request->inside = rt::RequestInsideRef(inside);
  if (!facts.framing.HasBody()) {
    request->Body = NoBody();
    return Run(request.get(), nullptr, expects, expects_other);
  }
  auto* const body = new RequestBody(&reader.input, facts.framing);
  request->Body = io::Reader(body);
  const io::Reader keeps = request->Body;  // the handler may replace it
  body->body.closes_early = true;
  if (facts.framing.chunked) {
    request->Trailer = MakeHeader();
    body->body.trailer = request->Trailer;
  }
  body->body.closing = facts.close;
  const Outcome outcome = Run(request.get(), &body->body, expects, expects_other);
  if (hijacked) body->body.Abandon();
  return outcome;
}

ServerConn::Outcome ServerConn::Run(Request* request, rt::MessageBody* body, bool expects,
                                    bool expects_other) {
  ServerResponse response(this, request, body);
  if (expects_other) {
    response.Header().Set("Connection", "close");
    response.WriteHeader(StatusExpectationFailed);
    response.Finish();
    return Outcome::kEnd;
  }
  rt::RequestInside* const inside = request->inside.get();
  rt::RetainRequest(inside);
  current_ = inside;
  body_in_flight_ = body;
  if (body == nullptr) {
    reader.StartBackgroundRead(inside);
  } else {
    if (expects && request->ProtoAtLeast(1, 1)) response.ExpectContinue();
    // The goroutine that reads has the request.
    body->on_end = [this, inside] { reader.StartBackgroundRead(inside); };
  }
  if (rt::world.lab) NoteRequest(*request);
  ServeHandler(*server_, response, *request);
  GOLAB_EVIDENCE(rt::EventType::kRequestEnd, 0, 0);
  inside->End();
  current_ = nullptr;
  body_in_flight_ = nullptr;
  rt::ReleaseRequest(inside);
  if (hijacked) return Outcome::kEnd;
  response.Finish();
  if (response.MayReuseConnection()) return Outcome::kNext;
  return response.LeftInput() ? Outcome::kEndGently : Outcome::kEnd;
}

void ServerConn::NoteRequest(const Request& request) {
  const String text = request.Method + " " + request.RequestURI;
  GOLAB_EVIDENCE(rt::EventType::kRequestBegin, 0, rt::EvidenceText(text.data(), text.size()));
}

// Go: globalOptionsHandler.
static void AnswerOptions(ResponseWriter& w, Request& r) {
  w.Header().Set("Content-Length", "0");
  if (r.ContentLength == 0) return;
  // Not to be read as a request: but who sends much will have to wait.
  io::Copy(io::Discard(), MaxBytesReader(w, r.Body, 4 << 10));
}

void ServeHandler(rt::ServerRep& server, ResponseWriter& w, Request& r) {
  if (!server.options_to_handler && r.RequestURI == "*" && r.Method == MethodOptions) {
    AnswerOptions(w, r);
  } else if (server.handler) {
    server.handler.ServeHTTP(w, r);
  } else {
    DefaultServeMux().ServeHTTP(w, r);
  }
}

}  // namespace golab::http
