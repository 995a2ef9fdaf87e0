#pragma once
// The place of a call that logs. Go: slog.Source.

#include "golab/slog.h"

namespace golab::rt {

struct Source {
  golab::String function;  ///< empty if not known
  golab::String file;
  int line = 0;

  slog::Value Group() const;       ///< `{"function":"main.main","file":"/src/main.cc","line":7}`
  golab::String FileLine() const;  ///< `/src/main.cc:7`

  golab::String String() const {
    return "&{" + function + " " + file + " " + fmt::Sprint(line) + "}";
  }
};

/// File and line as the compiler told them, the function by its address.
Source SourceOf(const slog::Record& record);

}  // namespace golab::rt
