#pragma once
// Proves the lab on itself: references pass under many seeds and in real time, starters are
// recognised, each known wrong answer fails first for the reason it names, right ones pass.
//
// A mutant says what must catch it in its first lines:
//   // must fail: rise
//   // variation: leak       (only where that variation is judged)

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "lab/catalogue/catalogue.h"
#include "lab/error.h"
#include "lab/program/build.h"

namespace golab::lab {

struct SelfcheckResult {
  std::string task;
  std::string
      what;  ///< "reference", "starter", "mutants/stale.cc", "examples/right/tree.cc", "checks"
  bool good = false;
  std::string found;  ///< "fails rise, not monitor"
  std::string block;  ///< the failure that was shown, as text; empty if none was
};

struct SelfcheckOptions {
  int seeds = 100;
  int jobs = 1;
  bool real_time = true;
  const std::atomic<bool>* cancel = nullptr;
  std::function<void(const std::string&)> progress;
  std::function<void(const SelfcheckResult&)> on_result;  ///< as they come
};

/// All results, in the order of the catalogue. Errors: golab cannot judge at all.
Result<std::vector<SelfcheckResult>> Selfcheck(const std::vector<const Task*>& tasks,
                                               const Builder& builder,
                                               const SelfcheckOptions& options);

}  // namespace golab::lab
