#pragma once
// runtime::MemStats: what the collector has done. Fields of Go's that golab has no value for are
// left out.

#include <cstdint>

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::runtime {

/// Of the objects that gc::New makes; the C++ heap is in none of it. Go: MemStats.
struct MemStats {
  std::uint64_t Alloc = 0;        ///< bytes of objects that have not been freed
  std::uint64_t TotalAlloc = 0;   ///< bytes of objects ever made
  std::uint64_t Mallocs = 0;      ///< objects ever made
  std::uint64_t Frees = 0;        ///< objects freed
  std::uint64_t HeapAlloc = 0;    ///< = Alloc
  std::uint64_t HeapObjects = 0;  ///< = Mallocs - Frees
  std::uint64_t StackInuse = 0;  ///< bytes of live goroutines' stacks: pages that they have touched
  std::uint64_t NextGC = 0;      ///< a collection begins at so many bytes; all ones: none does
  std::uint64_t LastGC = 0;      ///< when the last one ended, ns since 1970; 0: there was none
  std::uint64_t PauseTotalNs = 0;   ///< for which others could not go on, in all
  std::uint64_t PauseNs[256] = {};  ///< of the last ones, a ring: the latest at (NumGC + 255) % 256
  std::uint64_t PauseEnd[256] = {};  ///< when these ended, ns since 1970
  std::uint32_t NumGC = 0;           ///< collections that have ended
  std::uint32_t NumForcedGC = 0;     ///< of them, those that runtime::GC asked for
  bool EnableGC = true;
};

/// Fills in `*m`. Go: ReadMemStats.
void ReadMemStats(MemStats* m);

/// Collects what nothing refers to, and returns when that is done. Other goroutines run on
/// meanwhile; those that wait are scanned where they are and not woken. Finalizers and cleanups are
/// queued, and run later. A call while another goroutine collects waits for that, then collects
/// itself. Go: GC.
void GC();

}  // namespace golab::runtime

#pragma GCC visibility pop
