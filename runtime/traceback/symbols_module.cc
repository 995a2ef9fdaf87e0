#include "runtime/traceback/symbols_module.h"

#include <exception>
#include <forward_list>
#include <string>
#include <utility>

#include "runtime/traceback/dwarf_index.h"

extern "C" int golab_symbols_build(const char* path, const void** data,
                                   std::size_t* size) noexcept {
  // Never destroyed: a dump may need the tables at any time. Called by one thread at a time.
  static auto* tables = new std::forward_list<std::string>;
  try {
    std::string error;
    std::string table;
    if (!golab::rt::BuildSymbolTable(path, &table, &error)) return 0;
    tables->push_front(std::move(table));
  } catch (const std::exception&) {  // no memory: addresses print raw
    return 0;
  }
  *data = tables->front().data();
  *size = tables->front().size();
  return 1;
}
