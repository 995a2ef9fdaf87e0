#pragma once
// The schedule kernels as data: what is wrong with each, and what was measured of the search for it
// (README.md). Each is a program of its own in one image.

#include <functional>
#include <iosfwd>
#include <span>

#include "lab/explore/explorer.h"

namespace golab::lab {

/// How a run fails.
enum class Fault {
  kNone,
  kDeadlock,
  kLeak,   ///< goroutines are left over when main has returned
  kPanic,  ///< not recovered
  kWrong,  ///< the program itself has found its result wrong: status 3
  kOther,  ///< anything else: no kernel may do that
};

const char* FaultName(Fault fault);

Fault FaultOf(const Run& run);

/// What is known of a faulty kernel.
struct Kernel {
  const char* name;
  Fault fault;
  /// Runs within which 99 of 100 series find it, Go's order first: walks alone, and with every
  /// third run systematic. 1: Go's order shows it.
  int walks;
  int series;
  int deviations;  ///< the fewest from Go's order that show it; 0: none are needed
};

// For googletest.
void PrintTo(Fault fault, std::ostream* out);
void PrintTo(const Kernel& kernel, std::ostream* out);

/// The faulty kernels that an outcome shows.
std::span<const Kernel> FaultyKernels();

/// Those that are data races in plain memory: what they show needs a switch inside a basic block,
/// or counted preemption in the one place; their race image tells in Go's order.
std::span<const char* const> RacyKernels();

/// The right ones.
std::span<const char* const> RightKernels();

/// How to run one.
RunnerSpec KernelSpec(const char* name);

/// `at`: the run's place in its series, from 1. Runs do not come in that order.
using OnSeriesRun = std::function<void(int at, const ScheduleName& name, Run& run)>;

/// The first `runs` of the explorer's own series, on this thread.
Result<Explored> RunSeries(const RunnerSpec& spec, int runs, const OnSeriesRun& on_run);

}  // namespace golab::lab
