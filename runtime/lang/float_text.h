#pragma once
// Go's strconv.FormatFloat.

#include <string>

namespace golab::rt {

/// Go: strconv.FormatFloat(value, verb, precision, bits). Verbs b e E f g G x X; precision -1 is
/// the fewest digits that read back as the same `bits`-bit number. `sharp`: the # flag, which keeps
/// the point and the zeros of %g.
std::string FloatText(double value, char verb, int precision, int bits, bool sharp = false);

}  // namespace golab::rt
