// Any bytes as a symbol table: open, and look up addresses all over it.

#include <cstring>

#include "runtime/traceback/symbol_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  golab::rt::SymbolTable table;
  if (!golab::rt::SymbolTable::Open(data, size, &table)) return 0;
  const std::uintptr_t span = table.text_end() - table.text_start();
  for (std::uintptr_t i = 0; i <= 64; ++i) {
    golab::rt::Frame frames[golab::rt::kMaxFramesPerPc];
    const std::uintptr_t pc = i < 32 ? table.text_start() + i : table.text_start() + span / 64 * i;
    const std::size_t count = table.Lookup(pc, frames, golab::rt::kMaxFramesPerPc);
    for (std::size_t k = 0; k < count; ++k) {
      if (std::strlen(frames[k].function) + std::strlen(frames[k].raw) +
              std::strlen(frames[k].file) >
          size * 3) {
        __builtin_trap();
      }
    }
  }
  return 0;
}
