#pragma once
// Reads golden files of Go's output, and brings outputs of Go and golab to one form, in which all
// that may differ is gone and all that may not is left.
//
// May differ: names and places of the program's functions, ids of goroutines but 1, addresses,
// arguments, and which functions of its library a call passes through (the outermost, which the
// program called, stays). Everything else must be equal: first lines, headers with wait reasons,
// blank lines, the order of goroutines, how many frames of the program there are, who created whom.

#include <string>
#include <string_view>
#include <vector>

namespace golab::golden {

/// One program's streams and status.
struct Outcome {
  std::string out;
  std::string err;
  int status = 0;
  bool head_only = false;    ///< Of a golden file: err holds only the first lines.
  bool out_is_dump = false;  ///< Of a golden file: out is compared as err is.
};

struct Section {
  std::string name;     ///< "recv"
  std::string program;  ///< "ch := make(chan int); <-ch", for the reader of a failure.
  Outcome want;
};

/// The sections of a golden file:
///
///   ######## NAME : PROGRAM
///   --- stdout            (or "--- stdout dump")
///   --- stderr            (or "--- stderr head")
///   --- exit status N
std::vector<Section> ParseGolden(std::string_view text);

/// `text` in the common form. `library`: what the path of a library's file begins with.
std::string Normalize(std::string_view text, std::string_view library);

/// The lines of `want` and `got` side by side in one column: "  both", "- only want", "+ only got".
std::string Diff(std::string_view want, std::string_view got);

}  // namespace golab::golden
