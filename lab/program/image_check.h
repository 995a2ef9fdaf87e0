#pragma once
// Looks at what a submission's image defines, before it is ever run. Cheap cheats and honest
// accidents that would replace a part of the runtime or of libc end here, with a message that
// teaches; it is no defence against code that patches memory.

#include <string>
#include <string_view>
#include <vector>

#include "lab/error.h"

namespace golab::lab {

/// What must not be in an image, one message each, worded like the compiler's:
/// "main.cc:3: error: ...". Empty: the image may run.
///   - a `main` or `_start` of its own
///   - strong definitions in namespace golab
///   - a function or variable that libgolab.so defines or takes from another library, such as
///   `write`
///   - .preinit_array, IFUNC symbols (code before the runtime), another program interpreter
/// `symbols`: the image's symbol table (runtime/traceback/symbol_table.h), for lines; may be empty.
/// Errors: a file that is no ELF image.
Result<std::vector<std::string>> CheckImage(const std::string& image, const std::string& library,
                                            std::string_view symbols);

}  // namespace golab::lab
