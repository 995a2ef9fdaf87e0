#pragma once
// What every row of the benchmark needs: one clock, one way to print a value.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace bench {

using Int = std::int64_t;  // Go's int

inline constexpr Int kMillion = 1000000;
inline constexpr double kForEver = std::numeric_limits<double>::infinity();
inline constexpr int kRounds = 5;  // in one process; the caller runs several processes

/// How many Ps this run has. Set once, before any row.
extern int procs;

/// Not golab's clock: all three programs read the same one.
double NowNs();

/// Processor time of this process, all threads.
double CpuNs();

/// Prints `name procs unit value`.
void Report(const std::string& name, const char* unit, double value);

/// Prints that this program has no words for a row, and which are missing.
void ReportMissing(const std::string& name, const char* what);

/// Prints NAME_p99 and NAME_max of `waits`, in microseconds. A wait below 0 is none.
void ReportWaits(const std::string& name, std::vector<double> waits);

/// Keeps the compiler from dropping the work, and the runtime from doing it wrong.
void Check(Int got, Int want);

// Each runs the row of that name if it is one of its own.
bool RunMicro(const std::string& row);
bool RunMillion(const std::string& row);
bool RunBusy(const std::string& row);
bool RunBlocking(const std::string& row);
bool RunCollect(const std::string& row);

}  // namespace bench
