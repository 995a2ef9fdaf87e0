#pragma once
// What an ELF file says about its code, before it is sorted into a table. Filled by elf_facts.cc
// (symbols) and dwarf_facts.cc (debug information), written out by table_writer.cc. Addresses are
// image-relative.

#include <cstdint>
#include <string>
#include <vector>

namespace golab::rt {

/// Index into one of the vectors of ImageFacts, or kNoIndex.
using FactIndex = std::uint32_t;
inline constexpr FactIndex kNoIndex = 0xffffffff;

struct FunctionFact {
  std::string name;        ///< Demangled.
  bool weak = false;       ///< A weak symbol: inline in C++ terms.
  std::uint32_t line = 0;  ///< Of its declaration; 0 if unknown.
  std::uint32_t column = 0;
  std::uint64_t start = 0;  ///< Lowest known pc; 0 if it is only inlined.
};

/// One out-of-line or inlined copy of a function.
struct CopyFact {
  FactIndex function = kNoIndex;
  FactIndex parent = kNoIndex;  ///< Always smaller than the copy's own index.
  std::uint64_t start = 0;
  FactIndex call_file = kNoIndex;
  std::uint32_t call_line = 0;
  std::uint32_t call_column = 0;
};

/// Addresses of a copy. Deeper pieces win over those they lie in.
struct PieceFact {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  std::uint32_t depth = 0;  ///< 0: only a symbol says so.
  FactIndex copy = kNoIndex;
};

struct RowFact {
  std::uint64_t pc = 0;
  FactIndex file = kNoIndex;
  std::uint32_t line = 0;  ///< 0: nothing is known from here on.
  std::uint32_t column = 0;
};

struct SymbolFact {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  const char* name = nullptr;  ///< Mangled; lives as long as the ELF handle.
  bool weak = false;
};

struct ImageFacts {
  std::string build_id;
  std::uint64_t text_start = 0;
  std::uint64_t text_end = 0;
  std::vector<SymbolFact> symbols;  ///< Sorted by start, one for each address.
  std::vector<FunctionFact> functions;
  std::vector<CopyFact> copies;
  std::vector<PieceFact> pieces;
  std::vector<RowFact> rows;
  std::vector<std::string> files;
  std::vector<std::string> classes;  ///< Lower-case scopes known to be classes.

  bool InText(std::uint64_t pc) const { return pc >= text_start && pc < text_end; }
};

}  // namespace golab::rt
