#pragma once
// Go's strings, as far as texts are read from: strings.NewReader.

#include <cstddef>

#include "golab/io.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::strings {

/// Reads from a String. One goroutine at a time. Go: strings.Reader.
class Reader {
 public:
  explicit Reader(String text) : text_(static_cast<String&&>(text)) {}

  io::Transfer Read(char* buf, std::size_t size);

  /// Bytes that are left. Go: (*Reader).Len.
  std::size_t Len() const { return text_.size() - at_; }

 private:
  String text_;
  std::size_t at_ = 0;
};

/// Go: strings.NewReader.
inline Reader NewReader(String text) {
  return Reader(static_cast<String&&>(text));
}

}  // namespace golab::strings

#pragma GCC visibility pop
