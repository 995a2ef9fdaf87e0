#pragma once
// What may stand in header fields, and how they are taken apart. Go: net/textproto,
// golang.org/x/net/http/httpguts.

#include <string>
#include <string_view>

#include "golab/http_message.h"

namespace golab::rt {

inline std::string_view View(const String& text) {
  return {text.data(), text.size()};
}

bool IsTokenByte(unsigned char c) noexcept;

/// A method or a header's name: not empty, token bytes only.
bool IsToken(std::string_view text) noexcept;

/// No control characters but tabs.
bool IsFieldValue(std::string_view text) noexcept;

/// What a Host header may hold.
bool IsHostValue(std::string_view text) noexcept;

std::string_view TrimBlanks(std::string_view text) noexcept;

bool EqualFold(std::string_view a, std::string_view b) noexcept;
bool StartsWithFold(std::string_view text, std::string_view prefix) noexcept;

/// Calls visit(element) for each of the comma-separated, trimmed, not empty elements of `list`.
template <class Visit>
void ForEachElement(std::string_view list, Visit&& visit) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view element = TrimBlanks(list.substr(0, comma));
    if (!element.empty()) visit(element);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

/// Whether one of the values of `name`, comma-separated lists, holds `token`; case does not matter.
bool HasToken(const http::Header& header, std::string_view name, std::string_view token) noexcept;

/// The first value under a name that is canonical already; empty if there is none.
std::string_view FirstValue(const http::Header& header, std::string_view name) noexcept;

/// In place. False: it is no token, and stays as it is.
bool Canonicalize(char* name, std::size_t size) noexcept;

/// `name: value` and the line's end; breaks of lines in the value become blanks.
void AppendField(std::string* out, std::string_view name, std::string_view value);

/// All fields of which `leaves_out(key)` does not say to leave them out. Names that are no tokens
/// are left out, as Go does.
template <class LeavesOut>
void AppendFields(std::string* out, const rt::Table& header, LeavesOut&& leaves_out) {
  for (const rt::TableField& field : header) {
    const std::string_view key = View(field.key);
    if (!IsToken(key) || leaves_out(key)) continue;
    for (const String& value : field.values) AppendField(out, key, View(value));
  }
}

/// Digits only, as a Content-Length; -1: something else, or more than an int64 holds.
std::int64_t ParseLength(std::string_view text) noexcept;

}  // namespace golab::rt
