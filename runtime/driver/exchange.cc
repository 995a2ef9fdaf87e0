// One exchange of a driver's client with the program: connect, send, read, leave.

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>

#include "golab/go.h"
#include "golab/net.h"

#include "runtime/driver/driver_request.h"
#include "runtime/driver/http_answer.h"
#include "runtime/driver/outside_evidence.h"
#include "runtime/lang/errno_text.h"
#include "runtime/net/net_error.h"

namespace golab::rt {
namespace {

using driver::Answer;
using driver::Outcome;

/// Closes a connection, by whoever comes first: the exchange's end, or a pause that is over.
class Leaver {
 public:
  Leaver(net::Conn conn, bool resets) : conn_(std::move(conn)), resets_(resets) {}

  void Leave() {
    if (__atomic_exchange_n(&over_, true, __ATOMIC_SEQ_CST)) return;
    __atomic_store_n(&left_, true, __ATOMIC_SEQ_CST);
    if (resets_) conn_.As<net::TCPConn>().SetLinger(0);
    conn_.Close();
  }

  void NoteOver() { __atomic_store_n(&over_, true, __ATOMIC_SEQ_CST); }

  bool left() const { return __atomic_load_n(&left_, __ATOMIC_SEQ_CST); }

 private:
  net::Conn conn_;
  bool resets_;
  bool over_ = false, left_ = false;  // atomic
};

Outcome OutcomeOf(const Error& err, const Leaver* leaver) {
  if (leaver != nullptr && leaver->left()) return Outcome::kLeft;
  if (os::IsTimeout(err)) return Outcome::kTimeout;
  const auto* number = errors::As<Errno>(err);
  switch (number == nullptr ? 0 : number->number) {
    case ECONNREFUSED:
      return Outcome::kRefused;
    case ECONNRESET:
    case EPIPE:
      return Outcome::kReset;
    default:
      return err == io::Eof ? Outcome::kClosed : Outcome::kFailed;
  }
}

/// A connection and what was read from it beyond the last answer.
struct Client {
  const DriverRequest& request;
  net::Conn conn;
  std::shared_ptr<Leaver> leaver;
  std::string unread;
};

/// Sends the request; false: the exchange is over, and the outcome says how.
bool Send(Client& client, Outcome* outcome) {
  const DriverRequest& r = client.request;
  std::string bytes = r.Bytes();
  const bool cut = r.sends_at_most >= 0 && static_cast<std::size_t>(r.sends_at_most) < bytes.size();
  if (cut) bytes.resize(static_cast<std::size_t>(r.sends_at_most));
  const Error err = bytes.empty() ? Error() : client.conn.Write(bytes.data(), bytes.size()).err;
  // What a server answered before it stopped reading is there to be read still.
  if (err && OutcomeOf(err, client.leaver.get()) != Outcome::kReset) {
    *outcome = OutcomeOf(err, client.leaver.get());
    return false;
  }
  if (r.sends_at_most >= 0) {
    client.leaver->Leave();
    *outcome = Outcome::kLeft;
    return false;
  }
  if (r.half_close) client.conn.As<net::TCPConn>().CloseWrite();
  if (r.leaves_after.Nanoseconds() >= 0) {
    go([leaver = client.leaver, pause = r.leaves_after] {
      time::Sleep(pause);
      leaver->Leave();
    });
  }
  return true;
}

/// Reads one answer, or all until the end.
Outcome Receive(Client& client, Answer* answer) {
  const DriverRequest& r = client.request;
  HttpAnswer http(r.is_http && r.method == "HEAD");
  Outcome outcome = Outcome::kAnswered;
  const auto is_over = [&] { return http.Whole() && !r.until_closed; };
  char buffer[4096];
  const std::size_t at_once =
      r.slow_bytes > 0 && static_cast<std::size_t>(r.slow_bytes) < sizeof buffer
          ? static_cast<std::size_t>(r.slow_bytes)
          : sizeof buffer;
  client.unread.erase(0, http.Take(client.unread));
  while (!is_over()) {
    auto [n, err] = client.conn.Read(buffer, at_once);
    const std::string_view got(buffer, static_cast<std::size_t>(n));
    client.unread.append(got.substr(http.Take(got)));
    if (err) {
      if (err == io::Eof) http.TakeEnd();
      if (!http.Whole() || err != io::Eof) outcome = OutcomeOf(err, client.leaver.get());
      break;
    }
    if (r.slow_bytes > 0 && !is_over()) time::Sleep(r.slow_pause);
  }
  answer->status = http.status();
  answer->head = http.head();
  answer->body = http.body();
  return outcome;
}

std::uint32_t NextNumber() {
  static constinit std::uint32_t last = 0;
  return __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
}

/// From the wish to the outcome, with evidence of both. `client`: null as long as it is to connect.
class Exchange {
 public:
  explicit Exchange(const DriverRequest& request)
      : request_(request), number_(NextNumber()), began_(time::Now()) {
    OutsideEvidence evidence{};
    evidence.number = number_;
    evidence.status_wanted = static_cast<std::uint16_t>(request_.status_wanted);
    RecordOutside(OutsideKind::kRequest, evidence, request_.label, request_.Bytes());
  }

  Answer On(Client& client) {
    if (Send(client, &answer_.outcome)) answer_.outcome = Receive(client, &answer_);
    return End();
  }

  Answer Without(Outcome outcome) {
    answer_.outcome = outcome;
    return End();
  }

 private:
  Answer End() {
    answer_.took = time::Since(began_);
    OutsideEvidence evidence{};
    evidence.number = number_;
    evidence.outcome = static_cast<std::uint8_t>(answer_.outcome);
    evidence.status = static_cast<std::uint16_t>(answer_.status);
    evidence.status_wanted = static_cast<std::uint16_t>(request_.status_wanted);
    evidence.body_wrong = request_.has_body_wanted && answer_.body != request_.body_wanted ? 1 : 0;
    RecordOutside(OutsideKind::kAnswer, evidence, request_.label,
                  {answer_.head.data(), answer_.head.size()},
                  {answer_.body.data(), answer_.body.size()}, request_.keeps);
    return answer_;
  }

  const DriverRequest& request_;
  std::uint32_t number_;
  time::Time began_;
  Answer answer_;
};

}  // namespace

std::string DriverRequest::Bytes() const {
  if (!is_http) return raw;
  std::string bytes = method + " " + path + " HTTP/1.1\r\nHost: " + host +
                      "\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n" + headers;
  if (has_data) {
    bytes += "Content-Length: " + std::to_string(data.size()) +
             "\r\nContent-Type: application/x-www-form-urlencoded\r\n";
  }
  return bytes + "\r\n" + data;
}

Answer MakeExchange(const DriverRequest& request) {
  if (request.after.Nanoseconds() > 0) time::Sleep(request.after);
  Exchange first(request);
  auto [conn, err] = net::Dialer{request.max_time, {}}.Dial("tcp", request.address);
  if (err) return first.Without(OutcomeOf(err, nullptr));
  if (request.max_time.Nanoseconds() > 0) conn.SetDeadline(time::Now().Add(request.max_time));
  Client client{request, conn, std::make_shared<Leaver>(conn, request.resets), {}};
  Answer answer = first.On(client);
  for (int i = 1; i < request.keep_alive && answer.outcome == Outcome::kAnswered; ++i)
    answer = Exchange(request).On(client);
  client.leaver->NoteOver();
  if (!client.leaver->left()) client.conn.Close();
  return answer;
}

}  // namespace golab::rt
