#pragma once
// One connection of a server, and the goroutine that serves it. Go: net/http.conn.

#include <cstdint>
#include <string_view>

#include "golab/defer.h"
#include "golab/http_server.h"

#include "runtime/http/body.h"
#include "runtime/http/conn_reader.h"
#include "runtime/http/head.h"
#include "runtime/http/output.h"
#include "runtime/http/server_rep.h"

namespace golab::http {

class ServerResponse;

class ServerConn {
 public:
  ServerConn(rt::ServerRef server, net::Conn conn);
  ServerConn(const ServerConn&) = delete;
  ServerConn& operator=(const ServerConn&) = delete;

  /// Reads requests and answers them until one side has had enough; then the connection is closed
  /// and this object is gone. Body of the connection's goroutine.
  static void Serve(ServerConn* self);

  void SetState(rt::ConnState state);

  rt::ServerRep& server() { return *server_; }

  net::Conn conn;
  ConnReader reader;
  rt::Output output;

  /// The first byte of an answer could not be sent: whoever waits for the request's end is told.
  void NoteWriteError();

  bool hijacked = false;

  // Links of the server's list, and what it shows there; guarded by the server's lock.
  ServerConn* previous = nullptr;
  ServerConn* next = nullptr;
  bool listed = false;
  rt::ConnState state = rt::ConnState::kNew;
  std::int64_t state_since = 0;  // seconds

 private:
  /// What becomes of a connection after one request.
  enum class Outcome { kNext, kEnd, kEndGently };

  void ServeRequests();
  Outcome ServeOne();
  bool ReadHead(rt::Head* head, std::size_t* size);
  bool AwaitNext();
  void SkipEmptyLines();
  Outcome Answer(const rt::Head& head, std::size_t size);
  Outcome Run(Request* request, rt::MessageBody* body, bool expects, bool expects_other);
  static void NoteRequest(const Request& request);
  void Refuse(std::string_view status, std::string_view text);
  void RefuseFault(rt::HeadFault fault);
  void CloseGently();
  void Finish();
  void LogPanic(const Recovered& panic) const;

  rt::ServerRef server_;
  String remote_;
  rt::RequestInside* current_ = nullptr;  // of the request that is being answered
  rt::MessageBody* body_in_flight_ = nullptr;
  bool last_was_post_ = false;
};

/// Calls the server's handler. Go: http.serverHandler.
void ServeHandler(rt::ServerRep& server, ResponseWriter& w, Request& r);

}  // namespace golab::http
