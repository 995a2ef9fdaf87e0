#pragma once
// The body of a message that is being read, on one connection. Go: net/http.body,
// net/http/internal.chunkedReader.
//
// Thread safety: a lock of its own, as in Go: a goroutine may still read while the server wants to
// go on to the next request.

#include <cstdint>

#include "golab/func.h"
#include "golab/http_message.h"
#include "golab/sync.h"

#include "runtime/http/input.h"

namespace golab::rt {

/// How long a body is.
struct Framing {
  bool chunked = false;
  std::int64_t length = 0;  ///< -1: up to the end of the connection, or chunked

  bool HasBody() const { return chunked || length != 0; }
};

/// What a server reads of a body that the handler has left, at most.
inline constexpr std::int64_t kMaxDrain = 256 << 10;

/// Decodes `Transfer-Encoding: chunked`.
class ChunkedReader {
 public:
  explicit ChunkedReader(Input* input) : input_(input) {}

  io::Transfer Read(char* buf, std::size_t size);

 private:
  void BeginChunk();
  void EndChunk();
  bool HeaderIsThere() const;
  Error ReadLine(std::string_view* line);

  Input* input_;
  std::uint64_t left_ = 0;   // of the chunk
  std::int64_t excess_ = 0;  // bytes beside the data, but for what is usual
  bool check_end_ = false;   // the chunk's data is read, its line's end is not
  Error err_;
};

class MessageBody {
 public:
  MessageBody(Input* input, Framing framing)
      : input_(input), framing_(framing), left_(framing.length), chunks_(input) {}

  MessageBody(const MessageBody&) = delete;
  MessageBody& operator=(const MessageBody&) = delete;

  io::Transfer Read(char* buf, std::size_t size);

  /// Reads what is left, so that the connection can be used again; of a server's up to kMaxDrain.
  /// Reads fail from now on.
  Error Close();

  /// A server's: reads what is left, up to kMaxDrain. An error if there is more, or it is broken.
  Error ReadRest();

  /// From here on, in place of the end: what is left stays unread, Reads fail.
  void Abandon();

  bool SawEnd();
  bool EndedEarly();  ///< Close has left something unread.

  /// Called once, when the end has been read; by the goroutine that reads. Must not block.
  Func<void()> on_end;
  /// Before the first bytes are waited for: the client waits for a sign.
  Func<void()> before_read;
  bool closes_early = false;  ///< a server's: see Close
  bool closing = false;       ///< the connection ends after this message: Close need not read

  /// Bytes that a server knows it would have to read.
  std::int64_t KnownLeft();
  bool WasClosed();

  /// Where what follows the last chunk is put; the message's, which shares it.
  http::Header trailer;

 private:
  io::Transfer ReadLocked(char* buf, std::size_t size);
  io::Transfer ReadSource(char* buf, std::size_t size);
  Error ReadTrailer();
  std::int64_t Drain(std::int64_t limit, Error* err);

  sync::Mutex mutex_;  // guards what follows
  Input* input_;
  const Framing framing_;
  std::int64_t left_;  // of a known length
  ChunkedReader chunks_;
  bool trailer_read_ = false;
  bool saw_end_ = false;
  bool closed_ = false;
  bool ended_early_ = false;
};

}  // namespace golab::rt
