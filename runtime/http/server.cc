// Go: net/http.Server.

#include <algorithm>

#include "golab/defer.h"
#include "golab/fmt.h"
#include "golab/go.h"
#include "golab/references.h"
#include "golab/select.h"

#include "runtime/base/spin_lock.h"
#include "runtime/http/server_conn.h"
#include "runtime/http/server_rep.h"

namespace golab {
namespace rt {

void ServerRep::Add(http::ServerConn* conn) {
  LockWord(&lock);
  conn->next = first_conn;
  if (first_conn != nullptr) first_conn->previous = conn;
  first_conn = conn;
  conn->listed = true;
  UnlockWord(&lock);
}

void ServerRep::Remove(http::ServerConn* conn) {
  LockWord(&lock);
  if (conn->listed) {
    conn->listed = false;
    (conn->previous != nullptr ? conn->previous->next : first_conn) = conn->next;
    if (conn->next != nullptr) conn->next->previous = conn->previous;
  }
  UnlockWord(&lock);
}

namespace {

// A new connection that sends nothing counts as idle after that many seconds.
constexpr std::int64_t kNewIsIdleAfter = 5;

constexpr time::Duration kFirstPoll = time::Millisecond;
constexpr time::Duration kLongestPoll = 500 * time::Millisecond;

constexpr time::Duration kFirstRetry = 5 * time::Millisecond;
constexpr time::Duration kLongestRetry = time::Second;

// Closes what may be closed; whether nothing is left. With `all`, everything.
bool CloseConns(ServerRep& server, bool all) {
  const std::int64_t now = time::Now().Unix();
  std::vector<net::Conn> closing;
  bool quiet = true;
  LockWord(&server.lock);
  for (http::ServerConn* conn = server.first_conn; conn != nullptr; conn = conn->next) {
    const bool forgotten =
        conn->state == ConnState::kNew && conn->state_since < now - kNewIsIdleAfter;
    if (all || conn->state == ConnState::kIdle || forgotten) {
      closing.push_back(conn->conn);
    } else {
      quiet = false;
    }
  }
  UnlockWord(&server.lock);
  // Each one's goroutine notices, and takes it off the list.
  for (const net::Conn& conn : closing) conn.Close();
  return quiet;
}

Error CloseListeners(ServerRep& server) {
  LockWord(&server.lock);
  const std::vector<net::Listener> listeners = server.listeners;
  UnlockWord(&server.lock);
  Error first;
  for (const net::Listener& listener : listeners) {
    Error err = listener.Close();
    if (err && !errors::Is(err, net::ErrClosed) && !first) first = err;
  }
  return first;
}

// Who calls Serve holds the listener for so long. False: the server is about to end.
bool Track(ServerRep& server, const net::Listener& listener) {
  LockWord(&server.lock);
  const bool serves = !server.IsShuttingDown();
  if (serves) server.listeners.push_back(listener);
  UnlockWord(&server.lock);
  if (serves) server.serving.Add(1);
  return serves;
}

void Untrack(ServerRep& server, const net::Listener& listener) {
  std::vector<net::Listener> dropped;  // outlives the lock
  LockWord(&server.lock);
  const auto at = std::find(server.listeners.begin(), server.listeners.end(), listener);
  if (at != server.listeners.end()) {
    dropped.push_back(std::move(*at));
    server.listeners.erase(at);
  }
  UnlockWord(&server.lock);
  server.serving.Done();
}

}  // namespace
}  // namespace rt

namespace http {

Server::Server() : rep_(new rt::ServerRep) {}

Server::~Server() {
  const rt::ServerRef mine(rep_);  // connections have their own
}

golab::Error Server::ListenAndServe() {
  if (rep_->IsShuttingDown()) return ErrServerClosed;
  auto [listener, err] = net::Listen("tcp", Addr.empty() ? String(":80") : Addr);
  if (err) return err;
  return Serve(listener);
}

// While Shutdown may be called already, and before anybody is served.
static void TakeSettings(const Server& server, const net::Listener& listener, rt::ServerRep* rep) {
  constexpr std::size_t kDefaultMaxHeader = 1 << 20;
  rep->handler = server.Handler;
  rep->read_timeout = server.ReadTimeout;
  rep->read_header_timeout = server.ReadHeaderTimeout;
  rep->write_timeout = server.WriteTimeout;
  rep->idle_timeout = server.IdleTimeout;
  rep->max_header_bytes = server.MaxHeaderBytes > 0
                              ? static_cast<std::size_t>(server.MaxHeaderBytes)
                              : kDefaultMaxHeader;
  rep->error_log = server.ErrorLog;
  rep->options_to_handler = server.DisableGeneralOptionsHandler;
  if (server.BaseContext) {
    rep->base_context = server.BaseContext(listener);
    if (!rep->base_context) panic("BaseContext returned a nil context");
  }
}

golab::Error Server::Serve(const net::Listener& listener) {
  __atomic_fetch_add(&rep_->references, 1, __ATOMIC_RELAXED);  // the Server holds one
  const rt::ServerRef server(rep_);
  if (!rt::Track(*server, listener)) {
    listener.Close();
    return ErrServerClosed;
  }
  Defer untrack{[&] {
    listener.Close();
    rt::Untrack(*server, listener);
  }};
  TakeSettings(*this, listener, &*server);
  time::Duration retry;
  while (true) {
    auto [conn, err] = listener.Accept();
    if (err) {
      if (server->IsShuttingDown()) return ErrServerClosed;
      const auto* const op = errors::As<net::OpError>(err);
      if (op == nullptr || !op->Temporary()) return err;
      retry = retry == 0 ? rt::kFirstRetry : std::min(2 * retry, rt::kLongestRetry);
      server->Log(fmt::Sprintf("http: Accept error: %v; retrying in %v", err, retry));
      time::Sleep(retry);
      continue;
    }
    retry = {};
    auto* const served = new ServerConn(server, std::move(conn));
    served->SetState(rt::ConnState::kNew);
    server->Add(served);
    go(&ServerConn::Serve, served);
  }
}

golab::Error Server::Shutdown(const context::Context& ctx) {
  __atomic_fetch_add(&rep_->references, 1, __ATOMIC_RELAXED);
  const rt::ServerRef server(rep_);
  __atomic_store_n(&server->in_shutdown, true, __ATOMIC_SEQ_CST);
  const golab::Error listener_err = rt::CloseListeners(*server);
  rt::LockWord(&server->lock);
  const std::vector<Func<void()>> hooks = server->on_shutdown;
  rt::UnlockWord(&server->lock);
  for (const Func<void()>& hook : hooks) go(hook);
  server->serving.Wait();
  time::Duration poll = rt::kFirstPoll;
  const time::Timer timer = time::NewTimer(poll);
  Defer stop{[&] { timer.Stop(); }};
  while (true) {
    if (rt::CloseConns(*server, false)) return listener_err;
    if (Select(Recv(ctx.Done()), Recv(timer.C)) == 0) return ctx.Err();
    poll = std::min(2 * poll, rt::kLongestPoll);
    timer.Reset(poll);
  }
}

golab::Error Server::Close() {
  __atomic_fetch_add(&rep_->references, 1, __ATOMIC_RELAXED);
  const rt::ServerRef server(rep_);
  __atomic_store_n(&server->in_shutdown, true, __ATOMIC_SEQ_CST);
  const golab::Error err = rt::CloseListeners(*server);
  server->serving.Wait();
  rt::CloseConns(*server, true);
  return err;
}

void Server::RegisterOnShutdown(Func<void()> f) {
  rt::LockWord(&rep_->lock);
  rep_->on_shutdown.push_back(std::move(f));
  rt::UnlockWord(&rep_->lock);
}

void Server::SetKeepAlivesEnabled(bool on) {
  __atomic_store_n(&rep_->no_keep_alives, !on, __ATOMIC_SEQ_CST);
  if (!on) rt::CloseConns(*rep_, false);
}

golab::Error ListenAndServe(const String& addr, Handler handler) {
  Server server;
  server.Addr = addr;
  server.Handler = std::move(handler);
  return server.ListenAndServe();
}

golab::Error Serve(const net::Listener& listener, Handler handler) {
  Server server;
  server.Handler = std::move(handler);
  return server.Serve(listener);
}

}  // namespace http
}  // namespace golab
