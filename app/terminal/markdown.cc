#include "app/terminal/markdown.h"

#include <algorithm>

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
  return line.starts_with("|") || line.starts_with("#") || line.starts_with("```");
}

class Filler {
 public:
  explicit Filler(int width) : width_(width) {}

  void Take(std::string_view line) {
    const bool fence = line.starts_with("```");
    if (code_ || fence || IsFixed(line) || line.empty() ||
        (line.starts_with("    ") && paragraph_.text.empty())) {
      Flush();
      out_ += std::string(line) + "\n";
      code_ = code_ != fence;
      return;
    }
    if (IsItem(line)) {
      Flush();
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
