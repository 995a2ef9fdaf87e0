#pragma once
// Reads from an ELF file what needs no debug information: text range, build id, function symbols.

#include <elfutils/libdw.h>

#include "runtime/traceback/image_facts.h"

namespace golab::rt {

/// False if `elf` is no executable or shared object.
bool ReadElfFacts(Elf* elf, ImageFacts* facts);

/// Whether each section of debug strings ends in NUL. libdw 0.188 takes that for granted and reads
/// on behind one that does not; such debug information is forged or cut short.
bool DebugStringsEnd(Elf* elf);

/// The symbol that starts at `pc`; null if none does.
const SymbolFact* SymbolAt(const ImageFacts& facts, std::uint64_t pc);

/// Makes each symbol a function of its own, of the lowest rank: where debug information says
/// nothing, names remain.
void AddSymbolPieces(ImageFacts* facts);

}  // namespace golab::rt
