#pragma once
// The same six small programs for golab, Go and Erlang, built and run on this machine, each on one
// processor: what a goroutine or process costs there.

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lab/error.h"
#include "lab/program/toolchain.h"

namespace golab::lab::beam {

/// What one system showed.
struct System {
  std::string id;                        ///< "golab", "go", "erlang"
  std::string name;                      ///< "Go 1.24.4"; of one that is not there "Go"
  std::string missing;                   ///< why there are no values; empty: there are
  std::map<std::string, double> values;  ///< by Quantity::id
};

struct Quantity {
  const char* id;    ///< what the programs print: "spawn_ns"
  const char* name;  ///< "start, end, wait for it"
  enum class Unit { kNanoseconds, kMilliseconds, kBytes } unit;
};

/// In the order of the table.
const std::vector<Quantity>& Quantities();

/// "268 ns", "2.1 us", "10.4 ms", "2,664 bytes".
std::string InUnits(const Quantity& quantity, double value);

/// Where to look for the others.
struct Search {
  std::string path;  ///< colon-separated folders; empty: PATH, /usr/local/go/bin, /usr/lib/go*/bin
};

/// All three, golab's first. One that is not installed, does not build or takes too long is
/// `missing`, with the reason. Takes some seconds. Error: golab's own cannot be measured, or
/// cancelled.
Result<std::vector<System>> MeasureAll(const Toolchain& toolchain, const Search& search,
                                       const std::function<void(const std::string&)>& progress,
                                       const std::atomic<bool>* cancel);

/// What a program printed, lines "name value"; unknown names and values that are no finite positive
/// numbers are left out.
std::map<std::string, double> ParseValues(std::string_view output);

}  // namespace golab::lab::beam
