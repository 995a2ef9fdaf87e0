#include "runtime/http/persist_conn.h"

#include <array>
#include <charconv>

#include "golab/fmt.h"
#include "golab/go.h"
#include "golab/select.h"

#include "runtime/base/spin_lock.h"
#include "runtime/http/field_text.h"
#include "runtime/http/framing.h"
#include "runtime/http/request_text.h"
#include "runtime/http/transport_rep.h"
#include "runtime/net/conn_inside.h"

namespace golab {
namespace rt {
namespace {

const Error& ServerClosedIdle() {
  static const auto* const kError = new Error(errors::New("http: server closed idle connection"));
  return *kError;
}

const Error& ReadOnClosedBody() {
  static const auto* const kError = new Error(errors::New("http: read on closed response body"));
  return *kError;
}

// Made before the first goroutine: who makes one comes before all who use it.
[[maybe_unused]] const bool made = (ServerClosedIdle(), ReadOnClosedBody(), true);

struct HeaderTimeoutError {
  String Text() const { return "net/http: timeout awaiting response headers"; }

  bool Timeout() const { return true; }

  bool Temporary() const { return true; }
};

constexpr std::size_t kMaxHeader = 10 << 20;

}  // namespace
}  // namespace rt

namespace http {

// The body of an answer. Whoever reads its end gives the connection back before that Read returns;
// readLoop is told after. Go: bodyEOFSignal.
class AnswerBody : public rt::ReaderRep {
 public:
  AnswerBody(PersistConnRef conn, rt::Input* input, rt::Framing framing, ExchangeRef exchange,
             bool may_reuse)
      : rt::ReaderRep{1, &ReadBody, &CloseBody, &Destroy, &rt::kType<AnswerBody>, nullptr},
        body(input, framing),
        conn_(std::move(conn)),
        exchange_(std::move(exchange)),
        may_reuse_(may_reuse) {}

  rt::MessageBody body;
  /// true: the end was read, and the connection is idle.
  Chan<bool> done = MakeChan<bool>(2);

 private:
  static AnswerBody& Of(rt::ReaderRep* rep) { return *static_cast<AnswerBody*>(rep); }

  static io::Transfer ReadBody(rt::ReaderRep* rep, char* buf, std::size_t size) {
    return Of(rep).Read(buf, size);
  }

  static golab::Error CloseBody(rt::ReaderRep* rep) { return Of(rep).CloseEarly(); }

  static void Destroy(rt::ReaderRep* rep) {
    Of(rep).Signal(false);
    delete &Of(rep);
  }

  io::Transfer Read(char* buf, std::size_t size) {
    if (Signalled() && !ended_) return {0, closed_ ? rt::ReadOnClosedBody() : failed_};
    io::Transfer transfer = body.Read(buf, size);
    if (transfer.err == nullptr) return transfer;
    if (transfer.err == io::Eof.AsError()) {
      ended_ = true;
      Signal(true);
    } else {
      // What has ended the connection says more than what reading it came to.
      if (const golab::Error why = exchange_->ctx.Err()) transfer.err = why;
      failed_ = transfer.err;
      Signal(false);
    }
    return transfer;
  }

  golab::Error CloseEarly() {
    if (!Signalled()) closed_ = true;
    Signal(false);
    return nullptr;
  }

  bool Signalled() { return __atomic_load_n(&signalled_, __ATOMIC_ACQUIRE); }

  void Signal(bool at_end) {
    if (__atomic_exchange_n(&signalled_, true, __ATOMIC_ACQ_REL)) return;
    const bool idle = at_end && may_reuse_ && conn_->PutIdle();
    done.Send(idle);
    conn_.reset();
  }

  PersistConnRef conn_;
  ExchangeRef exchange_;
  const bool may_reuse_;
  bool signalled_ = false;  // atomic: by the first of several
  bool ended_ = false;
  bool closed_ = false;
  golab::Error failed_;
};

PersistConn::PersistConn(net::Conn conn, rt::TransportRep* transport, std::string for_key)
    : key(std::move(for_key)), conn_(conn), input_(conn), output_(conn), transport_(transport) {
  transport_->Retain();
}

PersistConn::~PersistConn() {
  rt::fiber::Acquire(this);
  transport_->Release();
}

bool PersistConn::PutIdle() {
  rt::LockWord(&lock_);
  const bool open = !is_closed_;
  if (open) idle_ = true;
  rt::UnlockWord(&lock_);
  if (!open) return false;
  if (transport_->PutIdle(shared_from_this())) return true;
  LeaveIdle();
  return false;
}

bool PersistConn::LeaveIdle() {
  rt::LockWord(&lock_);
  const bool mine = idle_ && !is_closed_;
  idle_ = false;
  rt::UnlockWord(&lock_);
  transport_->RemoveIdle(this);
  return mine;
}

void PersistConn::CloseIfIdle() {
  if (LeaveIdle()) Close(rt::ServerClosedIdle());
}

void PersistConn::Close(const golab::Error& why) {
  rt::LockWord(&lock_);
  const bool first = !is_closed_;
  is_closed_ = true;
  if (first) why_ = why;
  rt::UnlockWord(&lock_);
  if (!first) return;
  transport_->RemoveIdle(this);
  conn_.Close();
  closed_.Close();
}

bool PersistConn::IsClosed() {
  rt::LockWord(&lock_);
  const bool closed = is_closed_;
  rt::UnlockWord(&lock_);
  return closed;
}

golab::Error PersistConn::WhyClosed() {
  rt::LockWord(&lock_);
  golab::Error why = why_;
  rt::UnlockWord(&lock_);
  return why;
}

Answer PersistConn::RoundTrip(const Request& request, time::Duration header_timeout, bool* retry) {
  const ExchangeRef exchange = std::make_shared<Exchange>();
  exchange->request = request;
  exchange->ctx = request.Context();
  exchange->close = request.Close || transport_->settings.DisableKeepAlives;
  rt::LockWord(&lock_);
  ++expected_;
  rt::UnlockWord(&lock_);
  to_write_.Send(exchange);
  to_read_.Send(exchange);
  Chan<golab::Error> written = exchange->written;
  time::Timer timer;
  RecvChan<time::Time> late;
  RecvChan<Empty> closed = closed_;
  const RecvChan<Empty> done = exchange->ctx.Done();
  *retry = false;
  while (true) {
    golab::Error write_err;
    Answer answer;
    switch (Select(Recv(written, write_err), Recv(closed), Recv(late),
                   Recv(exchange->answered, answer), Recv(done))) {
      case 0:
        written = nullptr;
        if (write_err) {
          Close(write_err);
          *retry = reused;
          return {{},
                  errors::Is(write_err, io::ErrUnexpectedEOF)
                      ? write_err
                      : fmt::Errorf("write error: %w", write_err)};
        }
        if (header_timeout > 0) {
          timer = time::NewTimer(header_timeout);
          late = timer.C;
        }
        break;
      case 1: {
        // An answer may have come just before.
        if (Select(Recv(exchange->answered, answer), Default) == 0) return answer;
        const golab::Error why = WhyClosed();
        *retry = reused && (exchange->nothing_came || why == rt::ServerClosedIdle());
        return {{}, exchange->ctx.Err() ? exchange->ctx.Err() : why};
      }
      case 2: {
        const golab::Error why = rt::HeaderTimeoutError{};
        Close(why);
        return {{}, why};
      }
      case 3:
        *retry = answer.err && reused && exchange->nothing_came;
        if (timer.C != nullptr) timer.Stop();
        return answer;
      default: {
        const golab::Error why = exchange->ctx.Err();
        Close(why);
        return {{}, why};
      }
    }
  }
}

golab::Error PersistConn::WriteRequest(const Exchange& exchange) {
  const Request& request = exchange.request;
  const rt::SentBody body = rt::BodyToSend(request);
  rt::AppendRequestHead(output_.text(), request, body, exchange.close);
  if (body.has_body) {
    constexpr std::size_t kPiece = 4096;
    const auto piece = std::make_unique<char[]>(kPiece);
    std::int64_t sent = 0;
    while (output_.err() == nullptr) {
      const auto [n, err] = request.Body.Read(piece.get(), kPiece);
      const std::string_view data(piece.get(), static_cast<std::size_t>(n));
      if (n > 0 && body.chunked) {
        std::array<char, 20> size;
        char* end = std::to_chars(size.data(), size.data() + 18, data.size(), 16).ptr;
        *end++ = '\r';
        *end++ = '\n';
        output_.Write({size.data(), static_cast<std::size_t>(end - size.data())}, data, "\r\n");
      } else if (n > 0) {
        output_.Write({}, data, {});
      }
      sent += n;
      if (err == io::Eof.AsError()) break;
      if (err) return err;
      if (!body.chunked && sent > body.length) break;
    }
    request.Body.Close();
    if (body.chunked) {
      output_.text()->append("0\r\n\r\n");
    } else if (sent != body.length && output_.err() == nullptr) {
      return fmt::Errorf("http: ContentLength=%d with Body length %d", body.length, sent);
    }
  }
  output_.Flush();
  output_.GiveBack();
  return output_.err();
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): keeps it alive
void PersistConn::WriteLoop(PersistConnRef self) {
  while (true) {
    ExchangeRef exchange;
    if (Select(Recv(self->to_write_, exchange), Recv(self->closed_)) != 0) return;
    const golab::Error err = self->WriteRequest(*exchange);
    exchange->written.Send(err);
    if (err) return self->Close(err);
  }
}

bool PersistConn::ReadAnswer(const ExchangeRef& exchange, Response* response, golab::Error* err) {
  while (true) {
    rt::HeadEnd end;
    std::size_t size = 0;
    while ((size = end.Find(input_.text())) == 0) {
      if (input_.text().size() >= rt::kMaxHeader) {
        *err = fmt::Errorf("net/http: server response headers exceeded %d bytes; aborted",
                           static_cast<std::int64_t>(rt::kMaxHeader));
        return false;
      }
      if ((*err = input_.Fill(rt::kMaxHeader))) {
        exchange->nothing_came = input_.empty();
        if (*err == io::Eof.AsError() && !input_.empty()) *err = io::ErrUnexpectedEOF;
        return false;
      }
    }
    rt::Head head;
    rt::ParseHead(rt::HeadKind::kResponse, input_.data(), size, &head);
    if (head.fault != rt::HeadFault::kNone) {
      *err = fmt::Errorf("net/http: HTTP/1.x transport connection broken: %s", head.reason);
      return false;
    }
    const bool informational =
        head.status >= 100 && head.status < 200 && head.status != StatusSwitchingProtocols;
    if (informational) {
      input_.Use(size);
      continue;
    }
    response->Header = rt::MakeHeader(head.fields);
    const std::string_view method =
        exchange->request.Method.empty() ? "GET" : rt::View(exchange->request.Method);
    const rt::MessageFacts facts = rt::ResponseFacts(head, method, &response->Header);
    if (facts.fault != rt::FramingFault::kNone) {
      *err = errors::New(
          "net/http: HTTP/1.x transport connection broken: bad transfer encoding or length");
      return false;
    }
    response->Status = head.status_text;
    response->StatusCode = head.status;
    response->Proto = "HTTP/" + std::to_string(head.major) + "." + std::to_string(head.minor);
    response->ProtoMajor = head.major;
    response->ProtoMinor = head.minor;
    response->Close = facts.close;
    response->ContentLength = facts.framing.length;
    if (facts.framing.chunked) response->TransferEncoding = {"chunked"};
    response->Request = exchange->request;
    input_.Use(size);
    return true;
  }
}

// One answer; whether the connection can be used again, and is idle.
bool PersistConn::ServeAnswer(const ExchangeRef& exchange) {
  Response response;
  golab::Error err;
  const bool read = ReadAnswer(exchange, &response, &err);
  rt::LockWord(&lock_);
  --expected_;
  rt::UnlockWord(&lock_);
  if (!read) {
    // Who waits hears of the context first, if that has closed the connection.
    if (const golab::Error why = IsClosed() ? WhyClosed() : golab::Error()) err = why;
    exchange->answered.Send({{}, err});
    Close(err);
    return false;
  }
  const bool may_reuse = !response.Close && !exchange->close && response.StatusCode >= 200;
  const bool is_head = exchange->request.Method == MethodHead;
  const rt::Framing framing{!response.TransferEncoding.empty(), response.ContentLength};
  if (is_head || !framing.HasBody()) {
    response.Body = NoBody();
    const bool idle = may_reuse && PutIdle();
    exchange->answered.Send({response, nullptr});
    if (!idle) Close(rt::ServerClosedIdle());
    return idle;
  }
  auto* const body = new AnswerBody(shared_from_this(), &input_, framing, exchange, may_reuse);
  const Chan<bool> done = body->done;
  response.Body = io::Reader(body);
  if (framing.chunked) {
    response.Trailer = MakeHeader();
    body->body.trailer = response.Trailer;
  }
  exchange->answered.Send({response, nullptr});
  response = {};
  bool idle = false;
  switch (Select(Recv(done, idle), Recv(exchange->ctx.Done()), Recv(closed_))) {
    case 0:
      break;
    case 1:
      Close(exchange->ctx.Err());
      return false;
    default:
      return false;
  }
  if (!idle) Close(errors::New("http: response body closed early"));
  return idle;
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): keeps it alive
void PersistConn::ReadLoop(PersistConnRef self) {
  rt::Input& input = self->input_;
  while (true) {
    input.GiveBackIfEmpty();
    if (input.empty() && rt::WaitReadable(self->conn_) != rt::Readiness::kReadable) {
      return self->Close(rt::ServerClosedIdle());
    }
    rt::LockWord(&self->lock_);
    const bool expected = self->expected_ > 0;
    rt::UnlockWord(&self->lock_);
    // Closed by the server, or it says something that nobody has asked for.
    if (!expected) return self->Close(rt::ServerClosedIdle());
    if (!self->ServeAnswer(self->to_read_.Recv())) return;
  }
}

}  // namespace http
}  // namespace golab
