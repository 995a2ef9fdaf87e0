#pragma once
// The output of a compiler in pieces: messages with their place and the line they quote.

#include <string>
#include <string_view>
#include <vector>

namespace golab::lab {

struct CompilerMessage {
  enum class Kind { kError, kWarning, kNote, kRequired };

  Kind kind = Kind::kError;
  std::string file;  ///< as the compiler wrote it
  int line = 0;      ///< 0 = unknown
  int column = 0;
  std::string text;    ///< quotes as ', without the trailing [-fpermissive]
  std::string source;  ///< the line that the compiler quotes, empty if none
  bool own = false;    ///< in the submission: neither a system header nor golab's
};

/// Messages in order. kRequired: "required from here", where the student's code uses a template.
std::vector<CompilerMessage> ReadCompilerOutput(std::string_view output);

}  // namespace golab::lab
