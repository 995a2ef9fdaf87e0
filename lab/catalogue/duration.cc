#include "lab/catalogue/duration.h"

#include <limits>

namespace golab::lab {
namespace {

constexpr std::uint64_t kMicrosecond = 1'000, kMillisecond = 1'000'000, kSecond = 1'000'000'000;
constexpr std::uint64_t kMinute = 60 * kSecond, kHour = 60 * kMinute;
constexpr std::uint64_t kMax = std::uint64_t{1} << 63;  // Go's range, the most negative included

std::optional<std::uint64_t> TakeUnit(std::string_view& text) {
  static constexpr struct {
    std::string_view name;
    std::uint64_t ns;
  } kUnits[] = {{"ns", 1},
                {"us", kMicrosecond},
                {"\xc2\xb5s", kMicrosecond},
                {"\xce\xbcs", kMicrosecond},
                {"ms", kMillisecond},
                {"s", kSecond},
                {"m", kMinute},
                {"h", kHour}};

  const std::size_t size = text.find_first_of(".0123456789");
  const std::string_view name = text.substr(0, size);
  for (const auto& unit : kUnits) {
    if (unit.name == name) {
      text.remove_prefix(name.size());
      return unit.ns;
    }
  }
  return std::nullopt;
}

bool IsDigit(std::string_view text) {
  return !text.empty() && text[0] >= '0' && text[0] <= '9';
}

// One "1.5h"; nothing if it is malformed or out of range.
std::optional<std::uint64_t> TakePart(std::string_view& text) {
  std::uint64_t whole = 0, fraction = 0, scale = 1;
  bool digits = false;
  for (; IsDigit(text); text.remove_prefix(1), digits = true) {
    if (whole > kMax / 10) return std::nullopt;
    whole = whole * 10 + (text[0] - '0');
  }
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    for (; IsDigit(text); text.remove_prefix(1), digits = true) {
      if (scale >= 1'000'000'000'000'000) continue;  // beyond a nanosecond of an hour
      fraction = fraction * 10 + (text[0] - '0');
      scale *= 10;
    }
  }
  if (!digits) return std::nullopt;
  const auto unit = TakeUnit(text);
  if (!unit || whole > kMax / *unit) return std::nullopt;
  const std::uint64_t part =
      static_cast<std::uint64_t>(static_cast<long double>(fraction) * *unit / scale);
  return whole * *unit + part;
}

}  // namespace

std::optional<std::int64_t> ParseDuration(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  std::uint64_t total = 0;
  while (!text.empty()) {
    const auto part = TakePart(text);
    if (!part || *part > kMax - total) return std::nullopt;
    total += *part;
  }
  if (total == kMax) {
    return negative ? std::optional(std::numeric_limits<std::int64_t>::min()) : std::nullopt;
  }
  return negative ? -static_cast<std::int64_t>(total) : static_cast<std::int64_t>(total);
}

std::string FormatDuration(std::int64_t ns) {
  if (ns == 0) return "0s";
  const bool negative = ns < 0;
  std::uint64_t u = negative ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
  const auto decimal = [](std::uint64_t value, std::uint64_t unit) {
    std::string text = std::to_string(value / unit);
    if (std::uint64_t rest = value % unit) {
      std::string digits;
      for (std::uint64_t digit = unit / 10; digit > 0 && rest > 0; digit /= 10) {
        digits += static_cast<char>('0' + rest / digit);
        rest %= digit;
      }
      text += "." + digits;
    }
    return text;
  };
  std::string text = negative ? "-" : "";
  if (u < kMicrosecond) return text + std::to_string(u) + "ns";
  if (u < kMillisecond) return text + decimal(u, kMicrosecond) + "\xc2\xb5s";
  if (u < kSecond) return text + decimal(u, kMillisecond) + "ms";
  if (u >= kHour) text += std::to_string(u / kHour) + "h";
  if (u >= kMinute) text += std::to_string(u % kHour / kMinute) + "m";
  return text + decimal(u % kMinute, kSecond) + "s";
}

}  // namespace golab::lab
