// golab_make_symbols IMAGE TABLE: makes the symbol table of an image that golab ships, when it is built.

#include <cstdio>
#include <fstream>
#include <string>

#include "runtime/traceback/dwarf_index.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: golab_make_symbols IMAGE TABLE\n");
    return 2;
  }
  std::string table;
  std::string error;
  if (!golab::rt::BuildSymbolTable(argv[1], &table, &error)) {
    std::fprintf(stderr, "golab_make_symbols: %s: %s\n", argv[1], error.c_str());
    return 1;
  }
  std::ofstream out(argv[2], std::ios::binary | std::ios::trunc);
  out.write(table.data(), static_cast<std::streamsize>(table.size()));
  out.close();
  if (!out) {
    std::fprintf(stderr, "golab_make_symbols: cannot write '%s'\n", argv[2]);
    return 1;
  }
  return 0;
}
