#pragma once

// golab's exit statuses. Of several, the first of 4, 3, 1 counts.

namespace golab::app {

enum class ExitStatus {
  kPassed = 0,
  kFailed = 1,    ///< A check failed or could not be judged, or a required task was not attempted.
  kUsage = 2,     ///< Wrong usage, or a bad catalogue.
  kNotBuilt = 3,  ///< A submission did not build.
  kInternal = 4,  ///< golab itself failed, or the machine did.
  kInterrupted = 130,
};

}  // namespace golab::app
