#pragma once
// A request as a client sends it. Go: (*Request).write, transferWriter.

#include <string>

#include "golab/http_message.h"

namespace golab::rt {

/// How the body of a request is sent.
struct SentBody {
  bool has_body = false;
  bool chunked = false;
  std::int64_t length = 0;
};

SentBody BodyToSend(const http::Request& r);

/// First line and headers, with the empty line.
void AppendRequestHead(std::string* out, const http::Request& r, const SentBody& body, bool close);

}  // namespace golab::rt
