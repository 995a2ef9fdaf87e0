#include "runtime/lang/flag_value.h"

#include <cctype>
#include <charconv>
#include <system_error>
#include <type_traits>

#include "runtime/lang/float_text.h"

namespace golab::rt {
namespace {

using std::string_view;

const char* const kParseError = "parse error";
const char* const kRangeError = "value out of range";

int Base(string_view& digits) {
  if (digits.size() < 2 || digits[0] != '0') return 10;
  switch (std::tolower(static_cast<unsigned char>(digits[1]))) {
    case 'x':
      digits.remove_prefix(2);
      return 16;
    case 'b':
      digits.remove_prefix(2);
      return 2;
    case 'o':
      digits.remove_prefix(2);
      return 8;
    default:
      digits.remove_prefix(1);
      return 8;
  }
}

// Go: strconv.ParseInt(text, 0, bits), without underscores.
template <class Int>
const char* ReadInteger(string_view text, Int& value) {
  const bool negative = text.starts_with('-');
  if (negative && std::is_unsigned_v<Int>) return kParseError;
  string_view digits = text;
  if (std::is_signed_v<Int> && (negative || text.starts_with('+'))) digits.remove_prefix(1);
  const int base = Base(digits);
  // The sign stands before the prefix; put it back for the conversion, which knows the smallest
  // value.
  const std::string number = (negative ? "-" : "") + std::string(digits);
  if (digits.empty() || digits[0] == '-') return kParseError;
  Int read = 0;
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), read, base);
  if (end != number.data() + number.size() || error == std::errc::invalid_argument) {
    return kParseError;
  }
  if (error == std::errc::result_out_of_range) return kRangeError;
  value = read;
  return nullptr;
}

}  // namespace

const char* ReadValue(string_view text, bool& value) {
  for (const string_view yes : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == yes) return value = true, nullptr;
  }
  for (const string_view no : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == no) return value = false, nullptr;
  }
  return kParseError;
}

const char* ReadValue(string_view text, int& value) {
  return ReadInteger(text, value);
}

const char* ReadValue(string_view text, std::int64_t& value) {
  return ReadInteger(text, value);
}

const char* ReadValue(string_view text, unsigned& value) {
  return ReadInteger(text, value);
}

const char* ReadValue(string_view text, std::uint64_t& value) {
  return ReadInteger(text, value);
}

const char* ReadValue(string_view text, double& value) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double read = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return kParseError;
  if (error == std::errc::result_out_of_range) return kRangeError;
  value = read;
  return nullptr;
}

const char* ReadValue(string_view text, String& value) {
  value = String(text.data(), text.size());
  return nullptr;
}

const char* ReadValue(string_view text, time::Duration& value) {
  auto [read, err] = time::ParseDuration(text);
  if (err) return kParseError;
  value = read;
  return nullptr;
}

std::string WriteValue(bool value) {
  return value ? "true" : "false";
}

std::string WriteValue(int value) {
  return std::to_string(value);
}

std::string WriteValue(std::int64_t value) {
  return std::to_string(value);
}

std::string WriteValue(unsigned value) {
  return std::to_string(value);
}

std::string WriteValue(std::uint64_t value) {
  return std::to_string(value);
}

std::string WriteValue(double value) {
  return FloatText(value, 'g', -1, 64);
}

std::string WriteValue(const String& value) {
  return value;
}

std::string WriteValue(time::Duration value) {
  return value.String();
}

}  // namespace golab::rt
