// The virtual world's network: a table of descriptors and ports inside the process. Whatever takes
// its time is a timer, so that the schedule decides what comes first. It differs from Linux nowhere
// that a program can tell: the same tests run on both.

#include "runtime/net/virtual_backend.h"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <map>
#include <vector>

#include "runtime/arch/fiber.h"
#include "runtime/base/lasting.h"
#include "runtime/net/backend.h"
#include "runtime/net/netpoll.h"
#include "runtime/net/virtual_link.h"
#include "runtime/sched/sched.h"
#include "runtime/world/trace.h"

namespace golab::rt {
namespace virtual_net {
namespace {

constexpr std::uint16_t kFirstPort = 40000;
constexpr std::uint16_t kLastPort = 60999;
constexpr std::size_t kBacklog = 4096;
constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr int kSynRetries = 6;  // at 1, 3, 7, 15, 31, 63 s; at 127 s the dial ends, as Linux's

struct Listener {
  Endpoint at;
  bool both = false;  // an IPv6 wildcard that takes IPv4
  std::deque<Link*> waiting;
  PollDesc* desc = nullptr;
  std::uint32_t tag = 0;

  bool Takes(const Endpoint& to) const noexcept {
    if (to.port != at.port) return false;
    if (at.IsUnspecified()) return at.v6 == to.v6 || both;
    return at.v6 == to.v6 && at.ip == to.ip;
  }

  bool Excludes(const Endpoint& other, bool other_both) const noexcept {
    if (other.port != at.port) return false;
    if (at.v6 != other.v6 && !both && !other_both) return false;
    return at.IsUnspecified() || other.IsUnspecified() || at.ip == other.ip;
  }
};

/// A connection that is being made. It owns itself until it is decided.
struct Handshake {
  Link* link = nullptr;  // null: the client has given up
  Endpoint to;
  Draws draws{0};
  int tries = 0;
  bool answered = false;  // the answer is on its way back:
  int error = 0;          // 0: connected
  Timer timer;
};

struct Descriptor {
  Listener* listener = nullptr;
  Link* link = nullptr;
  int end = 0;
  Handshake* handshake = nullptr;

  bool Free() const noexcept { return listener == nullptr && link == nullptr; }
};

struct Network {
  std::vector<Descriptor> table;
  std::vector<Listener*> listeners;
  std::map<Link*, int> client_fds;  // of those that are being made
  std::uint64_t links = 0;
  std::uint16_t next_port = kFirstPort;
  std::uint32_t accepts_to_failure = 0;
};

Network& Net() {
  static Network* const network = [] {
    auto* made = new Network;
    KeepForEver(made);
    return made;
  }();
  return *network;
}

/// The lowest free number, as Linux gives.
int NewDescriptor(const Descriptor& d) {
  std::vector<Descriptor>& table = Net().table;
  const auto free =
      std::find_if(table.begin(), table.end(), [](const Descriptor& one) { return one.Free(); });
  const auto at = free - table.begin();
  if (free == table.end()) {
    table.push_back(d);
  } else {
    *free = d;
  }
  return static_cast<int>(at);
}

Descriptor& At(int fd) {
  return Net().table[static_cast<std::size_t>(fd)];
}

Listener* FindListener(const Endpoint& to) {
  Listener* found = nullptr;
  for (Listener* one : Net().listeners) {
    if (!one->Takes(to)) continue;
    if (!one->at.IsUnspecified()) return one;  // the more exact one
    found = one;
  }
  return found;
}

std::uint16_t FreePort() {
  Network& net = Net();
  for (;;) {
    const std::uint16_t port = net.next_port;
    net.next_port = port == kLastPort ? kFirstPort : static_cast<std::uint16_t>(port + 1);
    const bool taken = std::any_of(net.listeners.begin(), net.listeners.end(),
                                   [&](const Listener* one) { return one->at.port == port; });
    if (!taken) return port;
  }
}

void TellListener(Listener* listener) {
  if (listener->desc == nullptr) return;
  GList woken;
  listener->desc->Tell(listener->tag, kNetReadable, &woken);
  ReadyAll(&woken, /*behind=*/true);
}

Opened Listen(Endpoint* at, bool both) {
  both = both && at->v6 && at->IsUnspecified();
  if (!at->IsUnspecified() && !at->IsLoopback()) return {-EADDRNOTAVAIL, "bind"};
  if (at->port == 0) {
    at->port = FreePort();
  } else {
    for (const Listener* one : Net().listeners) {
      if (one->Excludes(*at, both)) return {-EADDRINUSE, "bind"};
    }
  }
  auto* listener = new Listener;
  listener->at = *at;
  listener->both = both;
  Net().listeners.push_back(listener);
  Descriptor d;
  d.listener = listener;
  return {NewDescriptor(d)};
}

void After(Handshake* h, std::uint64_t ns) {
  h->timer.when = world.now + ns;
  ArmTimer(&h->timer);
}

/// The answer has come back to who dials.
void Decide(Handshake* h) {
  if (Link* link = h->link; link != nullptr) {
    At(Net().client_fds[link]).handshake = nullptr;
    Net().client_fds.erase(link);
    End& client = link->ends[0];
    client.state = End::State::kOpen;
    if (h->error != 0) {
      client.error = h->error;
      client.reset = true;
    }
    client.Tell(h->error == 0 ? kNetWritable : kNetReadable | kNetWritable | kNetHangUp);
  }
  delete h;
}

void Answer(Handshake* h, int error) {
  h->answered = true;
  h->error = error;
  After(h, error == ETIMEDOUT ? 0 : h->draws.Latency());
}

/// The wish to connect has come to where it goes.
void Arrive(Handshake* h) {
  if (h->link == nullptr) {
    delete h;
    return;
  }
  if (h->tries > kSynRetries) {
    h->link->ends[1].state = End::State::kGone;
    return Answer(h, ETIMEDOUT);
  }
  Listener* listener = h->to.IsLoopback() ? FindListener(h->to) : nullptr;
  if (h->to.IsLoopback() && listener == nullptr) {
    h->link->ends[1].state = End::State::kGone;
    return Answer(h, ECONNREFUSED);
  }
  if (listener == nullptr || listener->waiting.size() >= kBacklog) {
    return After(h, kSecond << h->tries++);
  }
  h->link->ends[1].state = End::State::kOpen;
  listener->waiting.push_back(h->link);
  Answer(h, 0);
  TellListener(listener);
}

void FireHandshake(Timer* timer, std::uint64_t /*now*/) {
  const fiber::Unseen unseen;
  Touch(kTheNetwork, AccessMode::kWrite);
  auto* h = static_cast<Handshake*>(timer->context);
  if (h->answered) {
    Decide(h);
  } else {
    Arrive(h);
  }
}

bool IsBlackHole(const Endpoint& to) noexcept {
  return !to.v6 && to.ip[0] == 192 && to.ip[1] == 0 && to.ip[2] == 2;
}

Opened Connect(const Endpoint& wanted) {
  Endpoint to = wanted;
  to.no_host = false;
  if (to.IsUnspecified()) to.ip[to.v6 ? 15 : 0] = to.v6 ? 1 : 127;  // as Linux: this host
  if (!to.v6 && wanted.IsUnspecified()) to.ip[3] = 1;
  if (!to.IsLoopback() && !IsBlackHole(to)) return {-ENETUNREACH, "connect"};
  Endpoint from = to;
  if (!to.IsLoopback()) from = Endpoint::V4(192, 0, 2, 200, 0);
  from.port = FreePort();
  Network& net = Net();
  auto* link = new Link(++net.links, from, to);
  link->ends[0].state = End::State::kConnecting;
  auto* h = new Handshake;
  h->link = link;
  h->to = to;
  h->draws = Draws(~net.links);
  h->timer.fire = &FireHandshake;
  h->timer.context = h;
  Descriptor d;
  d.link = link;
  d.end = 0;
  d.handshake = h;
  const int fd = NewDescriptor(d);
  net.client_fds[link] = fd;
  After(h, h->draws.Latency());
  return {fd, "", true};
}

int FinishConnect(int fd) {
  const Descriptor& d = At(fd);
  if (d.handshake != nullptr) return -EAGAIN;
  const int error = d.link->ends[0].error;
  // A reset of what was connected is told by the next operation.
  return error == ECONNRESET || error == EPIPE ? 0 : -error;
}

Opened Accept(int fd, Endpoint* from) {
  Network& net = Net();
  Listener* listener = At(fd).listener;
  if (listener->waiting.empty()) return {-EAGAIN, "accept4"};
  if (net.accepts_to_failure != 0 && --net.accepts_to_failure == 0) return {-EMFILE, "accept4"};
  Link* link = listener->waiting.front();
  listener->waiting.pop_front();
  *from = link->ends[0].at;
  Descriptor d;
  d.link = link;
  d.end = 1;
  return {NewDescriptor(d), "accept4"};
}

int Watch(int fd, PollDesc* desc) {
  const Descriptor& d = At(fd);
  if (d.listener == nullptr) {
    d.link->Watch(d.end, desc);
    return 0;
  }
  d.listener->desc = desc;
  d.listener->tag = desc->tag();
  if (!d.listener->waiting.empty()) TellListener(d.listener);
  return 0;
}

long Read(int fd, void* to, std::size_t size) {
  const Descriptor& d = At(fd);
  if (d.link == nullptr) return -ENOTCONN;
  return d.link->Read(d.end, static_cast<char*>(to), size);
}

long Write(int fd, const void* from, std::size_t size) {
  const Descriptor& d = At(fd);
  if (d.link == nullptr) return -ENOTCONN;
  return d.link->Write(d.end, static_cast<const char*>(from), size);
}

long WriteVector(int fd, const iovec* parts, int count) {
  long all = 0;
  for (int i = 0; i < count; ++i) {
    const long n = Write(fd, parts[i].iov_base, parts[i].iov_len);
    if (n < 0) return all > 0 ? all : n;
    all += n;
    if (static_cast<std::size_t>(n) < parts[i].iov_len) break;
  }
  return all;
}

int Shutdown(int fd, Direction direction) {
  const Descriptor& d = At(fd);
  if (d.link == nullptr || d.link->ends[d.end].reset) return -ENOTCONN;
  d.link->Shutdown(d.end, direction);
  return 0;
}

/// Those that nobody has accepted are reset.
void CloseListener(Listener* listener) {
  std::vector<Listener*>& all = Net().listeners;
  all.erase(std::find(all.begin(), all.end(), listener));
  for (Link* link : listener->waiting) {
    link->ends[1].linger = 0;
    link->Close(1);
  }
  delete listener;
}

void CloseConnecting(const Descriptor& d) {
  // The client gives up. Its wish may have come to the listener by now: then that one has a
  // connection that has ended.
  d.handshake->link = nullptr;
  Net().client_fds.erase(d.link);
  Link* link = d.link;
  const bool arrived = d.handshake->answered && link->ends[1].state == End::State::kOpen;
  link->ends[0].state = arrived ? End::State::kOpen : End::State::kGone;
  if (!arrived) link->ends[1].state = End::State::kGone;
  link->Close(0);
}

void Close(int fd) {
  const Descriptor d = At(fd);
  At(fd) = Descriptor{};
  if (d.listener != nullptr) return CloseListener(d.listener);
  if (d.handshake != nullptr) return CloseConnecting(d);
  d.link->Close(d.end);
}

Endpoint Local(int fd) {
  const Descriptor& d = At(fd);
  return d.listener != nullptr ? d.listener->at : d.link->ends[d.end].at;
}

int SetOption(int fd, SocketOption option, int value) {
  const Descriptor& d = At(fd);
  if (option == SocketOption::kLinger && d.link != nullptr) d.link->ends[d.end].linger = value;
  return 0;
}

}  // namespace

void FailAccept(std::uint32_t k) {
  Net().accepts_to_failure = k;
}

}  // namespace virtual_net

namespace {

/// To TSan, what the network keeps is nobody's memory: bytes go from goroutine to clock to
/// goroutine, on the stack of whoever runs. What a write and a read say of order is said above the
/// seam (NetFd).
template <auto call>
struct Unseen;

template <class R, class... A, R (*call)(A...)>
struct Unseen<call> {
  static R Do(A... arguments) {
    const fiber::Unseen unseen;
    return call(arguments...);
  }
};

template <auto call>
constexpr auto Door() {
  if constexpr (fiber::kTracked) {
    return &Unseen<call>::Do;
  } else {
    return call;
  }
}

}  // namespace

constexpr Backend kVirtualBackend = {
    Door<&virtual_net::Listen>(),        Door<&virtual_net::Connect>(),
    Door<&virtual_net::FinishConnect>(), Door<&virtual_net::Accept>(),
    Door<&virtual_net::Watch>(),         Door<&virtual_net::Read>(),
    Door<&virtual_net::Write>(),         Door<&virtual_net::WriteVector>(),
    Door<&virtual_net::Shutdown>(),      Door<&virtual_net::Close>(),
    Door<&virtual_net::Local>(),         Door<&virtual_net::SetOption>()};

}  // namespace golab::rt
