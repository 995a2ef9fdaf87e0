// Listen and Dial.

#include <cerrno>

#include "golab/defer.h"
#include "golab/net.h"

#include "runtime/net/conn_rep.h"
#include "runtime/net/endpoint.h"
#include "runtime/net/first_listener.h"
#include "runtime/net/net_error.h"
#include "runtime/sched/sched.h"
#include "runtime/unwind/unwind.h"
#include "runtime/world/world.h"

namespace golab {
namespace rt {
namespace {

/// When a dial must have succeeded, and what else ends it.
struct DialLimits {
  std::uint64_t until = Wheel::kNone;
  context::Context ctx;  // nil: none
};

/// Why a dial that did not succeed has ended, as Go words it.
Error Outcome(const DialLimits& limits, long result, const char* call) {
  if (result == kNetTimeout || result == kNetClosed) {
    if (limits.ctx && limits.ctx.Err() == context::Canceled) return DialCanceled();
    return DialTimedOut();
  }
  return NetErrorOf(result, call);
}

/// Waits for a connection that was begun.
long FinishWithin(TcpConn& conn, const DialLimits& limits) {
  conn.fd().SetDeadline(false, true, limits.until);
  PollDesc* const desc = conn.fd().desc();
  // The context's end is a deadline that has passed. The descriptor outlives the function: when
  // `stop` says that it was too late, the function may run still, on a descriptor that is another's
  // by then; so it holds the connection.
  Func<bool()> stop;
  if (limits.ctx) {
    RetainConn(&conn);
    stop = context::AfterFunc(limits.ctx, [held = net::Conn(&conn)] {
      held.raw()->Tcp()->fd().SetDeadline(false, true, 0);
    });
  }
  const long result = conn.fd().FinishConnect();
  if (stop && !stop() && result == 0) return kNetTimeout;  // it ended with the context
  if (result == 0) desc->SetDeadline(Direction::kWrite, Wheel::kNone);
  return result;
}

net::Connected DialOne(const Endpoint& to, const DialLimits& limits) {
  const auto failure = [&](long result, const char* call) -> net::Connected {
    return {nullptr,
            net::OpError{"dial", "tcp", nullptr, to.ToAddr(), Outcome(limits, result, call)}};
  };
  if (limits.until <= Now()) return failure(kNetTimeout, "");
  if (limits.ctx && limits.ctx.Err()) return failure(kNetTimeout, "");
  const Opened opened = TheNetwork().connect(to);
  if (opened.fd < 0) return failure(opened.fd, opened.call);
  Endpoint remote = to;
  if (remote.no_host) remote.no_host = false;
  auto* conn = new TcpConn(static_cast<int>(opened.fd), remote);
  net::Conn handle(conn);
  if (const int error = conn->fd().Init(); error != 0) return failure(error, "epoll_ctl");
  if (opened.in_progress) {
    const long result = FinishWithin(*conn, limits);
    if (result != 0) {
      conn->fd().Close();
      return failure(result, "connect");
    }
  }
  return {handle, nullptr};
}

net::Connected DialAll(const String& network, const String& address, const DialLimits& limits) {
  const Network known = ParseNetwork(network);
  const auto failure = [&](const Error& err) -> net::Connected {
    return {nullptr, net::OpError{"dial", network, nullptr, nullptr, err}};
  };
  if (!known.known) return failure(errors::New("unknown network " + network));
  const Resolved resolved = Resolve(known, address, /*to_listen=*/false);
  if (resolved.err) return failure(resolved.err);
  net::Connected first;
  for (const Endpoint& one : resolved.endpoints) {
    net::Connected got = DialOne(one, limits);
    if (!got.err) return got;
    if (!first.err) first = got;
  }
  return first;
}

}  // namespace
}  // namespace rt

namespace net {

Listening Listen(const golab::String& network, const golab::String& address) {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  rt::CurrentG("net.Listen");
  const rt::Network known = rt::ParseNetwork(network);
  const auto failure = [&](const net::Addr& at, const golab::Error& err) -> Listening {
    return {nullptr, OpError{"listen", network, nullptr, at, err}};
  };
  if (!known.known) return failure(nullptr, errors::New("unknown network " + network));
  const rt::Resolved resolved = rt::Resolve(known, address, /*to_listen=*/true);
  if (resolved.err) return failure(nullptr, resolved.err);
  rt::Endpoint at = resolved.endpoints.front();
  // A wildcard means both families where both are allowed, however it is written.
  if (known.v6 && at.IsUnspecified()) at.v6 = true;
  const rt::Endpoint asked = at;
  const rt::Opened opened = rt::TheNetwork().listen(&at, known.v4);
  if (opened.fd < 0) return failure(asked.ToAddr(), rt::NetErrorOf(opened.fd, opened.call));
  auto* rep = new rt::ListenerRep(static_cast<int>(opened.fd), at);
  const Listener ln(rep);
  if (const int error = rep->fd().Init(); error != 0)
    return failure(at.ToAddr(), rt::NetErrorOf(error, "epoll_ctl"));
  if (rt::world.lab) rt::NoteListener(at);
  return {ln, nullptr};
}

namespace {

Connected DialWith(const Dialer& dialer, const context::Context& ctx, const golab::String& network,
                   const golab::String& address) {
  rt::CurrentG("net.Dial");
  if (!ctx) panic("nil context");
  rt::DialLimits limits;
  const auto earlier = [&](const time::Time& t) {
    const std::uint64_t when = rt::WorldInstant(t);
    if (when < limits.until) limits.until = when;
  };
  if (dialer.Timeout.Nanoseconds() != 0) earlier(time::Now().Add(dialer.Timeout));
  earlier(dialer.Deadline);
  if (const auto [deadline, ok] = ctx.Deadline(); ok) earlier(deadline);
  if (ctx.Done() != nullptr) limits.ctx = ctx;
  return rt::DialAll(network, address, limits);
}

}  // namespace

Connected Dial(const golab::String& network, const golab::String& address) {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  return DialWith({}, context::Background(), network, address);
}

Connected DialTimeout(const golab::String& network, const golab::String& address,
                      time::Duration timeout) {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  return DialWith({timeout, {}}, context::Background(), network, address);
}

Connected Dialer::Dial(const golab::String& network, const golab::String& address) const {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  return DialWith(*this, context::Background(), network, address);
}

Connected Dialer::DialContext(const context::Context& ctx, const golab::String& network,
                              const golab::String& address) const {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  return DialWith(*this, ctx, network, address);
}

}  // namespace net
}  // namespace golab
