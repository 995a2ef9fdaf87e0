#pragma once
// A client's connection, which is used for one request after another. Go: net/http.persistConn.
//
// Two goroutines belong to it: writeLoop sends requests, readLoop reads answers, and notices when
// the server closes the connection meanwhile. The caller of RoundTrip waits for both.

#include <memory>
#include <string>

#include "golab/chan.h"
#include "golab/http_client.h"

#include "runtime/http/body.h"
#include "runtime/http/head.h"
#include "runtime/http/output.h"
#include "runtime/http/shared_ref.h"

namespace golab::http {

/// A request on its way. Shared by who waits for the answer and the two loops.
struct Exchange {
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  ~Exchange() { rt::fiber::Acquire(this); }

  Request request;
  context::Context ctx;
  bool close = false;         ///< the connection is not used again
  bool nothing_came = false;  ///< of an answer; set by readLoop before it tells
  Chan<golab::Error> written = MakeChan<golab::Error>(1);
  Chan<Answer> answered = MakeChan<Answer>(1);
};

using ExchangeRef = rt::SharedRef<Exchange>;

class PersistConn;
using PersistConnRef = rt::SharedRef<PersistConn>;

class PersistConn : public std::enable_shared_from_this<PersistConn> {
 public:
  PersistConn(net::Conn conn, rt::TransportRep* transport, std::string key);
  PersistConn(const PersistConn&) = delete;
  PersistConn& operator=(const PersistConn&) = delete;
  ~PersistConn();

  /// What is said by `retry`: nothing of the request can have been handled, so that it may be sent
  /// again on another connection.
  Answer RoundTrip(const Request& request, time::Duration header_timeout, bool* retry);

  static void ReadLoop(PersistConnRef self);
  static void WriteLoop(PersistConnRef self);

  /// Ends it; who waits gets `why`.
  void Close(const golab::Error& why);

  bool IsClosed();

  /// Takes it out of the pool to use it; false: somebody else did, or it was closed.
  bool LeaveIdle();

  /// Closes it, if nobody uses it.
  void CloseIfIdle();

  const std::string key;  ///< "host:port"

  // Guarded by the transport's lock.
  bool reused = false;  ///< it has answered before
  time::Timer idle_timer;
  bool has_idle_timer = false;

 private:
  friend class AnswerBody;

  bool ReadAnswer(const ExchangeRef& exchange, Response* response, golab::Error* err);
  bool ServeAnswer(const ExchangeRef& exchange);
  golab::Error WriteRequest(const Exchange& exchange);
  golab::Error WhyClosed();
  bool PutIdle();

  net::Conn conn_;
  rt::Input input_;
  rt::Output output_;
  rt::TransportRep* const transport_;
  const Chan<ExchangeRef> to_write_ = MakeChan<ExchangeRef>(1);
  const Chan<ExchangeRef> to_read_ = MakeChan<ExchangeRef>(1);
  const Chan<Empty> closed_ = MakeChan<Empty>();
  std::uint32_t lock_ = 0;  // guards the rest
  bool is_closed_ = false;
  bool idle_ = false;  // in the pool: whoever clears it uses it, or closes it
  int expected_ = 0;   // answers
  golab::Error why_;
};

}  // namespace golab::http
