#include "runtime/lang/float_text.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace golab::rt {
namespace {

// The fewest digits of a positive number, without point, and the power of ten of the first.
struct Decimal {
  std::string digits;
  int exponent;
};

Decimal Shortest(double value, int bits) {
  char buffer[64];
  char* const end = buffer + sizeof buffer;
  const auto result = bits == 32 ? std::to_chars(buffer, end, static_cast<float>(value),
                                                 std::chars_format::scientific)
                                 : std::to_chars(buffer, end, value, std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<std::size_t>(result.ptr - buffer));
  const std::size_t e = text.find('e');
  Decimal decimal;
  for (const char c : text.substr(0, e)) {
    if (c != '.') decimal.digits += c;
  }
  const std::size_t digits = e + (text[e + 1] == '+' ? 2 : 1);
  std::from_chars(text.data() + digits, text.data() + text.size(), decimal.exponent);
  return decimal;
}

std::string Scientific(const Decimal& decimal, char verb) {
  std::string text = decimal.digits.substr(0, 1);
  if (decimal.digits.size() > 1) text += "." + decimal.digits.substr(1);
  char exponent[16];
  std::snprintf(exponent, sizeof exponent, "%c%+03d", verb, decimal.exponent);
  return text + exponent;
}

std::string Plain(const Decimal& decimal) {
  const int size = static_cast<int>(decimal.digits.size());
  const int point = decimal.exponent + 1;  // digits before the point
  if (point <= 0) return "0." + std::string(static_cast<std::size_t>(-point), '0') + decimal.digits;
  if (point >= size)
    return decimal.digits + std::string(static_cast<std::size_t>(point - size), '0');
  const auto at = static_cast<std::size_t>(point);
  return decimal.digits.substr(0, at) + "." + decimal.digits.substr(at);
}

std::string ShortestText(double value, char verb, int bits) {
  const Decimal decimal = Shortest(value, bits);
  if (verb == 'e' || verb == 'E') return Scientific(decimal, verb);
  if (verb == 'f') return Plain(decimal);
  // Where the fewest digits are asked for, Go decides as if six were: 1e+06 but 123456.789.
  if (decimal.exponent >= -4 && decimal.exponent < 6) return Plain(decimal);
  return Scientific(decimal, verb == 'G' ? 'E' : 'e');
}

std::string Printf(const char* flags, char verb, int precision, double value) {
  char format[16];
  std::snprintf(format, sizeof format, precision < 0 ? "%%%s%c" : "%%%s.*%c", flags, verb);
  char text[512];
  if (precision < 0) {
    std::snprintf(text, sizeof text, format, value);
    return text;
  }
  std::string large(static_cast<std::size_t>(precision) + 400, '\0');
  const int size = std::snprintf(large.data(), large.size(), format, precision, value);
  large.resize(static_cast<std::size_t>(size));
  return large;
}

// C's %a has no zero before a one-digit exponent.
std::string Hexadecimal(double value, char verb, int precision) {
  std::string text = Printf("", verb == 'x' ? 'a' : 'A', precision, value);
  const std::size_t exponent = text.find(verb == 'x' ? 'p' : 'P') + 2;
  if (text.size() - exponent < 2) text.insert(exponent, 1, '0');
  return text;
}

// 4503599627370496p-52: the integer mantissa and its power of two.
std::string Binary(double value, int bits) {
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  const int mantissa_bits = bits == 32 ? 24 : 53;
  if (value == 0) exponent = mantissa_bits - (bits == 32 ? 149 : 1074);
  char text[64];
  std::snprintf(text, sizeof text, "%.0fp%+d", std::ldexp(fraction, mantissa_bits),
                exponent - mantissa_bits);
  return text;
}

}  // namespace

std::string FloatText(double value, char verb, int precision, int bits, bool sharp) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  const std::string sign = std::signbit(value) ? "-" : "";
  value = std::fabs(value);
  if (verb == 'b') return sign + Binary(value, bits);
  if (verb == 'x' || verb == 'X') return sign + Hexadecimal(value, verb, precision);
  if (precision < 0 && !sharp) return sign + ShortestText(value, verb, bits);
  if (precision < 0) precision = 6;
  return sign + Printf(sharp ? "#" : "", verb, precision, value);
}

}  // namespace golab::rt
