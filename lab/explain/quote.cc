#include "lab/explain/quote.h"

#include <algorithm>

#include "lab/explain/width.h"
#include "lab/report/text.h"

namespace golab::lab {
namespace {

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string Shown(std::string_view text, const Style& style) {
  const std::string line = OneLine(text);
  return style.unicode ? line : ToAscii(line);
}

// A line of source as it is shown, and the cell of the column that is meant (-1: none).
struct Source {
  std::string text;
  int cell = -1;
};

Source Prepare(const Place& place, const Style& style) {
  const std::string& raw = place.source;
  const int column = ColumnOf(place);
  std::size_t begin = raw.find_first_not_of(" \t");
  if (begin == std::string::npos) begin = raw.size();
  Source source;
  source.text = style.width < 70 || begin == 0 ? "" : "  ";
  std::string piece;
  const auto flush = [&] {
    source.text += Shown(piece, style);
    piece.clear();
  };
  for (std::size_t i = begin; i < raw.size(); ++i) {
    if (static_cast<int>(i) + 1 == column) {
      flush();
      source.cell = CellWidth(source.text);
    }
    if (raw[i] == '\t') {
      flush();
      source.text += "  ";
    } else if (raw[i] == ' ' && piece.empty()) {
      source.text += ' ';  // OneLine would drop it at the end of a piece
    } else if (raw[i] == ' ') {
      flush();
      source.text += ' ';
    } else {
      piece += raw[i];
    }
  }
  flush();
  while (!source.text.empty() && source.text.back() == ' ') source.text.pop_back();
  if (source.cell > CellWidth(source.text)) source.cell = -1;
  return source;
}

// Cuts to `room` cells so that the meant cell stays in sight.
void CutTo(int room, Source* source) {
  const int width = CellWidth(source->text);
  if (width <= room || room < 8) {
    if (width > room) source->text = Front(source->text, room);
    return;
  }
  int from = 0;
  if (source->cell > room - 8) {
    from = std::min(source->cell - room / 2, width - (room - 3));
    const std::string_view skipped = Front(source->text, from);
    from = CellWidth(skipped);
    source->text = "..." + source->text.substr(skipped.size());
    source->cell -= from - 3;
  }
  if (CellWidth(source->text) > room)
    source->text = std::string(Front(source->text, room - 3)) + "...";
  if (source->cell >= CellWidth(source->text)) source->cell = -1;
}

std::string Position(const Place& place, const Style& style) {
  return Shown(place.file, style) + (place.line > 0 ? ":" + std::to_string(place.line) : "");
}

}  // namespace

int ColumnOf(const Place& place) {
  const int size = static_cast<int>(place.source.size());
  if (place.column > 0 && place.column <= size) return place.column;
  if (place.callee.empty()) return 0;
  const std::string& source = place.source;
  for (auto at = source.find(place.callee); at != std::string::npos;
       at = source.find(place.callee, at + 1)) {
    const std::size_t end = at + place.callee.size();
    const bool starts = at == 0 || !IsWord(source[at - 1]);
    if (starts && (end == source.size() || !IsWord(source[end]))) return static_cast<int>(at) + 1;
  }
  return 0;
}

int PlaceWidth(const std::vector<Place>& places, const Style& style) {
  int width = 0;
  for (std::size_t i = 0; i < places.size() && i < 3; ++i) {
    if (!places[i].source.empty()) width = std::max(width, CellWidth(Position(places[i], style)));
  }
  return std::min(width, style.width / 3);
}

Lines QuotePlace(const Place& place, int place_width, bool beside, bool quoted,
                 const Style& style) {
  Lines lines;
  const std::string label = Shown(place.label, style);
  if (place.source.empty()) {
    const std::string position = Position(place, style);
    const int indent = 4 + CellWidth(position);
    const auto wrapped = Wrap(label, style.width - indent, style.width - 6);
    lines.push_back(
        TextLine("  ").Add(position, Tint::kPlace).Add(label.empty() ? "" : "  " + wrapped[0]));
    for (std::size_t i = 1; i < wrapped.size(); ++i) lines.emplace_back("      " + wrapped[i]);
    return lines;
  }
  const std::string position(Front(Position(place, style), place_width));
  const std::string margin(static_cast<std::size_t>(2 + place_width), ' ');
  const int room = std::max(10, style.width - place_width - 5);  // after "  main.cc:23 | "
  Source source = Prepare(place, style);
  CutTo(room, &source);

  TextLine first =
      TextLine("  ").Add(PadTo(position, place_width), Tint::kPlace).Add(" | " + source.text);
  const bool fits_beside = CellWidth(source.text) + 6 + CellWidth(label) <= room;
  if (!label.empty() && fits_beside && (beside || source.cell < 0) && !quoted) {
    first.Add("   ").Add("<- " + label, Tint::kCaret);
    lines.push_back(first);
    return lines;
  }
  if (!quoted) lines.push_back(first);
  if (label.empty() && (source.cell < 0 || quoted)) return lines;
  const std::string mark = source.cell < 0 ? "<- " : "^ ";
  int cell = source.cell < 0 ? 0 : source.cell;
  const int mark_width = CellWidth(mark);
  const auto put = [&](int at, const std::string& text) {
    lines.push_back(TextLine(margin + " | " + std::string(static_cast<std::size_t>(at), ' '))
                        .Add(text, Tint::kCaret));
  };
  if (cell + mark_width + CellWidth(label) <= room) {
    put(cell, mark + label);
  } else if (room - cell - mark_width >= 24) {  // enough for a column of text under the caret
    const auto wrapped = Wrap(label, room - cell - mark_width, room - cell - mark_width);
    for (std::size_t i = 0; i < wrapped.size(); ++i) {
      put(cell + (i == 0 ? 0 : mark_width), (i == 0 ? mark : "") + wrapped[i]);
    }
  } else {
    put(cell, source.cell < 0 ? "<-" : "^");
    for (const auto& part : Wrap(label, room, room)) put(0, part);
  }
  return lines;
}

}  // namespace golab::lab
