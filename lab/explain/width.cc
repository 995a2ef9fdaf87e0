#include "lab/explain/width.h"

#include <uniwidth.h>

#include <algorithm>

#include "lab/report/text.h"

namespace golab::lab {
namespace {

const std::uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

// Bytes of the character at the front of clean UTF-8.
std::size_t CharacterBytes(std::string_view text) {
  const auto b = static_cast<unsigned char>(text[0]);
  const std::size_t size = b < 0x80 ? 1 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
  return std::min(size, text.size());
}

}  // namespace

int CellWidth(std::string_view text) {
  return u8_width(Bytes(text), text.size(), "UTF-8");
}

std::string PadTo(std::string_view text, int cells) {
  return std::string(text) +
         std::string(static_cast<std::size_t>(std::max(0, cells - CellWidth(text))), ' ');
}

std::string_view Front(std::string_view text, int cells) {
  std::size_t end = 0;
  int used = 0;
  while (end < text.size()) {
    const std::size_t size = CharacterBytes(text.substr(end));
    used += CellWidth(text.substr(end, size));
    if (used > cells) break;
    end += size;
  }
  return text.substr(0, end);
}

std::vector<std::string> Wrap(std::string_view text, int first, int rest) {
  std::vector<std::string> lines;
  int room = std::max(first, 1);
  std::string line;
  const auto flush = [&] {
    lines.push_back(line);
    line.clear();
    room = std::max(rest, 1);
  };
  while (!text.empty()) {
    const std::size_t spaces = std::min(text.find_first_not_of(' '), text.size());
    std::size_t end = std::min(text.find(' ', spaces), text.size());
    // A command in brackets is copied: it stays on one line where one has room for it.
    if (text.substr(spaces).rfind("(golab ", 0) == 0) {
      const std::size_t close = std::min(text.find(')', spaces), text.size());
      const std::size_t whole = std::min(text.find(' ', close), text.size());
      if (CellWidth(text.substr(spaces, whole - spaces)) <= rest) end = whole;
    }
    std::string_view gap = text.substr(0, spaces), word = text.substr(spaces, end - spaces);
    text.remove_prefix(end);
    if (word.empty()) break;
    if (!line.empty() && CellWidth(line) + CellWidth(gap) + CellWidth(word) > room) {
      flush();
      gap = {};
    }
    if (!line.empty()) line += gap;
    while (CellWidth(word) > room) {  // only at the start of a line
      std::string_view front = Front(word, room);
      if (front.empty()) front = word.substr(0, CharacterBytes(word));
      line = front;
      word.remove_prefix(front.size());
      if (!word.empty()) flush();
    }
    line += word;
  }
  if (!line.empty() || lines.empty()) lines.push_back(line);
  return lines;
}

std::string ToAscii(std::string_view text) {
  const std::string clean = CleanUtf8(text);
  std::string ascii;
  for (std::string_view rest = clean; !rest.empty();) {
    const std::size_t size = CharacterBytes(rest);
    if (size == 1) {
      ascii += rest[0];
    } else {
      ascii.append(static_cast<std::size_t>(std::max(1, CellWidth(rest.substr(0, size)))), '?');
    }
    rest.remove_prefix(size);
  }
  return ascii;
}

}  // namespace golab::lab
