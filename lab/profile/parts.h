#pragma once
// Readers of one form each; profile.cc tells the forms apart. `text` is in profile->texts, and
// views of it may be kept. Each returns what is wrong and where, "" if nothing is.

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "lab/profile/profile.h"

namespace golab::lab::profile {

std::string ReadProto(std::string_view bytes, Profile* profile);
std::string ReadCounts(std::string_view text, Profile* profile);
std::string ReadDump(std::string_view text, Profile* profile);

inline constexpr char kTooManyFrames[] = "it has more than 4,000,000 frames";

/// A text that is nowhere in the input as it is.
inline std::string_view Keep(std::string text, Profile* profile) {
  return profile->texts->emplace_back(std::move(text));
}

/// The lines of a text, one after another.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }

  /// Takes the next line, without its end.
  std::string_view Take() {
    const std::size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++number_;
    return line;
  }

  int number() const { return number_; }  ///< of the line taken last, from 1

  std::string Where() const { return "line " + std::to_string(number_); }

 private:
  std::string_view rest_;
  int number_ = 0;
};

inline std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// The whole of `text` is a number of that base.
template <typename T>
bool ReadNumber(std::string_view text, T* value, int base = 10) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, *value, base);
  return error == std::errc() && stop == end;
}

inline bool ReadAddress(std::string_view text, std::uint64_t* value) {
  return text.starts_with("0x") && ReadNumber(text.substr(2), value, 16);
}

/// "/src/main.cc:12". False: there is no line number, and `frame` is as it was.
inline bool ReadPlace(std::string_view text, ProfileFrame* frame) {
  const std::size_t colon = text.rfind(':');
  std::int64_t line = 0;
  if (colon == text.npos || !ReadNumber(text.substr(colon + 1), &line) || line < 0) return false;
  frame->file = text.substr(0, colon);
  frame->line = line;
  return true;
}

}  // namespace golab::lab::profile
