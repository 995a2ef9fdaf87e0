#include "lab/beam/page.h"

#include <algorithm>
#include <sstream>

#include "lab/report/text.h"
#include "lab/workspace/task_files.h"

namespace golab::lab::embedded {

extern const TaskFileTable beam;

}  // namespace golab::lab::embedded

namespace golab::lab::beam {
namespace {

std::string Template() {
  const TaskFileTable& files = embedded::beam;
  for (std::size_t i = 0; i < files.count; ++i) {
    if (files.files[i].path == "page.md") return std::string(files.files[i].bytes);
  }
  return "";
}

void Replace(std::string* text, const std::string& from, const std::string& to) {
  for (auto at = text->find(from); at != std::string::npos; at = text->find(from, at + to.size()))
    text->replace(at, from.size(), to);
}

/// "268 ns in Go", "31 ns in golab and 268 ns in Go"; of a value that nobody has: "some time".
std::string InProse(const Quantity& quantity, const std::vector<System>& systems) {
  std::vector<std::string> parts;
  for (const System& system : systems) {
    const auto it = system.values.find(quantity.id);
    if (it != system.values.end())
      parts.push_back(InUnits(quantity, it->second) + " in " +
                      system.name.substr(0, system.name.find_first_of(" /")));
  }
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i)
    text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
  return text.empty() ? "what could not be measured here" : text;
}

/// Rows padded, so that the table reads as one in a terminal, too.
std::string Table(const std::vector<System>& systems) {
  std::vector<std::vector<std::string>> rows;
  rows.push_back({""});
  for (const System& system : systems) rows.back().push_back(system.name);
  for (const Quantity& quantity : Quantities()) {
    rows.push_back({quantity.name});
    for (const System& system : systems) {
      const auto it = system.values.find(quantity.id);
      rows.back().push_back(it == system.values.end() ? "-" : InUnits(quantity, it->second));
    }
  }
  std::vector<std::size_t> widths(systems.size() + 1, 3);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t i = 0; i < rows[r].size(); ++i) {
      const std::string space(widths[i] - rows[r][i].size(), ' ');
      text += "| " + (i == 0 ? rows[r][i] + space : space + rows[r][i]) + " ";
    }
    text += "|\n";
    if (r > 0) continue;
    for (const std::size_t width : widths) text += "|" + std::string(width + 2, '-');
    text += "|\n";
  }
  return text.substr(0, text.size() - 1);
}

/// Who is not there, and why.
std::string Missing(const std::vector<System>& systems) {
  std::string text;
  for (const System& system : systems) {
    if (!system.missing.empty())
      text += system.name + ": " + OneLine(system.missing) + ", so it has no column of numbers. ";
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::string MemoryNote(const std::vector<System>& systems) {
  const bool erlang = std::any_of(systems.begin(), systems.end(), [](const System& system) {
    return system.id == "erlang" && system.missing.empty();
  });
  std::string text =
      "Compare along the rows with care: the lateness is the length of a time slice more than a "
      "speed, and memory is what the kernel gave (golab, Go)";
  return text + (erlang ? " or what the BEAM counts for its processes (Erlang)." : ".");
}

// HTML

std::string Inline(const std::string& text) {
  std::string html, plain;  // plain: not escaped yet, whole characters
  bool code = false, bold = false;
  const auto flush = [&] {
    html += XmlText(plain);
    plain.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '`') {
      flush();
      html += code ? "</code>" : "<code>";
      code = !code;
    } else if (!code && text.compare(i, 2, "**") == 0) {
      flush();
      html += bold ? "</b>" : "<b>";
      bold = !bold;
      ++i;
    } else {
      plain += text[i];
    }
  }
  flush();
  if (code) html += "</code>";
  if (bold) html += "</b>";
  return html;
}

std::vector<std::string> Cells(const std::string& row) {
  std::vector<std::string> cells;
  std::string cell;
  for (std::size_t i = 1; i < row.size(); ++i) {
    if (row[i] != '|') {
      cell += row[i];
      continue;
    }
    const auto first = cell.find_first_not_of(' ');
    const auto last = cell.find_last_not_of(' ');
    cells.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
    cell.clear();
  }
  return cells;
}

/// The rest of a line behind these characters; may be empty.
std::string From(const std::string& line, const char* leading) {
  const auto at = line.find_first_not_of(leading);
  return at == std::string::npos ? "" : line.substr(at);
}

/// Turns blocks into elements, one line after the other.
class Writer {
 public:
  void Take(const std::string& line) {
    const bool table = line.starts_with("|"), code = line.starts_with("    ") && !in_item_;
    if (!table) EndTable();
    if (!code) EndCode();
    if (line.empty()) return EndText();
    if (line.starts_with("#")) return Heading(line);
    if (table) return Row(line);
    if (code) return Code(line.substr(4));
    if (line.starts_with("- ")) return Item(line.substr(2));
    text_ += (text_.empty() ? "" : " ") + From(line, " ");
  }

  std::string Finish() {
    EndTable();
    EndCode();
    EndText();
    EndList();
    return std::move(html_);
  }

 private:
  void Heading(const std::string& line) {
    EndText();
    EndList();
    const std::size_t level = std::min<std::size_t>(line.size() - From(line, "#").size(), 6);
    const std::string tag = "h" + std::to_string(level);
    html_ += "<" + tag + ">" + Inline(From(line, "# ")) + "</" + tag + ">\n";
  }

  void Row(const std::string& line) {
    EndText();
    EndList();
    if (line.find_first_not_of("|-: ") == std::string::npos) return;
    const char* tag = in_table_ ? "td" : "th";
    if (!in_table_) html_ += "<table>\n";
    in_table_ = true;
    html_ += "<tr>";
    for (const std::string& cell : Cells(line))
      html_ += std::string("<") + tag + ">" + Inline(cell) + "</" + tag + ">";
    html_ += "</tr>\n";
  }

  void Code(const std::string& line) {
    EndText();
    EndList();
    if (!in_code_) html_ += "<pre>";
    in_code_ = true;
    html_ += XmlText(line) + "\n";
  }

  void Item(const std::string& text) {
    EndText();
    if (!in_list_) html_ += "<ul>\n";
    in_list_ = in_item_ = true;
    text_ = text;
  }

  void EndText() {
    if (!text_.empty() && in_item_) html_ += "<li>" + Inline(text_) + "</li>\n";
    if (!text_.empty() && !in_item_) {
      EndList();
      html_ += "<p>" + Inline(text_) + "</p>\n";
    }
    text_.clear();
    in_item_ = false;
  }

  void EndList() {
    if (in_list_) html_ += "</ul>\n";
    in_list_ = false;
  }

  void EndTable() {
    if (in_table_) html_ += "</table>\n";
    in_table_ = false;
  }

  void EndCode() {
    if (in_code_) html_ += "</pre>\n";
    in_code_ = false;
  }

  std::string html_, text_;
  bool in_table_ = false, in_code_ = false, in_list_ = false, in_item_ = false;
};

constexpr char kStyle[] =
    "body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em;color:#222;"
    "background:#fff}h1,h2{line-height:1.2}table{border-collapse:collapse;margin:1em 0}"
    "th,td{border-bottom:1px solid #ccc;padding:.3em .8em;text-align:left;vertical-align:top}"
    "code,pre{font-family:monospace;background:#f4f4f4}pre{padding:.6em 1em;overflow:auto}"
    "@media print{body{margin:0}}";

}  // namespace

std::string PageMarkdown(const std::vector<System>& systems) {
  std::string text = Template();
  for (const Quantity& quantity : Quantities())
    Replace(&text, "{" + std::string(quantity.id) + "}", InProse(quantity, systems));
  Replace(&text, "{table}", Table(systems));
  Replace(&text, "{systems}", Missing(systems));
  Replace(&text, "{memory-note}", MemoryNote(systems));
  return text;
}

std::string HtmlPage(const std::string& markdown, const std::string& title) {
  Writer writer;
  std::istringstream lines(markdown);
  for (std::string line; std::getline(lines, line);) writer.Take(line);
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>" +
         XmlText(title) +
         "</title>\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
         "style-src 'unsafe-inline'\">\n<meta name=\"viewport\" "
         "content=\"width=device-width\">\n<style>" +
         kStyle + "</style></head>\n<body>\n" + writer.Finish() + "</body></html>\n";
}

}  // namespace golab::lab::beam
