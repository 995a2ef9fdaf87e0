#include "runtime/traceback/table_writer.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <unordered_map>

#include "runtime/traceback/class_hints.h"
#include "runtime/traceback/closure_numbers.h"
#include "runtime/traceback/go_name.h"
#include "runtime/traceback/symbol_table_format.h"

namespace golab::rt {

namespace format = symbol_format;

namespace {

class Writer {
 public:
  explicit Writer(ImageFacts* facts) : facts_(*facts) {}

  std::string Write() {
    Intern("");
    Rows();
    Functions();
    Nodes();
    Ranges();
    return Bytes();
  }

 private:
  std::uint32_t Intern(const std::string& text) {
    const auto [entry, is_new] =
        interned_.try_emplace(text, static_cast<std::uint32_t>(strings_.size()));
    if (is_new) strings_.append(text.c_str(), text.size() + 1);
    return entry->second;
  }

  std::uint32_t FileName(FactIndex file) {
    return file < facts_.files.size() ? Intern(facts_.files[file]) : 0;
  }

  // Several rows at one pc: the last one counts, an end only where nothing else begins.
  void Rows() {
    auto& rows = facts_.rows;
    std::stable_sort(rows.begin(), rows.end(), [](const RowFact& a, const RowFact& b) {
      if (a.pc != b.pc) return a.pc < b.pc;
      return a.line == 0 && b.line != 0;
    });
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const RowFact& row = rows[i];
      if (i + 1 < rows.size() && rows[i + 1].pc == row.pc) continue;
      const format::Row next{static_cast<std::uint32_t>(row.pc), FileName(row.file), row.line,
                             row.column};
      if (!rows_.empty() && rows_.back().file == next.file && rows_.back().line == next.line &&
          rows_.back().column == next.column) {
        continue;
      }
      rows_.push_back(next);
    }
  }

  // Closures without a declared place (generic ones) stand where their code begins.
  ClosureNumbers::Position PositionOf(const FunctionFact& function) const {
    if (function.line != 0) return {function.line, function.column, 0};
    const auto after =
        std::upper_bound(rows_.begin(), rows_.end(), function.start,
                         [](std::uint64_t pc, const format::Row& row) { return pc < row.pc; });
    if (function.start != 0 && after != rows_.begin() && (after - 1)->line != 0) {
      return {(after - 1)->line, (after - 1)->column, 0};
    }
    return {0, 0, function.start};
  }

  void Functions() {
    ClassHints hints;
    ClosureNumbers numbers;
    for (std::string& name : facts_.classes) hints.AddClass(std::move(name));
    for (const FunctionFact& function : facts_.functions) {
      hints.Learn(function.name, function.weak);
      numbers.Add(function.name, PositionOf(function));
    }
    GoNameContext context;
    context.is_class = [&](std::string_view scope) { return hints.IsClass(scope); };
    numbers.Number(context);
    context.closure_number = [&](std::string_view closure) { return numbers(closure); };

    for (const FunctionFact& function : facts_.functions) {
      const GoName name = RenderGoName(function.name, context);
      functions_.push_back(
          {Intern(name.text), Intern(function.name), static_cast<std::uint32_t>(name.kind)});
    }
  }

  void Nodes() {
    for (const CopyFact& copy : facts_.copies) {
      nodes_.push_back({copy.function, copy.parent, static_cast<std::uint32_t>(copy.start),
                        FileName(copy.call_file), copy.call_line, copy.call_column});
    }
  }

  // Sweeps over the pieces by address with those open on a stack; the deepest open one has the
  // code.
  void Ranges() {
    auto& pieces = facts_.pieces;
    std::stable_sort(pieces.begin(), pieces.end(), [](const PieceFact& a, const PieceFact& b) {
      return a.start != b.start ? a.start < b.start : a.depth < b.depth;
    });
    std::vector<const PieceFact*> open;
    const auto close_until = [&](std::uint64_t pc) {
      while (!open.empty() && open.back()->end <= pc) {
        const std::uint64_t end = open.back()->end;
        while (!open.empty() && open.back()->end <= end) open.pop_back();
        AddRange(end, open.empty() ? format::kNone : open.back()->copy);
      }
    };
    for (const PieceFact& piece : pieces) {
      close_until(piece.start);
      // A symbol never covers what debug information already says.
      if (!open.empty() && open.back()->depth > piece.depth) continue;
      AddRange(piece.start, piece.copy);
      open.push_back(&piece);
    }
    close_until(~std::uint64_t{0});
  }

  void AddRange(std::uint64_t pc, std::uint32_t node) {
    const auto start = static_cast<std::uint32_t>(pc);
    if (!ranges_.empty() && ranges_.back().pc == start) ranges_.pop_back();
    if (!ranges_.empty() && ranges_.back().node == node) return;
    ranges_.push_back({start, node});
  }

  template <typename Record>
  static void Append(std::string* bytes, const std::vector<Record>& records) {
    bytes->append(reinterpret_cast<const char*>(records.data()), records.size() * sizeof(Record));
  }

  std::string Bytes() const {
    format::Header header{};
    std::memcpy(header.magic, format::kMagic, sizeof(header.magic));
    header.version = format::kVersion;
    const std::size_t id_size = std::min(facts_.build_id.size(), sizeof(header.build_id));
    header.build_id_size = static_cast<std::uint32_t>(id_size);
    std::memcpy(header.build_id, facts_.build_id.data(), id_size);
    header.text_start = facts_.text_start;
    header.text_end = facts_.text_end;
    header.range_count = static_cast<std::uint32_t>(ranges_.size());
    header.row_count = static_cast<std::uint32_t>(rows_.size());
    header.node_count = static_cast<std::uint32_t>(nodes_.size());
    header.function_count = static_cast<std::uint32_t>(functions_.size());
    header.string_bytes = static_cast<std::uint32_t>(strings_.size());

    std::string bytes(sizeof(header), '\0');
    Append(&bytes, ranges_);
    Append(&bytes, rows_);
    Append(&bytes, nodes_);
    Append(&bytes, functions_);
    bytes += strings_;
    header.total_size = bytes.size();
    std::memcpy(bytes.data(), &header, sizeof(header));
    return bytes;
  }

  ImageFacts& facts_;
  std::unordered_map<std::string, std::uint32_t> interned_;
  std::string strings_;
  std::vector<format::Range> ranges_;
  std::vector<format::Row> rows_;
  std::vector<format::Node> nodes_;
  std::vector<format::Function> functions_;
};

}  // namespace

std::string WriteTable(ImageFacts* facts) {
  return Writer(facts).Write();
}

}  // namespace golab::rt
