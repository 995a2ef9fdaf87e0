#pragma once
// The one function of libgolab_symbols.so: keeps libdw and its dependencies out of every program,
// until one that runs alone needs names. C linkage, since it is looked up by name.

#include <cstddef>

extern "C" {

/// Makes the symbol table of the ELF file at `path`. On success stores bytes that live as long as
/// the process and returns 1; else 0. Weak where it is called: a program that links golab_symbols
/// statically needs no module.
[[gnu::visibility("default")]] int golab_symbols_build(const char* path, const void** data,
                                                       std::size_t* size) noexcept;
}
