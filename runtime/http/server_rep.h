#pragma once
// A server's state, which its connections share: they may outlive the http::Server.
//
// Thread safety: `lock` guards the lists and what is said to be guarded; nothing is called while it
// is held. The settings are taken when Serve begins and not changed after.

#include <cstdint>
#include <vector>

#include "golab/http_server.h"
#include "golab/sync.h"

namespace golab::http {
class ServerConn;
}  // namespace golab::http

namespace golab::rt {

/// What a connection is doing. Go: http.ConnState.
enum class ConnState : std::uint8_t { kNew, kActive, kIdle };

struct ServerRep {
  std::uint32_t references = 1;  // the last one destroys

  // Settings.
  http::Handler handler;
  time::Duration read_timeout;
  time::Duration read_header_timeout;
  time::Duration write_timeout;
  time::Duration idle_timeout;
  std::size_t max_header_bytes = 0;
  http::LoggerOr error_log;
  bool options_to_handler = false;
  context::Context base_context;

  bool in_shutdown = false;     // atomic: read without the lock
  bool no_keep_alives = false;  // atomic, likewise

  std::uint32_t lock = 0;
  http::ServerConn* first_conn = nullptr;  // guarded, as their links
  std::vector<net::Listener> listeners;    // guarded
  std::vector<Func<void()>> on_shutdown;   // guarded
  sync::WaitGroup serving;                 // calls of Serve

  bool IsShuttingDown() const { return __atomic_load_n(&in_shutdown, __ATOMIC_SEQ_CST); }

  bool KeepsAlive() const {
    return !__atomic_load_n(&no_keep_alives, __ATOMIC_SEQ_CST) && !IsShuttingDown();
  }

  time::Duration IdleTimeout() const { return idle_timeout > 0 ? idle_timeout : read_timeout; }

  time::Duration ReadHeaderTimeout() const {
    return read_header_timeout > 0 ? read_header_timeout : read_timeout;
  }

  void Log(const String& text) const { error_log.Output(text); }

  void Add(http::ServerConn* conn);
  void Remove(http::ServerConn* conn);  ///< Nothing if it is not listed.
};

class ServerRef {
 public:
  explicit ServerRef(ServerRep* adopted) : rep_(adopted) {}

  ServerRef(const ServerRef& other) : rep_(other.rep_) {
    // Relaxed: a new reference is made from one that keeps the server's state alive.
    __atomic_fetch_add(&rep_->references, 1, __ATOMIC_RELAXED);
  }

  ServerRef& operator=(const ServerRef&) = delete;

  ~ServerRef() {
    if (DropReference(&rep_->references)) delete rep_;
  }

  ServerRep* operator->() const { return rep_; }

  ServerRep& operator*() const { return *rep_; }

 private:
  ServerRep* rep_;
};

}  // namespace golab::rt
