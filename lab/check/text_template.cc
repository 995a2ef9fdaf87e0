#include "lab/check/text_template.h"

#include <algorithm>
#include <optional>

namespace golab::lab {
namespace {

/// The inside of one hole.
struct Hole {
  std::string_view name;
  bool plural = false;
  std::string_view one, many;
};

bool IsNameLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

std::optional<Hole> ParseHole(std::string_view inside) {
  Hole hole;
  const std::size_t bar = inside.find('|');
  hole.name = inside.substr(0, bar);
  if (hole.name.empty() || !std::all_of(hole.name.begin(), hole.name.end(), IsNameLetter))
    return std::nullopt;
  if (bar == std::string_view::npos) return hole;
  const std::size_t second = inside.find('|', bar + 1);
  if (second == std::string_view::npos || inside.find('|', second + 1) != std::string_view::npos)
    return std::nullopt;
  hole.plural = true;
  hole.one = inside.substr(bar + 1, second - bar - 1);
  hole.many = inside.substr(second + 1);
  return hole;
}

bool IsNumber(std::string_view text) {
  // Digits may be grouped: "61,440".
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || c == ',' || c == '-';
  });
}

/// Calls `take` for each piece: plain text with a null hole, or a hole with its text as written.
template <typename Take>
std::string Scan(std::string_view text, Take take) {
  std::string problem;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find('{', at);
    take(text.substr(at, open - at), nullptr);
    if (open == std::string_view::npos) break;
    if (text.substr(open).starts_with("{{")) {
      take("{", nullptr);
      at = open + 2;
      continue;
    }
    const std::size_t close = text.find('}', open);
    const std::string_view written =
        text.substr(open, close == std::string_view::npos ? close : close - open + 1);
    const auto hole = close == std::string_view::npos
                          ? std::nullopt
                          : ParseHole(written.substr(1, written.size() - 2));
    if (hole) {
      take(written, &*hole);
    } else {
      take(written, nullptr);
      if (problem.empty()) problem = "'" + std::string(written) + "' is no placeholder";
    }
    at = open + written.size();
  }
  return problem;
}

}  // namespace

FilledText FillText(std::string_view text, const std::map<std::string, std::string>& values) {
  FilledText filled;
  std::string missing;
  const auto complain = [&missing](std::string what) {
    if (missing.empty()) missing = std::move(what);
  };
  filled.problem = Scan(text, [&](std::string_view written, const Hole* hole) {
    if (hole == nullptr) {
      filled.text += written;
      return;
    }
    const auto value = values.find(std::string(hole->name));
    if (value == values.end()) {
      complain("placeholder '" + std::string(written) + "' has no value");
      filled.text += written;
    } else if (!hole->plural) {
      filled.text += value->second;
    } else if (!IsNumber(value->second)) {
      complain("placeholder '" + std::string(written) + "' needs a number, not '" + value->second +
               "'");
      filled.text += written;
    } else {
      filled.text += value->second == "1" ? hole->one : hole->many;
    }
  });
  if (filled.problem.empty()) filled.problem = missing;
  return filled;
}

std::string TemplateProblem(std::string_view text) {
  return Scan(text, [](std::string_view, const Hole*) {});
}

}  // namespace golab::lab
