#include "app/terminal/markdown.h"

#include <algorithm>
#include <string>
#include <vector>

#include "lab/explain/width.h"

namespace golab::app {
namespace {

/// A paragraph or list item being collected.
struct Paragraph {
  std::string text;
  std::size_t indent = 0;  // of lines after the first: under an item's text

  void Add(std::string_view line) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (!text.empty()) text += ' ';
    text += line;
  }
};

bool IsItem(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return line.starts_with("- ") || line.starts_with("* ");
}

bool IsFixed(std::string_view line) {
  return line.starts_with("#") || line.starts_with("```");
}

using Row = std::vector<std::string>;

/// The cells of "| `rise` | what must hold |".
Row CellsOf(std::string_view line) {
  Row cells;
  while (line.size() > 1) {
    line.remove_prefix(1);  // the bar
    const auto bar = std::min(line.find('|'), line.size());
    std::string_view cell = line.substr(0, bar);
    line.remove_prefix(bar);
    if (line.empty() && cell.find_first_not_of(' ') == std::string_view::npos) break;
    while (!cell.empty() && cell.front() == ' ') cell.remove_prefix(1);
    while (!cell.empty() && cell.back() == ' ') cell.remove_suffix(1);
    cells.emplace_back(cell);
  }
  return cells;
}

bool IsRule(const Row& row) {
  return std::all_of(row.begin(), row.end(), [](const std::string& cell) {
    return !cell.empty() && cell.find_first_not_of("-:") == std::string::npos;
  });
}

/// Columns side by side, the last one filled; where it has no room, below the others.
std::string TableText(const std::vector<Row>& rows, int width) {
  constexpr int kLeastRoom = 24;
  std::vector<int> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t i = 0; i + 1 < row.size(); ++i)
      widths[i] = std::max(widths[i], lab::CellWidth(row[i]));
  }
  int indent = 2;
  for (const int w : widths) indent += w > 0 ? w + 2 : 0;
  const bool beside = width - indent >= kLeastRoom;
  const int under = beside ? indent : 6;
  std::string text;
  for (const Row& row : rows) {
    std::string line = "  ";
    for (std::size_t i = 0; i + 1 < row.size(); ++i)
      line += beside ? lab::PadTo(row[i], widths[i] + 2) : row[i] + "  ";
    if (!beside && row.size() > 1) {
      line.resize(line.find_last_not_of(' ') + 1);
      text += line + "\n";
      line = std::string(static_cast<std::size_t>(under), ' ');
    }
    if (row.empty()) continue;
    for (const std::string& part : lab::Wrap(row.back(), width - under, width - under)) {
      text += line + part + "\n";
      line = std::string(static_cast<std::size_t>(under), ' ');
    }
  }
  return text;
}

/// "    golab run task1     the count as a plot": where too long, what is said of a command comes
/// below it.
std::string CodeText(std::string_view line, int width) {
  constexpr std::size_t kGap = 3;
  const std::string whole = std::string(line) + "\n";
  if (lab::CellWidth(std::string(line)) <= width) return whole;
  const std::size_t gap = line.rfind(std::string(kGap, ' '));
  const std::size_t begin = line.find_first_not_of(' ');
  if (gap == std::string_view::npos || begin == std::string_view::npos || gap < begin) return whole;
  const std::string_view command = line.substr(0, line.find_last_not_of(' ', gap) + 1);
  const std::string said(line.substr(gap + kGap));
  std::string text = std::string(command) + "\n";
  for (const std::string& part : lab::Wrap(said, width - 8, width - 8))
    text += "        " + part + "\n";
  return text;
}

class Filler {
 public:
  explicit Filler(int width) : width_(width) {}

  void Take(std::string_view line) {
    const bool fence = line.starts_with("```");
    if (!code_ && line.starts_with("|")) {
      FlushParagraph();
      rows_.push_back(CellsOf(line));
      return;
    }
    if (code_ || fence || IsFixed(line) || line.empty() ||
        (line.starts_with("    ") && paragraph_.text.empty())) {
      Flush();
      out_ +=
          !code_ && line.starts_with("    ") ? CodeText(line, width_) : std::string(line) + "\n";
      code_ = code_ != fence;
      return;
    }
    if (IsItem(line) || !rows_.empty()) Flush();
    if (IsItem(line)) {
      paragraph_.indent = line.find_first_not_of(' ') + 2;
      out_ += std::string(paragraph_.indent - 2, ' ');
    }
    paragraph_.Add(line);
  }

  std::string Finish() {
    Flush();
    return std::move(out_);
  }

 private:
  void Flush() {
    FlushParagraph();
    std::erase_if(rows_, IsRule);
    if (!rows_.empty()) out_ += TableText(rows_, width_);
    rows_.clear();
  }

  void FlushParagraph() {
    if (paragraph_.text.empty()) return;
    const int indent = static_cast<int>(paragraph_.indent);
    const int item = std::max(indent - 2, 0);
    bool first = true;
    for (const std::string& part : lab::Wrap(paragraph_.text, width_ - item, width_ - indent)) {
      out_ += (first ? "" : std::string(paragraph_.indent, ' ')) + part + "\n";
      first = false;
    }
    paragraph_ = {};
  }

  int width_;
  bool code_ = false;
  Paragraph paragraph_;
  std::vector<Row> rows_;
  std::string out_;
};

}  // namespace

std::string FillMarkdown(std::string_view text, int width) {
  Filler filler(width);
  while (!text.empty()) {
    const std::size_t newline = std::min(text.find('\n'), text.size());
    filler.Take(text.substr(0, newline));
    text.remove_prefix(std::min(newline + 1, text.size()));
  }
  return filler.Finish();
}

}  // namespace golab::app
