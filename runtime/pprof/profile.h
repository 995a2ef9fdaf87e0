#pragma once
// The inside of a pprof::Profile.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "golab/any.h"
#include "golab/errors.h"
#include "golab/io.h"
#include "golab/sync.h"

#include "runtime/pprof/collected_profile.h"

namespace golab::rt {

/// A predefined profile has the functions, one of the program's neither.
struct ProfileRep {
  struct Entry {
    Any value;
    std::vector<std::uintptr_t> pcs;  ///< return addresses, innermost first
  };

  std::string name;
  int (*count)() = nullptr;
  Error (*write)(const io::Writer& to, int debug) = nullptr;
  CollectedProfile (*collect)() = nullptr;
  sync::Mutex mutex;  ///< guards entries; held while the program's own == runs
  std::vector<Entry> entries;
};

// Those that are no goroutines'. `debug` as WriteTo's.
Error WriteBlockProfile(const io::Writer& to, int debug);
Error WriteMutexProfile(const io::Writer& to, int debug);
Error WriteThreadProfile(const io::Writer& to, int debug);
Error WriteHeapProfileOf(const io::Writer& to, int debug);
Error WriteAllocsProfile(const io::Writer& to, int debug);

CollectedProfile CollectBlocks();
CollectedProfile CollectMutexes();
CollectedProfile CollectThreads();
CollectedProfile CollectHeap();
CollectedProfile CollectAllocs();

/// The profile of that name, null if there is none.
ProfileRep* FindProfile(const String& name);

/// Threads of the runtime.
int CountThreads();

}  // namespace golab::rt
