#pragma once
// Addresses of the network, as values and as texts.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "golab/net.h"

namespace golab::rt {

/// An IP address and a port.
struct Endpoint {
  bool v6 = false;
  std::array<std::uint8_t, 16> ip{};  // of IPv4 the first four
  std::uint16_t port = 0;
  bool no_host = false;  // the program named none: printed as `:80`

  static Endpoint V4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d,
                     std::uint16_t port) noexcept {
    return {false, {a, b, c, d}, port};
  }

  static Endpoint AnyV6(std::uint16_t port) noexcept { return {true, {}, port}; }

  bool IsUnspecified() const noexcept;  ///< 0.0.0.0 or ::
  bool IsLoopback() const noexcept;

  net::TCPAddr ToAddr() const;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// "127.0.0.1" or "::1"; false for anything else.
bool ParseIp(std::string_view text, Endpoint* out);

/// What a program may have written for a network: tcp, tcp4, tcp6.
struct Network {
  bool known = false;
  bool v4 = true;
  bool v6 = true;
};

Network ParseNetwork(const String& name);

/// The endpoints that "host:port" names, in the order in which they are to be tried. Looks names up
/// in a blocking call.
struct Resolved {
  std::vector<Endpoint> endpoints;  // at least one, if there is no error
  Error err;
};

Resolved Resolve(const Network& network, const String& address, bool to_listen);

}  // namespace golab::rt
