#pragma once
// The values of flags as text, by Go's rules (strconv).

#include <cstdint>
#include <string>
#include <string_view>

#include "golab/duration.h"
#include "golab/string.h"

namespace golab::rt {

// Each sets `value` and returns null, or leaves it and returns what is wrong: `parse error` or
// `value out of range`. Integers may be 0x, 0o, 0b or 0-octal. Differs from Go: no underscores.
const char* ReadValue(std::string_view text, bool& value);
const char* ReadValue(std::string_view text, int& value);
const char* ReadValue(std::string_view text, std::int64_t& value);
const char* ReadValue(std::string_view text, unsigned& value);
const char* ReadValue(std::string_view text, std::uint64_t& value);
const char* ReadValue(std::string_view text, double& value);
const char* ReadValue(std::string_view text, String& value);
const char* ReadValue(std::string_view text, time::Duration& value);

// What ReadValue reads back as the same value.
std::string WriteValue(bool value);
std::string WriteValue(int value);
std::string WriteValue(std::int64_t value);
std::string WriteValue(unsigned value);
std::string WriteValue(std::uint64_t value);
std::string WriteValue(double value);
std::string WriteValue(const String& value);
std::string WriteValue(time::Duration value);

}  // namespace golab::rt
