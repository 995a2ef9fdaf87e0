#include "runtime/http/field_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace golab::rt {
namespace {

constexpr std::array<bool, 256> MakeSet(std::string_view more) {
  std::array<bool, 256> set{};
  for (int c = 0; c < 256; ++c) {
    set[static_cast<std::size_t>(c)] =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
  for (const char c : more) set[static_cast<unsigned char>(c)] = true;
  return set;
}

constexpr auto kTokenBytes = MakeSet("!#$%&'*+-.^_`|~");
constexpr auto kHostBytes = MakeSet("!$%&()*+,-.:;='[]_~");

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool IsBlank(char c) {
  return c == ' ' || c == '\t';
}

}  // namespace

bool IsTokenByte(unsigned char c) noexcept {
  return kTokenBytes[c];
}

bool IsToken(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return kTokenBytes[static_cast<unsigned char>(c)];
  });
}

bool IsFieldValue(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 ? c != 0x7f : c == '\t';
  });
}

bool IsHostValue(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return kHostBytes[static_cast<unsigned char>(c)]; });
}

std::string_view TrimBlanks(std::string_view text) noexcept {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

bool EqualFold(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && StartsWithFold(a, b);
}

bool StartsWithFold(std::string_view text, std::string_view prefix) noexcept {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

bool HasToken(const http::Header& header, std::string_view name, std::string_view token) noexcept {
  const TableField* const field = header.FindField(name.data(), name.size());
  if (field == nullptr) return false;
  bool has = false;
  for (const String& value : field->values) {
    ForEachElement(View(value),
                   [&](std::string_view element) { has |= EqualFold(element, token); });
  }
  return has;
}

std::string_view FirstValue(const http::Header& header, std::string_view name) noexcept {
  const TableField* const field = header.FindField(name.data(), name.size());
  return field == nullptr || field->values.empty() ? std::string_view() : View(field->values[0]);
}

bool Canonicalize(char* name, std::size_t size) noexcept {
  if (!IsToken({name, size})) return false;
  bool upper = true;
  for (char* c = name; c != name + size; ++c) {
    if (upper && *c >= 'a' && *c <= 'z') *c = static_cast<char>(*c - 32);
    if (!upper) *c = Lower(*c);
    upper = *c == '-';
  }
  return true;
}

void AppendField(std::string* out, std::string_view name, std::string_view value) {
  value = TrimBlanks(value);
  out->append(name).append(": ");
  const std::size_t begin = out->size();
  out->append(value);
  std::replace_if(
      out->begin() + static_cast<std::ptrdiff_t>(begin), out->end(),
      [](char c) { return c == '\r' || c == '\n'; }, ' ');
  out->append("\r\n");
}

std::int64_t ParseLength(std::string_view text) noexcept {
  if (text.empty()) return -1;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || value > INT64_MAX / 10) return -1;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value > INT64_MAX ? -1 : static_cast<std::int64_t>(value);
}

}  // namespace golab::rt
