#pragma once
// What only the virtual network can do: faults, on purpose.

#include <cstdint>

namespace golab::rt::virtual_net {

/// From now on, the accept of number `k` (1: the next) fails with EMFILE, once.
void FailAccept(std::uint32_t k);

/// Addresses in 192.0.2.0/24 (RFC 5737) answer nothing: a dial there ends by its own deadline, or
/// after the 127 s of Linux.
inline constexpr const char* kBlackHole = "192.0.2.1";

}  // namespace golab::rt::virtual_net
