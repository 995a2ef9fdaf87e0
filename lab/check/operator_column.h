#pragma once
// Where in a line of source an arithmetic operation stands. g++ gives those that overflow the place
// of their statement, which may be a variable's, a call's or that of the `;`.

#include <string_view>

#include "lab/check/variable_name.h"

namespace golab::lab {

/// The column of the operator that `message` of UBSan's, an overflow's, is about ("signed integer
/// overflow: 1 + 2 ...", "negation of ...", "division of ..."); 0 if several may be meant, or none.
int ColumnOfOverflow(const SourceSpot& spot, std::string_view message);

}  // namespace golab::lab
