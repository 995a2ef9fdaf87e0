#include "runtime/traceback/symbol_table.h"

#include "runtime/traceback/symbol_table_format.h"

namespace golab::rt {

namespace format = symbol_format;

template <typename Record>
bool SymbolTable::Load(const Section& section, std::uint32_t index, Record* record) const noexcept {
  if (index >= section.count) return false;
  // The size is a constant: the compiler copies without a call, and alignment does not matter.
  __builtin_memcpy(record, data_ + section.offset + std::size_t{index} * sizeof(Record),
                   sizeof(Record));
  return true;
}

// The last record that begins at or before `pc`. In a forged table that is not sorted this finds
// something else, and still ends.
template <typename Record>
bool SymbolTable::LoadLast(const Section& section, std::uint32_t pc,
                           Record* record) const noexcept {
  std::uint32_t low = 0;
  std::uint32_t high = section.count;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (!Load(section, middle, record)) return false;
    if (record->pc <= pc) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low > 0 && Load(section, low - 1, record);
}

bool SymbolTable::Open(const void* data, std::size_t size, SymbolTable* table) noexcept {
  *table = SymbolTable();
  format::Header header;
  if (data == nullptr || size < sizeof(header)) return false;
  const auto* bytes = static_cast<const char*>(data);
  __builtin_memcpy(&header, bytes, sizeof(header));
  for (std::size_t i = 0; i < sizeof(header.magic); ++i) {
    if (header.magic[i] != format::kMagic[i]) return false;
  }
  if (header.version != format::kVersion || header.build_id_size > kMaxBuildId) return false;
  if (header.total_size != size || header.text_start > header.text_end) return false;

  // Counts are 32 bits and records small: the sum cannot overflow 64 bits.
  std::uint64_t offset = sizeof(header);
  SymbolTable result;
  const auto place = [&offset](Section* section, std::uint32_t count, std::size_t record_size) {
    *section = {static_cast<std::size_t>(offset), count};
    offset += std::uint64_t{count} * record_size;
  };
  place(&result.ranges_, header.range_count, sizeof(format::Range));
  place(&result.rows_, header.row_count, sizeof(format::Row));
  place(&result.nodes_, header.node_count, sizeof(format::Node));
  place(&result.functions_, header.function_count, sizeof(format::Function));
  place(&result.strings_, header.string_bytes, 1);
  if (offset != size) return false;
  // One NUL at the end ends every string.
  if (header.string_bytes == 0 || bytes[size - 1] != '\0') return false;

  result.data_ = bytes;
  result.text_start_ = header.text_start;
  result.text_end_ = header.text_end;
  result.build_id_size_ = header.build_id_size;
  __builtin_memcpy(result.build_id_, header.build_id, sizeof(header.build_id));
  *table = result;
  return true;
}

const char* SymbolTable::String(std::uint32_t offset) const noexcept {
  return offset < strings_.count ? data_ + strings_.offset + offset : "";
}

bool SymbolTable::FillFunction(std::uint32_t function, Frame* frame) const noexcept {
  format::Function record;
  if (!Load(functions_, function, &record)) return false;
  frame->function = String(record.name);
  frame->raw = String(record.raw);
  frame->kind = record.kind <= static_cast<std::uint32_t>(FrameKind::kStd)
                    ? static_cast<FrameKind>(record.kind)
                    : FrameKind::kStudent;
  return true;
}

std::size_t SymbolTable::Lookup(std::uintptr_t image_pc, Frame* out,
                                std::size_t max) const noexcept {
  if (image_pc < text_start_ || image_pc >= text_end_ || image_pc > 0xffffffff) return 0;
  const auto pc = static_cast<std::uint32_t>(image_pc);
  format::Range range;
  if (!LoadLast(ranges_, pc, &range) || range.node == format::kNone) return 0;
  format::Row row;
  if (!LoadLast(rows_, pc, &row) || row.line == 0) row = {0, format::kNone, 0, 0};

  std::size_t count = 0;
  std::uint32_t start = range.pc;
  std::uint32_t index = range.node;
  while (count < max) {
    format::Node node;
    Frame& frame = out[count];
    frame = Frame();
    if (!Load(nodes_, index, &node) || !FillFunction(node.function, &frame)) break;
    frame.file = String(row.file);
    frame.line = row.line;
    frame.column = row.column;
    start = node.start;
    ++count;
    if (node.parent >= index) break;  // kNone, or a forged table
    frame.inlined = true;
    row = {0, node.call_file, node.call_line, node.call_column};
    index = node.parent;
  }
  for (std::size_t i = 0; i < count; ++i) out[i].function_start = start;
  return count;
}

}  // namespace golab::rt
