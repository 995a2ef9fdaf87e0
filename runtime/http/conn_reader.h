#pragma once
// The reading side of a server's connection, and the goroutine that notices while a handler runs
// that the client has gone. Go: net/http.connReader.
//
// That goroutine exists exactly when Go's does: from the end of the request's body, or the start of
// the handler if there is none, until the handler has returned, a byte of the next request has
// come, or the client has gone. It waits without reading. While it exists, nobody else may touch
// the input.

#include "golab/sync.h"

#include "runtime/http/input.h"
#include "runtime/http/request_inside.h"

namespace golab::http {

class ConnReader {
 public:
  explicit ConnReader(net::Conn conn) : input(std::move(conn)), watch_(new Watch) {}

  ConnReader(const ConnReader&) = delete;
  ConnReader& operator=(const ConnReader&) = delete;

  ~ConnReader() { Release(watch_); }

  /// `request`: whose context ends when the client goes. The connection's goroutine, or the one
  /// that has read the end of the body.
  void StartBackgroundRead(rt::RequestInside* request);

  /// Ends that goroutine, if there is one, and waits until it is done.
  void AbortPendingRead();

  rt::Input input;

 private:
  // Outlives this object by the goroutine's last steps. `in_read` is guarded by `mutex`.
  struct Watch {
    std::uint32_t references = 1;
    bool in_read = false;
    sync::Mutex mutex;
    sync::Cond cond = sync::NewCond(&mutex);
  };

  static void Release(Watch* watch);
  static void BackgroundRead(ConnReader* self, rt::RequestInsideRef request);

  Watch* const watch_;
};

}  // namespace golab::http
