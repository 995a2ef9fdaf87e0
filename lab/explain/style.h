#pragma once
// How the text for people is set: by the terminal, the environment and the options.

#include <string>

namespace golab::lab {

struct Style {
  int width = 80;
  bool colour = false;
  bool unicode = false;  ///< glyphs of the pictures; the text itself is ASCII
  bool plain = false;    ///< no picture, no caret: sentences, for screen readers
  int detail = 0;        ///< -1: one line a task (-q), 1: everything (-v)

  /// One fact a line.
  bool narrow() const { return width < 60; }
};

/// What is known of the place where the text goes.
struct Terminal {
  bool is_terminal = false;
  int columns = 0;        ///< 0: unknown
  std::string term;       ///< TERM
  std::string locale;     ///< LC_ALL, else LC_CTYPE, else LANG
  bool no_color = false;  ///< NO_COLOR is set, and not empty
  bool plain = false;     ///< --plain, or GOLAB_PLAIN=1
  bool ascii = false;     ///< --ascii
  int detail = 0;
};

/// 80 columns where there is no terminal, at most 100; plain under 40 columns and for TERM=dumb.
Style StyleFor(const Terminal& terminal);

/// As the `explanation` of machine formats: 80 columns, ASCII, no colour.
Style MachineStyle();

}  // namespace golab::lab
