#pragma once
// The answer to one request, as the handler writes it. Go: net/http.response, chunkWriter.

#include <string>
#include <string_view>

#include "golab/http_server.h"

#include "runtime/http/body.h"

namespace golab::http {

class ServerConn;

class ServerResponse final : public ResponseWriter, public Flusher, public Hijacker {
 public:
  ServerResponse(ServerConn* conn, Request* request, rt::MessageBody* body);
  ~ServerResponse() override;

  http::Header Header() override;
  io::Transfer Write(const char* data, std::size_t size) override;
  void WriteHeader(int status) override;
  void Flush() override;
  http::Hijacked Hijack() override;

  /// The handler has returned: sends what is held back.
  void Finish();

  /// After Finish: whether another request may follow.
  bool MayReuseConnection() const;
  /// After Finish: input was left unread, so a close would throw away the answer.
  bool LeftInput() const;

  /// A body larger than it may be: the connection ends after the answer. Go: requestTooLarge.
  void RequestTooLarge();

  /// The client waits for 100 Continue before it sends the body.
  void ExpectContinue();
  /// The body is read: says 100 Continue if that is still to be said.
  void SendContinue();

 private:
  struct Extra;

  void Send(std::string_view data);
  void SendHeader(std::string_view data);
  void DrainBody(Extra* extra);
  void DecideFraming(Extra* extra, std::string_view encoding);
  void AppendTrailers(std::string* out) const;
  void LogCaller(const char* what) const;
  bool BodyAllowed() const;

  // Held back until there are more, or the handler returns.
  static constexpr std::size_t kHold = 2048;

  ServerConn* const conn_;
  Request* const request_;
  rt::MessageBody* const body_;  // null: none
  char* hold_ = nullptr;         // from the pool of buffers
  std::size_t held_ = 0;
  http::Header header_;       // the handler's
  http::Header sent_header_;  // as it was at WriteHeader
  bool called_header_ = false;
  bool has_snapshot_ = false;
  bool wrote_header_ = false;  // WriteHeader was called
  bool sent_head_ = false;     // it is on its way
  bool chunking_ = false;
  bool handler_done_ = false;
  bool close_after_ = false;
  bool body_too_big_ = false;
  bool can_continue_ = false;
  bool expects_continue_ = false;
  int status_ = 0;
  std::int64_t content_length_ = -1;  // as declared; -1: not
  std::int64_t written_ = 0;
  std::string trailer_names_;  // as declared, comma-separated
};

}  // namespace golab::http
