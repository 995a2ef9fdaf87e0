#include "lab/explain/style.h"

#include <algorithm>
#include <cctype>

namespace golab::lab {
namespace {

// Pictures take one cell a glyph, which holds in UTF-8 but not where these are drawn two cells
// wide.
bool HasNarrowGlyphs(std::string locale) {
  std::transform(locale.begin(), locale.end(), locale.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (locale.find("utf-8") == std::string::npos && locale.find("utf8") == std::string::npos)
    return false;
  const std::string language = locale.substr(0, 2);
  return language != "zh" && language != "ja" && language != "ko";
}

}  // namespace

Style StyleFor(const Terminal& terminal) {
  Style style;
  style.width = terminal.is_terminal && terminal.columns > 0 ? std::min(terminal.columns, 100) : 80;
  style.plain = terminal.plain || terminal.term == "dumb" || style.width < 40;
  style.unicode = !terminal.ascii && !style.plain && HasNarrowGlyphs(terminal.locale);
  style.colour = terminal.is_terminal && !terminal.no_color && !style.plain;
  style.detail = terminal.detail;
  return style;
}

Style MachineStyle() {
  return {};
}

}  // namespace golab::lab
