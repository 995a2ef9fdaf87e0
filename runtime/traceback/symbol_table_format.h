#pragma once
// The bytes of a symbol table, shared by the writer (dwarf_index.cc) and the reader
// (symbol_table.cc).
//
//   Header | Range[] | Row[] | Node[] | Function[] | string bytes, the last one NUL
//
// Little endian, no padding, addresses image-relative and below 4 GiB. Ranges and rows are sorted
// by pc; each holds until the next begins. A pc finds its range, the range names a node of the
// inline tree, the node's parents are the functions it is inlined into; rows say the innermost
// line.

#include <cstdint>

namespace golab::rt::symbol_format {

inline constexpr char kMagic[8] = {'g', 'o', 'l', 'a', 'b', 's', 'y', 'm'};
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::uint32_t kNone = 0xffffffff;

struct Header {
  char magic[8];
  std::uint32_t version;
  std::uint32_t build_id_size;
  std::uint8_t build_id[32];
  std::uint64_t total_size;
  std::uint64_t text_start;
  std::uint64_t text_end;
  std::uint32_t range_count;
  std::uint32_t row_count;
  std::uint32_t node_count;
  std::uint32_t function_count;
  std::uint32_t string_bytes;
  std::uint32_t reserved;
};

static_assert(sizeof(Header) == 96);

struct Range {
  std::uint32_t pc;
  std::uint32_t node;  ///< kNone: a gap.
};

struct Row {
  std::uint32_t pc;
  std::uint32_t file;  ///< Offset of a string.
  std::uint32_t line;  ///< 0: a gap.
  std::uint32_t column;
};

/// One place where a function's code stands: out of line (no parent) or inlined.
struct Node {
  std::uint32_t function;
  std::uint32_t
      parent;  ///< Smaller than the node's own index, so that every chain ends. kNone: out of line.
  std::uint32_t start;  ///< First pc of the out-of-line piece.
  std::uint32_t call_file;
  std::uint32_t call_line;
  std::uint32_t call_column;
};

struct Function {
  std::uint32_t name;  ///< Go style.
  std::uint32_t raw;   ///< Demangled.
  std::uint32_t kind;  ///< FrameKind.
};

}  // namespace golab::rt::symbol_format
