#include "runtime/driver/http_answer.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace golab::rt {
namespace {

constexpr std::size_t kMostHead = 1 << 20;

/// The value of a header, empty if it is not there.
std::string ValueOf(const std::string& head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at + 2)) {
    const std::size_t begin = at + 2;
    if (head.size() - begin < name.size() + 1 || head[begin + name.size()] != ':') continue;
    const bool same =
        std::equal(name.begin(), name.end(), head.begin() + static_cast<std::ptrdiff_t>(begin),
                   [](char a, char b) {
                     return std::tolower(static_cast<unsigned char>(a)) ==
                            std::tolower(static_cast<unsigned char>(b));
                   });
    if (!same) continue;
    std::size_t from = begin + name.size() + 1;
    while (from < head.size() && head[from] == ' ') ++from;
    return head.substr(from, head.find("\r\n", from) - from);
  }
  return {};
}

}  // namespace

std::size_t HttpAnswer::Take(std::string_view bytes) {
  std::size_t n = 0;
  while (n < bytes.size() && state_ != State::kWhole) {
    if (state_ == State::kBody || state_ == State::kChunk || state_ == State::kToEnd ||
        state_ == State::kForeign) {
      const bool bounded = state_ == State::kBody || state_ == State::kChunk;
      const std::size_t take = bounded ? std::min(left_, bytes.size() - n) : bytes.size() - n;
      body_.append(bytes.substr(n, take));
      n += take;
      if (!bounded) continue;
      left_ -= take;
      if (left_ == 0) state_ = state_ == State::kBody ? State::kWhole : State::kChunkEnd;
      continue;
    }
    TakeByte(bytes[n++]);
  }
  return n;
}

/// A byte of the head, or of a line between chunks.
bool HttpAnswer::TakeByte(char c) {
  if (state_ == State::kHead) {
    head_ += c;
    const std::string_view begin = "HTTP/";
    const std::size_t n = std::min(begin.size(), head_.size());
    if (head_.compare(0, n, begin, 0, n) != 0 || head_.size() > kMostHead) {
      state_ = State::kForeign;
      body_ = head_;
      head_.clear();
    } else if (head_.ends_with("\r\n\r\n")) {
      HeadIsThere();
    }
    return true;
  }
  line_ += c;
  if (line_.ends_with("\r\n")) LineIsThere();
  return true;
}

void HttpAnswer::HeadIsThere() {
  const std::size_t space = head_.find(' ');
  status_ = space == head_.npos ? 0 : std::atoi(head_.c_str() + space + 1);
  if (status_ >= 100 && status_ < 200 && status_ != 101) {  // the real one follows
    head_.clear();
    status_ = 0;
    return;
  }
  const std::string length = ValueOf(head_, "Content-Length");
  if (head_only_ || status_ == 204 || status_ == 304) {
    state_ = State::kWhole;
  } else if (ValueOf(head_, "Transfer-Encoding").find("chunked") != std::string::npos) {
    state_ = State::kChunkSize;
  } else if (!length.empty()) {
    left_ = std::strtoul(length.c_str(), nullptr, 10);
    state_ = left_ == 0 ? State::kWhole : State::kBody;
  } else {
    state_ = State::kToEnd;
  }
}

void HttpAnswer::LineIsThere() {
  switch (state_) {
    case State::kChunkSize:
      left_ = std::strtoul(line_.c_str(), nullptr, 16);
      state_ = left_ == 0 ? State::kTrailer : State::kChunk;
      break;
    case State::kChunkEnd:
      state_ = State::kChunkSize;
      break;
    case State::kTrailer:
      if (line_ == "\r\n") state_ = State::kWhole;
      break;
    default:
      break;
  }
  line_.clear();
}

void HttpAnswer::TakeEnd() {
  if (state_ == State::kToEnd || state_ == State::kForeign) state_ = State::kWhole;
}

}  // namespace golab::rt
