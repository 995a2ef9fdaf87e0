#include "runtime/traceback/elf_facts.h"

#include <gelf.h>

#include <algorithm>
#include <string_view>

#include <elfutils/libdwelf.h>

#include "runtime/traceback/go_name.h"

namespace golab::rt {
namespace {

void ReadTextRange(Elf* elf, ImageFacts* facts) {
  std::size_t count = 0;
  if (elf_getphdrnum(elf, &count) != 0) return;
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr header;
    if (gelf_getphdr(elf, static_cast<int>(i), &header) == nullptr) continue;
    if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) continue;
    const std::uint64_t end = header.p_vaddr + header.p_memsz;
    if (end < header.p_vaddr) continue;
    if (facts->text_end == 0) facts->text_start = header.p_vaddr;
    facts->text_start = std::min(facts->text_start, header.p_vaddr);
    facts->text_end = std::max(facts->text_end, end);
  }
}

void ReadBuildId(Elf* elf, ImageFacts* facts) {
  const void* bytes = nullptr;
  const ssize_t size = dwelf_elf_gnu_build_id(elf, &bytes);
  if (size > 0)
    facts->build_id.assign(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

void ReadSymbolSection(Elf* elf, Elf_Scn* section, const GElf_Shdr& header, ImageFacts* facts) {
  Elf_Data* data = elf_getdata(section, nullptr);
  if (data == nullptr || header.sh_entsize == 0) return;
  const std::size_t count = data->d_size / header.sh_entsize;
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Sym symbol;
    if (gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr) continue;
    const unsigned type = GELF_ST_TYPE(symbol.st_info);
    // Assembly often leaves the type out.
    if (type != STT_FUNC && type != STT_NOTYPE && type != STT_GNU_IFUNC) continue;
    if (symbol.st_shndx == SHN_UNDEF || !facts->InText(symbol.st_value)) continue;
    const char* name = elf_strptr(elf, header.sh_link, symbol.st_name);
    if (name == nullptr || name[0] == '\0' || name[0] == '.') continue;
    facts->symbols.push_back({.start = symbol.st_value,
                              .end = symbol.st_value + symbol.st_size,
                              .name = name,
                              .weak = GELF_ST_BIND(symbol.st_info) == STB_WEAK});
  }
}

// Orders aliases of one address, best first: with a size, then short ("C1" and "C2" constructors
// tie).
bool Better(const SymbolFact& a, const SymbolFact& b) {
  if (a.start != b.start) return a.start < b.start;
  if ((a.end > a.start) != (b.end > b.start)) return a.end > a.start;
  const std::string_view a_name = a.name;
  const std::string_view b_name = b.name;
  if (a_name.size() != b_name.size()) return a_name.size() < b_name.size();
  return a_name < b_name;
}

}  // namespace

bool ReadElfFacts(Elf* elf, ImageFacts* facts) {
  GElf_Ehdr header;
  if (elf_kind(elf) != ELF_K_ELF || gelf_getehdr(elf, &header) == nullptr) return false;
  if (header.e_type != ET_EXEC && header.e_type != ET_DYN) return false;
  ReadTextRange(elf, facts);
  ReadBuildId(elf, facts);
  Elf_Scn* section = nullptr;
  while ((section = elf_nextscn(elf, section)) != nullptr) {
    GElf_Shdr section_header;
    if (gelf_getshdr(section, &section_header) == nullptr) continue;
    if (section_header.sh_type == SHT_SYMTAB || section_header.sh_type == SHT_DYNSYM) {
      ReadSymbolSection(elf, section, section_header, facts);
    }
  }
  auto& symbols = facts->symbols;
  std::sort(symbols.begin(), symbols.end(), Better);
  symbols.erase(std::unique(symbols.begin(), symbols.end(),
                            [](const auto& a, const auto& b) { return a.start == b.start; }),
                symbols.end());
  return true;
}

bool DebugStringsEnd(Elf* elf) {
  std::size_t names = 0;
  if (elf_getshdrstrndx(elf, &names) != 0) return true;  // no names: libdw finds no sections
  Elf_Scn* section = nullptr;
  while ((section = elf_nextscn(elf, section)) != nullptr) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr) continue;
    const char* name = elf_strptr(elf, names, header.sh_name);
    if (name == nullptr) continue;
    const std::string_view text = name;
    if (text != ".debug_str" && text != ".debug_line_str") continue;
    if ((header.sh_flags & SHF_COMPRESSED) != 0 && elf_compress(section, 0, 0) < 0) return false;
    const Elf_Data* data = elf_getdata(section, nullptr);
    if (data == nullptr || data->d_buf == nullptr || data->d_size == 0) continue;
    if (static_cast<const char*>(data->d_buf)[data->d_size - 1] != '\0') return false;
  }
  return true;
}

const SymbolFact* SymbolAt(const ImageFacts& facts, std::uint64_t pc) {
  const auto found = std::lower_bound(
      facts.symbols.begin(), facts.symbols.end(), pc,
      [](const SymbolFact& symbol, std::uint64_t value) { return symbol.start < value; });
  return found != facts.symbols.end() && found->start == pc ? &*found : nullptr;
}

void AddSymbolPieces(ImageFacts* facts) {
  // What debug information already names keeps that function: one name, one closure number.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> known;
  for (const PieceFact& piece : facts->pieces) {
    if (piece.depth == 1) known.emplace_back(piece.start, piece.end);
  }
  std::sort(known.begin(), known.end());
  std::size_t next = 0;
  for (std::size_t i = 0; i < facts->symbols.size(); ++i) {
    const SymbolFact& symbol = facts->symbols[i];
    std::uint64_t end = symbol.end;
    if (end <= symbol.start) {  // assembly without a size reaches to the next symbol
      end = i + 1 < facts->symbols.size() ? facts->symbols[i + 1].start : facts->text_end;
    }
    end = std::min(end, facts->text_end);
    while (next < known.size() && known[next].second <= symbol.start) ++next;
    if (next < known.size() && known[next].first <= symbol.start && known[next].second >= end)
      continue;
    const auto function = static_cast<FactIndex>(facts->functions.size());
    const auto copy = static_cast<FactIndex>(facts->copies.size());
    facts->functions.push_back(
        {.name = Demangle(symbol.name), .weak = symbol.weak, .start = symbol.start});
    facts->copies.push_back({.function = function, .start = symbol.start});
    facts->pieces.push_back({.start = symbol.start, .end = end, .depth = 0, .copy = copy});
  }
}

}  // namespace golab::rt
