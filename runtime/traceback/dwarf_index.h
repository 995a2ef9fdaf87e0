#pragma once
// Makes the symbol table (symbol_table.h) of an ELF file: one pass over its debug information.
// Not for signal handlers, nor for the runtime itself: it needs libdw. The lab links it
// (golab_symbols); a program that runs alone loads it on demand (libgolab_symbols.so, see
// symbols_module.h).

#include <string>

namespace golab::rt {

/// Reads the executable or shared object at `path` and stores its table in `*table`.
/// Uses what there is: full debug information, -g1, a symbol table only, dynamic symbols only. A
/// file without any of them gives a table that knows nothing.
/// False, with one sentence in `*error`, if the file cannot be read or is no ELF image.
[[nodiscard]] bool BuildSymbolTable(const std::string& path, std::string* table,
                                    std::string* error);

}  // namespace golab::rt
