#pragma once
// A long text on its way to an io::Writer, in pieces: no profile is ever in memory as a whole.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "golab/io.h"

namespace golab::rt {

/// Remembers the first error; what comes after it is dropped. Each piece may block.
class ChunkedWriter {
 public:
  static constexpr std::size_t kPiece = 32 << 10;

  explicit ChunkedWriter(const io::Writer& to) : to_(to) { text_.reserve(kPiece); }

  ChunkedWriter(const ChunkedWriter&) = delete;
  ChunkedWriter& operator=(const ChunkedWriter&) = delete;

  ChunkedWriter& operator<<(std::string_view text);

  ChunkedWriter& operator<<(char c) { return *this << std::string_view(&c, 1); }

  ChunkedWriter& Decimal(std::uint64_t value);
  ChunkedWriter& Hex(std::uint64_t value);  ///< "0x1f"

  /// Hands on what is left, and says what has failed first.
  Error Finish();

  bool failed() const { return static_cast<bool>(error_); }

 private:
  void Flush();

  const io::Writer& to_;
  std::string text_;
  Error error_;
};

/// "0x1f".
std::string HexText(std::uint64_t value);

}  // namespace golab::rt
