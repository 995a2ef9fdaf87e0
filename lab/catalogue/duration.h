#pragma once
// Durations as Go writes them, for flags and the catalogue.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace golab::lab {

/// Nanoseconds of "1h15m", "100ms", "-1.5s", "0"; nothing if Go's time.ParseDuration refuses it.
std::optional<std::int64_t> ParseDuration(std::string_view text);

/// As Go prints a Duration: "1s", "100ms", "1m0.5s", "0s".
std::string FormatDuration(std::int64_t ns);

}  // namespace golab::lab
