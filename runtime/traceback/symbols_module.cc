#include "runtime/traceback/symbols_module.h"

#include <memory>
#include <string>
#include <utility>

#include "runtime/traceback/dwarf_index.h"

extern "C" int golab_symbols_build(const char* path, const void** data,
                                   std::size_t* size) noexcept {
  auto table = std::make_unique<std::string>();
  std::string error;
  if (!golab::rt::BuildSymbolTable(path, table.get(), &error)) return 0;
  *data = table->data();
  *size = table->size();
  (void)table.release();  // NOLINT(bugprone-unused-return-value): lives as long as the process
  return 1;
}
