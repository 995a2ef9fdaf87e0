#pragma once
// Questions about the collector: collections, and the objects whose end something waits for.

#include <cstdint>
#include <string>
#include <vector>

#include "lab/history/history.h"

namespace golab::lab {

/// One collection.
struct Collection {
  std::uint64_t number = 0;
  Moment begin = kNever;
  Moment end = kNever;  ///< kNever: it did not come to its end
  std::uint32_t g = 0;  ///< who collects
  bool asked = false;   ///< by runtime::GC; else the heap had grown
  std::uint64_t stack = 0;
};

std::vector<Collection> Collections(const History& h);

/// A finalizer or cleanup of an object, from its setting to its call.
struct EndCall {
  bool is_cleanup = false;
  Moment set = kNever;
  std::uint32_t set_by = 0;
  std::uint64_t stack = 0;     ///< where it was set
  Moment taken_back = kNever;  ///< by SetFinalizer(x, nullptr) or Stop
  Moment queued = kNever;      ///< a collection found the object unreachable
  Moment begun = kNever;       ///< the finalizer goroutine called it
  Moment left = kNever;
};

/// Why a collection could not take an object that something waits for.
struct Kept {
  Moment at = kNever;
  enum class By : std::uint8_t {
    kUnknown = 0,    ///< a Ptr that moved meanwhile
    kGoroutine = 1,  ///< a Ptr on the stack of `g`
    kOther = 2,      ///< a global, or memory of the C++ heap: closures, containers, channels
    kObject = 3,     ///< a Ptr in object `holder`
    kFinalizer = 4,  ///< the same, which has a finalizer
  } by = By::kUnknown;
  std::uint32_t g = 0;
  std::uint64_t holder = 0;
  std::uint64_t stack = 0;  ///< where that Ptr was set
};

/// An object of gc::New for whose end something was arranged.
struct WatchedObject {
  std::uint64_t number = 0;
  Moment made = kNever;
  std::uint32_t made_by = 0;
  std::uint64_t stack = 0;  ///< of the making
  std::vector<EndCall> calls = {};
  std::vector<Kept> kept = {};  ///< one for each collection that reached it while something waited
};

/// By number.
std::vector<WatchedObject> WatchedObjects(const History& h);

/// The goroutine that runs finalizers; null if there is none yet.
const GoroutineLife* FinalizerGoroutine(const History& h);

}  // namespace golab::lab
