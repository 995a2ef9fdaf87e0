#include "golab/duration.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "runtime/lang/doors.h"
#include "runtime/lang/quote.h"

namespace golab::time {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

// `value` / 10^`places` with the zeros at the end left out: 1500, 3 is 1.5.
std::string Fraction(std::uint64_t value, int places) {
  std::string digits = std::to_string(value);
  const auto fraction = static_cast<std::size_t>(places);
  if (digits.size() <= fraction) digits.insert(0, fraction + 1 - digits.size(), '0');
  digits.insert(digits.size() - fraction, 1, '.');
  while (digits.back() == '0') digits.pop_back();
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

std::string Text(std::uint64_t ns) {
  if (ns == 0) return "0s";
  if (ns < 1000) return std::to_string(ns) + "ns";
  if (ns < 1000000) return Fraction(ns, 3) + "\u00b5s";
  if (ns < 1000000000) return Fraction(ns, 6) + "ms";
  const std::uint64_t minutes = ns / 60000000000;
  std::string text = Fraction(ns % 60000000000, 9) + "s";
  if (minutes > 0) text.insert(0, std::to_string(minutes % 60) + "m");
  if (minutes >= 60) text.insert(0, std::to_string(minutes / 60) + "h");
  return text;
}

struct Unit {
  std::string_view name;
  std::uint64_t ns;
};

constexpr Unit kUnits[] = {
    {"ns", 1},       {"us", 1000},      {"\u00b5s", 1000},  {"\u03bcs", 1000},
    {"ms", 1000000}, {"s", 1000000000}, {"m", 60000000000}, {"h", 3600000000000},
};

const Unit* FindUnit(std::string_view name) {
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

constexpr std::uint64_t kLimit = std::uint64_t{1} << 63;  // of -kMin

// Digits before the point. False on overflow.
bool ReadWhole(std::string_view& text, std::uint64_t& value) {
  for (; !text.empty() && IsDigit(text[0]); text.remove_prefix(1)) {
    if (value > kLimit / 10) return false;
    value = value * 10 + static_cast<std::uint64_t>(text[0] - '0');
    if (value > kLimit) return false;
  }
  return true;
}

// Digits behind the point as value / scale; what does not fit is dropped, as in Go.
void ReadFraction(std::string_view& text, std::uint64_t& value, double& scale) {
  bool full = false;
  for (; !text.empty() && IsDigit(text[0]); text.remove_prefix(1)) {
    const std::uint64_t next = value * 10 + static_cast<std::uint64_t>(text[0] - '0');
    full = full || value > (kLimit - 1) / 10 || next > kLimit;
    if (full) continue;
    value = next;
    scale *= 10;
  }
}

Error Invalid(const char* what, const golab::String& text) {
  return errors::New(std::string("time: ") + what + " " + rt::Quote({text.data(), text.size()}));
}

Error UnknownUnit(std::string_view unit, const golab::String& text) {
  return Invalid(("unknown unit " + rt::Quote(unit) + " in duration").c_str(), text);
}

// One number with its unit, added to `sum`.
Error ReadTerm(std::string_view& text, const golab::String& all, std::uint64_t& sum) {
  std::uint64_t whole = 0;
  std::uint64_t fraction = 0;
  double scale = 1;
  const std::size_t before = text.size();
  if (text[0] != '.' && !IsDigit(text[0])) return Invalid("invalid duration", all);
  if (!ReadWhole(text, whole)) return Invalid("invalid duration", all);
  bool has_digits = text.size() != before;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::size_t after_point = text.size();
    ReadFraction(text, fraction, scale);
    has_digits = has_digits || text.size() != after_point;
  }
  if (!has_digits) return Invalid("invalid duration", all);
  std::size_t end = 0;
  while (end < text.size() && text[end] != '.' && !IsDigit(text[end])) ++end;
  if (end == 0) return Invalid("missing unit in duration", all);
  const Unit* const unit = FindUnit(text.substr(0, end));
  if (unit == nullptr) return UnknownUnit(text.substr(0, end), all);
  text.remove_prefix(end);
  if (whole > kLimit / unit->ns) return Invalid("invalid duration", all);
  std::uint64_t ns = whole * unit->ns;
  if (fraction > 0) {
    ns += static_cast<std::uint64_t>(static_cast<double>(fraction) *
                                     (static_cast<double>(unit->ns) / scale));
  }
  sum += ns;
  return ns > kLimit || sum > kLimit ? Invalid("invalid duration", all) : nullptr;
}

}  // namespace

golab::String Duration::String() const {
  const std::uint64_t bits = Bits(*this);
  return ns_ < 0 ? "-" + Text(0 - bits) : Text(bits);
}

fmt::Arg Duration::AsArg() const {
  fmt::Arg arg;
  arg.kind = fmt::Arg::Kind::kInt;
  arg.integer = ns_;
  arg.type = &rt::kType<Duration>;
  rt::SetWords(arg, this);
  return arg;
}

Duration Duration::Truncate(Duration unit) const noexcept {
  if (unit.ns_ <= 0) return *this;
  return Duration(ns_ - ns_ % unit.ns_);
}

Duration Duration::Round(Duration unit) const noexcept {
  if (unit.ns_ <= 0) return *this;
  const std::int64_t rest = ns_ % unit.ns_;
  const bool up = static_cast<std::uint64_t>(rest < 0 ? -rest : rest) * 2 >=
                  static_cast<std::uint64_t>(unit.ns_);
  const std::int64_t base = ns_ - rest;
  if (!up) return Duration(base);
  if (ns_ < 0) return base < kMin + unit.ns_ ? Duration(kMin) : Duration(base - unit.ns_);
  return base > kMax - unit.ns_ ? Duration(kMax) : Duration(base + unit.ns_);
}

Duration Duration::Abs() const noexcept {
  if (ns_ >= 0) return *this;
  return ns_ == kMin ? Duration(kMax) : Duration(-ns_);
}

void Duration::PanicDivide() {
  rt::RaiseRuntimeError("integer divide by zero");
}

ParsedDuration ParseDuration(const golab::String& text) {
  std::string_view rest(text.data(), text.size());
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return {};
  if (rest.empty()) return {0, Invalid("invalid duration", text)};
  std::uint64_t sum = 0;
  while (!rest.empty()) {
    if (Error err = ReadTerm(rest, text, sum)) return {0, err};
  }
  if (negative) return {Duration(static_cast<std::int64_t>(0 - sum)), nullptr};
  if (sum > kLimit - 1) return {0, Invalid("invalid duration", text)};
  return {Duration(static_cast<std::int64_t>(sum)), nullptr};
}

}  // namespace golab::time
