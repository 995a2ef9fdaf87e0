#pragma once
// How an image is instrumented.

namespace golab::lab {

enum class Flavour {
  kPlain,
  kTsan,  ///< finds data races
  kAsan,  ///< finds what is used after its end
};

/// "plain", "tsan", "asan".
const char* FlavourName(Flavour flavour);

}  // namespace golab::lab
