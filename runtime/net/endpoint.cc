#include "runtime/net/endpoint.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "golab/syscall.h"

#include "runtime/world/world.h"

namespace golab {
namespace rt {
namespace {

constexpr std::uint32_t kMostPort = 65535;

struct PortResult {
  std::uint16_t port = 0;
  Error err;
};

/// A number, or one of the names that everybody uses. Go: net.LookupPort.
PortResult ParsePort(const String& text) {
  const std::string_view digits(text.data(), text.size());
  if (digits.empty()) return {};
  if (std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    std::uint32_t value = 0;
    for (const char c : digits) {
      value = value * 10 + static_cast<std::uint32_t>(c - '0');
      if (value > kMostPort) return {0, net::AddrError{"invalid port", text}};
    }
    return {static_cast<std::uint16_t>(value), nullptr};
  }
  static constexpr std::pair<std::string_view, std::uint16_t> kServices[] = {
      {"domain", 53}, {"ftp", 21},  {"http", 80}, {"https", 443},
      {"imap", 143},  {"smtp", 25}, {"ssh", 22},  {"telnet", 23},
  };
  const auto* const found = std::find_if(std::begin(kServices), std::end(kServices),
                                         [&](const auto& one) { return one.first == digits; });
  if (found != std::end(kServices)) return {found->second, nullptr};
  if (digits.front() == '-') return {0, net::AddrError{"invalid port", text}};
  return {0, net::DNSError{"unknown port", "tcp/" + text, true}};
}

bool Suits(const Network& network, const Endpoint& one) noexcept {
  return one.v6 ? network.v6 : network.v4;
}

Endpoint Loopback(bool v6) noexcept {
  if (!v6) return Endpoint::V4(127, 0, 0, 1, 0);
  Endpoint one = Endpoint::AnyV6(0);
  one.ip[15] = 1;
  return one;
}

Endpoint FromSystem(const sockaddr* address) noexcept {
  Endpoint one;
  if (address->sa_family == AF_INET6) {
    one.v6 = true;
    std::memcpy(one.ip.data(), &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, 16);
  } else {
    std::memcpy(one.ip.data(), &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, 4);
  }
  return one;
}

/// Asks the C library, which may ask others.
std::vector<Endpoint> LookUp(const String& host) {
  std::vector<Endpoint> found;
  if (world.is_virtual) return found;  // a world without name servers
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  int failed = 0;
  const auto ask = [&] { failed = getaddrinfo(host.c_str(), nullptr, &hints, &list); };
  syscall::Blocking(ask);
  if (failed != 0) return found;
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
    if (one->ai_family == AF_INET || one->ai_family == AF_INET6)
      found.push_back(FromSystem(one->ai_addr));
  }
  freeaddrinfo(list);
  // Go prefers IPv4 where it has the choice.
  std::stable_partition(found.begin(), found.end(), [](const Endpoint& e) { return !e.v6; });
  return found;
}

std::vector<Endpoint> HostEndpoints(const Network& network, const String& host, bool to_listen) {
  if (host.empty()) {
    if (!to_listen) return {Loopback(false), Loopback(true)};
    return {network.v6 ? Endpoint::AnyV6(0) : Endpoint()};
  }
  if (host == "localhost") return {Loopback(false), Loopback(true)};
  Endpoint literal;
  if (ParseIp({host.data(), host.size()}, &literal)) return {literal};
  return LookUp(host);
}

}  // namespace

bool Endpoint::IsUnspecified() const noexcept {
  return std::all_of(ip.begin(), ip.end(), [](std::uint8_t b) { return b == 0; });
}

bool Endpoint::IsLoopback() const noexcept {
  if (!v6) return ip[0] == 127;
  return std::all_of(ip.begin(), ip.end() - 1, [](std::uint8_t b) { return b == 0; }) &&
         ip[15] == 1;
}

net::TCPAddr Endpoint::ToAddr() const {
  net::TCPAddr addr;
  addr.Port = port;
  if (no_host) return addr;
  char text[INET6_ADDRSTRLEN];
  const void* from = ip.data();
  static constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  bool four = !v6;
  if (v6 && std::memcmp(ip.data(), kMapped, sizeof kMapped) == 0) {  // IPv4 by an IPv6 socket
    four = true;
    from = ip.data() + sizeof kMapped;
  }
  addr.IP = inet_ntop(four ? AF_INET : AF_INET6, from, text, sizeof text);
  return addr;
}

bool ParseIp(std::string_view text, Endpoint* out) {
  const std::string copy(text);
  Endpoint one;
  if (inet_pton(AF_INET, copy.c_str(), one.ip.data()) == 1) {
    *out = one;
    return true;
  }
  one.v6 = true;
  if (inet_pton(AF_INET6, copy.c_str(), one.ip.data()) != 1) return false;
  *out = one;
  return true;
}

Network ParseNetwork(const String& name) {
  if (name == "tcp") return {true, true, true};
  if (name == "tcp4") return {true, true, false};
  if (name == "tcp6") return {true, false, true};
  return {};
}

Resolved Resolve(const Network& network, const String& address, bool to_listen) {
  if (address.empty() && !to_listen) return {{}, net::AddrError{"missing address", ""}};
  String host;
  std::uint16_t port = 0;
  if (!address.empty()) {
    const net::HostPort parts = net::SplitHostPort(address);
    if (parts.err) return {{}, parts.err};
    const PortResult number = ParsePort(parts.port);
    if (number.err) return {{}, number.err};
    host = parts.host;
    port = number.port;
  }
  Resolved result;
  const std::vector<Endpoint> all = HostEndpoints(network, host, to_listen);
  if (all.empty()) return {{}, net::DNSError{"no such host", host, true}};
  for (Endpoint one : all) {
    if (!Suits(network, one)) continue;
    one.port = port;
    one.no_host = host.empty() && !to_listen;
    result.endpoints.push_back(one);
  }
  if (result.endpoints.empty()) result.err = net::AddrError{"no suitable address found", host};
  return result;
}

}  // namespace rt

namespace net {
namespace {

HostPort Wrong(const char* why, const golab::String& address) {
  return {{}, {}, AddrError{why, address}};
}

}  // namespace

HostPort SplitHostPort(const golab::String& hostport) {
  const std::string_view text(hostport.data(), hostport.size());
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return Wrong("missing port in address", hostport);
  std::string_view host = text.substr(0, colon);
  std::size_t after_open = 0;   // from here on, no `[` is right
  std::size_t after_close = 0;  // and no `]`
  if (!text.empty() && text.front() == '[') {
    const std::size_t end = text.find(']');
    if (end == text.npos) return Wrong("missing ']' in address", hostport);
    if (end + 1 == text.size()) return Wrong("missing port in address", hostport);
    if (end + 1 != colon) {
      return Wrong(text[end + 1] == ':' ? "too many colons in address" : "missing port in address",
                   hostport);
    }
    host = text.substr(1, end - 1);
    after_open = 1;
    after_close = end + 1;
  } else if (host.find(':') != host.npos) {
    return Wrong("too many colons in address", hostport);
  }
  if (text.find('[', after_open) != text.npos) return Wrong("unexpected '[' in address", hostport);
  if (text.find(']', after_close) != text.npos) return Wrong("unexpected ']' in address", hostport);
  return {host, text.substr(colon + 1), nullptr};
}

golab::String JoinHostPort(const golab::String& host, const golab::String& port) {
  const std::string_view text(host.data(), host.size());
  if (text.find(':') != text.npos) return "[" + host + "]:" + port;
  return host + ":" + port;
}

golab::String TCPAddr::Network() const {
  return "tcp";
}

golab::String TCPAddr::String() const {
  return JoinHostPort(IP, std::to_string(Port));
}

}  // namespace net
}  // namespace golab
