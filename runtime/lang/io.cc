// What package io does with readers and writers. Writers of the process: os.cc, file.cc.

#include "golab/io.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "golab/strings.h"

namespace golab {

const Error& rt::UnexpectedEofError() {
  static const auto* const kError = new Error(errors::New("unexpected EOF"));
  return *kError;
}

namespace {

// Made before the first goroutine: who makes one comes before all who use it.
[[maybe_unused]] const bool made = (rt::UnexpectedEofError(), true);

}  // namespace

io::Transfer strings::Reader::Read(char* buf, std::size_t size) {
  const std::size_t n = std::min(size, Len());
  if (n == 0) return {0, size == 0 ? Error() : io::Eof};
  std::memcpy(buf, text_.data() + at_, n);
  at_ += n;
  return {static_cast<int>(n), nullptr};
}

namespace io {
namespace {

// On the heap: goroutines' stacks are small, and their pages stay.
constexpr std::size_t kPiece = 16 * 1024;

}  // namespace

Content ReadAll(const Reader& from) {
  std::string text;
  std::size_t used = 0;
  while (true) {
    if (text.size() - used < 512) text.resize(std::max<std::size_t>(text.size() * 2, 512));
    auto [n, err] = from.Read(text.data() + used, text.size() - used);
    used += static_cast<std::size_t>(n);
    if (!err) continue;
    if (err == Eof.AsError()) err = nullptr;
    return {String(text.data(), used), err};
  }
}

Copied Copy(const Writer& to, const Reader& from) {
  const auto piece = std::make_unique<char[]>(kPiece);
  std::int64_t total = 0;
  while (true) {
    const auto [n, err] = from.Read(piece.get(), kPiece);
    if (n > 0) {
      const auto [written, write_err] = to.Write(piece.get(), static_cast<std::size_t>(n));
      total += written;
      if (write_err) return {total, write_err};
    }
    if (err) return {total, err == Eof.AsError() ? Error() : err};
  }
}

}  // namespace io
}  // namespace golab
