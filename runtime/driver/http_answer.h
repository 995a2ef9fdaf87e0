#pragma once
// What a client reads: one HTTP answer after another, from bytes as they come.

#include <string>
#include <string_view>

namespace golab::rt {

class HttpAnswer {
 public:
  /// `head_only`: the request was HEAD, and there is no body.
  explicit HttpAnswer(bool head_only) : head_only_(head_only) {}

  /// Takes bytes; returns how many belong to this answer. They all do until Whole().
  std::size_t Take(std::string_view bytes);

  /// The connection has ended: that may be what ends the body.
  void TakeEnd();

  bool Whole() const { return state_ == State::kWhole; }

  /// What came is no HTTP answer.
  bool Foreign() const { return state_ == State::kForeign; }

  int status() const { return status_; }

  const std::string& head() const { return head_; }

  const std::string& body() const { return body_; }

 private:
  enum class State {
    kHead,
    kBody,
    kToEnd,
    kChunkSize,
    kChunk,
    kChunkEnd,
    kTrailer,
    kWhole,
    kForeign
  };

  bool TakeByte(char c);
  void HeadIsThere();
  void LineIsThere();

  bool head_only_;
  State state_ = State::kHead;
  int status_ = 0;
  std::size_t left_ = 0;  // of the body, or the chunk
  std::string head_, body_, line_;
};

}  // namespace golab::rt
