#include "runtime/pprof/chunked_writer.h"

#include <charconv>

namespace golab::rt {

ChunkedWriter& ChunkedWriter::operator<<(std::string_view text) {
  while (!text.empty()) {
    const std::string_view part = text.substr(0, kPiece - text_.size());
    text_ += part;
    text.remove_prefix(part.size());
    if (text_.size() == kPiece) Flush();
  }
  return *this;
}

ChunkedWriter& ChunkedWriter::Decimal(std::uint64_t value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return *this << std::string_view(digits, static_cast<std::size_t>(end - digits));
}

ChunkedWriter& ChunkedWriter::Hex(std::uint64_t value) {
  return *this << HexText(value);
}

Error ChunkedWriter::Finish() {
  Flush();
  return error_;
}

void ChunkedWriter::Flush() {
  if (!error_ && !text_.empty()) {
    auto [n, err] = to_.Write(text_.data(), text_.size());
    error_ = std::move(err);
  }
  text_.clear();
}

std::string HexText(std::uint64_t value) {
  char digits[24] = "0x";
  const auto end = std::to_chars(digits + 2, digits + sizeof digits, value, 16).ptr;
  return {digits, end};
}

}  // namespace golab::rt
