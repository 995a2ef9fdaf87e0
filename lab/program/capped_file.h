#pragma once
// The stdout or stderr of a program: a file in memory of a fixed, sealed size. Writing past the cap
// fails in the program; the length is where its file offset stands, since program and golab share
// it.

#include <cstdint>
#include <string>

#include "lab/error.h"
#include "lab/program/files.h"

namespace golab::lab {

class CappedFile {
 public:
  static Result<CappedFile> Make(const char* name, std::uint64_t cap);

  int fd() const { return fd_.get(); }

  /// Empties it: offset 0, all bytes zero.
  void Clear();

  /// How much was written, at most the cap.
  std::uint64_t Size() const;

  /// Bytes [from, to).
  std::string Read(std::uint64_t from, std::uint64_t to) const;

  /// The cap was reached.
  bool Full() const { return Size() >= cap_; }

  /// Something was written behind the offset: the program went back.
  bool Rewound() const;

 private:
  Fd fd_;
  std::uint64_t cap_ = 0;
};

}  // namespace golab::lab
