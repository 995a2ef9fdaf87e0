#pragma once
// What the fuzzers of requests and of answers have in common.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "runtime/http/field_text.h"
#include "runtime/http/head.h"

namespace golab::rt {

inline void Require(bool right) {
  if (!right) std::abort();
}

/// The head that the fuzzer's bytes begin with, "" if it does not end. The first byte says where
/// they are cut in two, which must not matter.
inline std::string FuzzedHead(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return {};
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  HeadEnd whole;
  const std::size_t end = whole.Find(text);
  HeadEnd pieces;
  std::size_t pieces_end =
      pieces.Find(std::string_view(text).substr(0, data[0] % (text.size() + 1)));
  if (pieces_end == 0) pieces_end = pieces.Find(text);
  Require(pieces_end == end);
  return text.substr(0, end);
}

/// Names and values are what they may be.
inline void RequireFields(const Head& head) {
  for (const HeadField& field : head.fields) {
    Require(IsToken(field.name) && IsFieldValue(field.value));
    Require(TrimBlanks(field.value) == field.value);
  }
}

}  // namespace golab::rt
