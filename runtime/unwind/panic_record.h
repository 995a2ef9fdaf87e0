#pragma once
// What the runtime knows of one panic, from its start until nobody refers to it.
//
// Thread safety: a record belongs to the goroutine that panics; `refs` is atomic because a
// recovered value may travel.

#include <exception>

#include "golab/any.h"
#include "golab/string.h"

#include "runtime/base/compiler.h"

namespace golab::rt {

struct G;

inline constexpr std::size_t kPanicFrames = 128;

/// Return addresses, innermost first.
struct CapturedFrames {
  std::size_t n = 0;
  std::uintptr_t pcs[kPanicFrames];
};

struct PanicRecord {
  std::uint32_t refs = 1;
  bool recovered = false;
  bool foreign = false;         ///< a C++ exception that nobody threw through panic()
  bool nil_access = false;      ///< prints Go's [signal SIGSEGV ...] line
  std::uintptr_t fault_pc = 0;  ///< the instruction that has faulted, 0 if none has
  Any value;
  String text;                       ///< what follows "panic: "
  bool unprintable = false;          ///< the value's Text() has panicked; `text` is of that panic
  PanicRecord* older = nullptr;      ///< the panic during whose deferred functions this one began
  std::exception_ptr exception;      ///< what carries it up
  CapturedFrames frames;             ///< where it began
  CapturedFrames* goexit = nullptr;  ///< it began in a deferred function of this Goexit
};

/// The exception that panic() throws.
class PanicException {
 public:
  explicit PanicException(PanicRecord* adopted) : record_(adopted) {}

  PanicException(const PanicException& other) : record_(other.record_) {
    __atomic_fetch_add(&record_->refs, 1, __ATOMIC_RELAXED);  // a copy has a reference already
  }

  PanicException& operator=(const PanicException&) = delete;
  ~PanicException();

  PanicRecord* record() const { return record_; }

 private:
  PanicRecord* record_;
};

/// Writes Go's report of an unrecovered panic to stderr: the chain of panics, the goroutine, its
/// frames. Does not end the process.
void WritePanicReport(const G* g, const PanicRecord* record) noexcept;

/// Go's text of where a panic began: what Recovered::Stack gives.
String PanicStackText(const PanicRecord* record);

/// Go's text of the running stack in a deferred function: live frames, then those of the panic.
String PanicStackFrom(const G* g, const PanicRecord* record, const void* frame);

/// Panics because of the instruction at `pc`, after a signal. The stack is captured by unwind
/// tables: a function without calls has no frame pointer of its own.
[[noreturn]] void PanicAtFault(Any value, std::uintptr_t pc);

/// Captures the running stack, its own frame first, with the unwinder.
void CaptureByTables(CapturedFrames* out) noexcept;

/// Captures the running stack from `frame` on.
void CaptureHere(CapturedFrames* out, const void* frame) noexcept;

}  // namespace golab::rt
