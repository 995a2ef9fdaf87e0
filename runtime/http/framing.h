#pragma once
// How long the body of a message is, by its header. Go: net/http/transfer.go.

#include "golab/http_message.h"

#include "runtime/http/body.h"
#include "runtime/http/head.h"

namespace golab::rt {

enum class FramingFault {
  kNone,
  kBad,          ///< lengths that contradict each other, or are none
  kUnsupported,  ///< another Transfer-Encoding than chunked
};

/// What a header says about the message itself, beside its content.
struct MessageFacts {
  FramingFault fault = FramingFault::kNone;
  Framing framing;
  bool close = false;  ///< the connection ends after it
};

/// Reads and takes out what concerns the transfer. `header` keeps Content-Length unless chunked.
MessageFacts RequestFacts(const Head& head, http::Header* header);

/// `method`: of the request that it answers.
MessageFacts ResponseFacts(const Head& head, std::string_view method, http::Header* header);

/// Whether an answer with that status can have a body.
bool BodyAllowedForStatus(int status);

}  // namespace golab::rt
