#pragma once
// A short name for a sequence of texts: 32 hex digits of XXH3-128, each part preceded by its size,
// so that ("ab", "c") and ("a", "bc") differ.
//
// It keeps apart what honest files differ in, and is no defence against someone who makes two files
// collide on purpose. Who must not be fooled compares the bytes as well, as the build cache does.

#include <memory>
#include <string>
#include <string_view>

namespace golab::lab {

/// Hashes part by part. Not thread-safe.
class ContentHash {
 public:
  ContentHash();
  ~ContentHash();
  ContentHash(const ContentHash&) = delete;
  ContentHash& operator=(const ContentHash&) = delete;

  ContentHash& Add(std::string_view part);
  std::string Hex() const;  ///< 32 lower-case hex digits of what was added so far.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace golab::lab
