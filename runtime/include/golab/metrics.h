#pragma once
// Go's runtime/metrics: what the runtime knows of itself, by Go's names.
//
//   metrics::Sample samples[] = {{"/sched/goroutines:goroutines"}, {"/sched/gomaxprocs:threads"}};
//   metrics::Read(samples);
//   fmt::Println(samples[0].Value.Uint64());
//
// These have values:
//
//   /sched/goroutines:goroutines           runtime::NumGoroutine()
//   /sched/gomaxprocs:threads              runtime::GOMAXPROCS(0)
//   /cpu/classes/user:cpu-seconds          processor time of the process, the runtime's included
//   /cpu/classes/idle:cpu-seconds          what is left of the next one
//   /cpu/classes/total:cpu-seconds         GOMAXPROCS times the time since the start
//   /gc/cycles/...:gc-cycles               collections: automatic, forced, total
//   /gc/heap/...                           objects of gc::New: allocs, frees (bytes, objects),
//   goal:bytes,
//                                          objects:objects
//   /memory/classes/heap/objects:bytes     memory of objects of gc::New
//   /memory/classes/heap/stacks:bytes      stacks of live goroutines: pages that they have touched
//
// All other names of Go's have none here (latencies, pauses, waits for mutexes): their Kind is Bad,
// as that of a name that nobody knows. In the virtual world time is virtual: computing takes none,
// so "user" is 0.

#include <cstddef>
#include <cstdint>

#include "golab/slice.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::metrics {

/// Go: metrics.ValueKind, KindBad and so on.
enum class ValueKind : std::uint8_t { Bad, Uint64, Float64, Float64Histogram };

inline constexpr ValueKind KindBad = ValueKind::Bad;
inline constexpr ValueKind KindUint64 = ValueKind::Uint64;
inline constexpr ValueKind KindFloat64 = ValueKind::Float64;
inline constexpr ValueKind KindFloat64Histogram = ValueKind::Float64Histogram;

/// A distribution: Counts[i] values lie in [Buckets[i], Buckets[i + 1]). Go:
/// metrics.Float64Histogram. No name has one so far.
struct Float64Histogram {
  Slice<std::uint64_t> Counts;
  Slice<double> Buckets;
};

/// What Read found. Go: metrics.Value.
class Value {
 public:
  constexpr Value() noexcept = default;

  static constexpr Value OfUint64(std::uint64_t n) noexcept {  ///< For the library.
    Value value;
    value.kind_ = KindUint64;
    value.natural_ = n;
    return value;
  }

  static constexpr Value OfFloat64(double x) noexcept {  ///< For the library.
    Value value;
    value.kind_ = KindFloat64;
    value.real_ = x;
    return value;
  }

  ValueKind Kind() const noexcept { return kind_; }

  std::uint64_t Uint64() const;  ///< Panics "called Uint64 on non-uint64 metric value".
  double Float64() const;        ///< Panics "called Float64 on non-float64 metric value".
  /// Panics "called Float64Histogram on non-Float64Histogram metric value".
  const metrics::Float64Histogram* Float64Histogram() const;

 private:
  ValueKind kind_ = KindBad;
  std::uint64_t natural_ = 0;
  double real_ = 0;
};

/// A name, and what Read puts beside it. Go: metrics.Sample.
struct Sample {
  String Name;
  metrics::Value Value = {};
};

/// Go: metrics.Description.
struct Description {
  String Name;
  String Description;
  ValueKind Kind = KindBad;
  bool Cumulative = false;  ///< It only grows.
};

/// All that have values, by name. Go: metrics.All.
Slice<Description> All();

/// Fills in the values of `n` samples, all of one moment; KindBad for names without one. Any
/// goroutine. Go: metrics.Read.
void Read(Sample* samples, std::size_t n);

template <std::size_t N>
void Read(Sample (&samples)[N]) {
  Read(samples, N);
}

/// Of a container: std::vector, std::array.
template <class Samples>
auto Read(Samples& samples) -> decltype(Read(samples.data(), samples.size())) {
  Read(samples.data(), samples.size());
}

}  // namespace golab::metrics

#pragma GCC visibility pop
