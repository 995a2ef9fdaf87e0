#pragma once
// What the driver asked of the program and what came back (event/record.h, kOutside). Read as the
// whole recording is: as if an enemy had written it.

#include <cstdint>
#include <string>
#include <vector>

#include "lab/history/history.h"

namespace golab::lab {

/// One request of the driver's.
struct Exchange {
  std::uint32_t number = 0;
  std::string label;
  std::string request;
  Moment asked = kNever;
  Moment ended = kNever;       ///< kNever: the run ended first
  std::uint8_t outcome = 255;  ///< golab::driver::Outcome; 255: none yet
  int status = 0;
  int status_wanted = 0;  ///< 0: any
  bool body_wrong = false;
  std::string head, body;       ///< as far as they were kept
  std::uint32_t body_size = 0;  ///< of all of it

  bool Answered() const { return ended != kNever && outcome == 0; }

  bool BodyCut() const { return body.size() < body_size; }

  /// Answered, and as the driver expected it.
  bool AsWanted() const {
    return Answered() && !body_wrong && (status_wanted == 0 || status == status_wanted);
  }
};

/// How the client's side of it is said: "status 200", "none in 5 s" for a client with that much
/// patience.
std::string HowItEnded(const Exchange& exchange, const std::string& patience);

/// By the moment they were asked.
std::vector<Exchange> ExchangesOf(const History& h);

/// Ports by what the driver saw: the address, whether somebody listened (or the driver had it),
/// when.
struct PortSeen {
  std::string address;
  bool taken = false;  ///< by the driver itself
  bool good = false;   ///< somebody listened; or the driver got it
  Moment at = kNever;
};

std::vector<PortSeen> PortsOf(const History& h);

}  // namespace golab::lab
