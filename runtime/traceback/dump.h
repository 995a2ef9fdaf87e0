#pragma once
// Prints goroutines as Go prints them (runtime/traceback.go, 1.24), character for character:
//
//   goroutine 8 [sleep, 2 minutes, locked to thread]:
//   time.Sleep(...)
//           /src/golab/time.h:40
//   main.sleeper()
//           /src/zoo/main.cc:24 +0x1d
//   created by main.main in goroutine 1
//           /src/zoo/main.cc:89 +0x85
//
// C++ has no argument values to show, so arguments are `()`, and `(...)` for an inlined frame.
// Async-signal-safe: no allocation, no locks, constant stack (some 3 KiB).

#include <cstddef>
#include <cstdint>

#include "runtime/traceback/frame.h"
#include "runtime/traceback/text_sink.h"

namespace golab::rt {

/// Go shows this many frames at each end of a deep stack, and counts those between.
inline constexpr std::size_t kInnermostFrames = 50;
inline constexpr std::size_t kOutermostFrames = 50;

/// A piece of a stack, innermost first: an exact pc (if not 0), then captured return addresses,
/// then those found by walking frame pointers from `fp` inside the stack [lo, hi).
struct StackPiece {
  std::uintptr_t pc = 0;  ///< Where the code stands (a signal's pc); not a return address.
  const std::uintptr_t* pcs = nullptr;  ///< Return addresses.
  std::size_t pc_count = 0;
  std::uintptr_t fp = 0;  ///< 0: nothing to walk.
  std::uintptr_t lo = 0;
  std::uintptr_t hi = 0;
};

/// A piece of a stack after a line that no live frame stands for: `panic(...)`, `runtime.Goexit()`.
/// C++ unwinds before deferred functions report; the frames of the panic were captured when it
/// began.
struct Segment {
  const char* call = nullptr;  ///< "panic(...)", printed before the frames; null: none.
  const char* location =
      nullptr;  ///< "/src/golab/panic.cc:40 +0x1c", below `call`; null: no such line.
  StackPiece frames = {};
};

/// A goroutine as a dump shows it. Plain data that borrows everything it points to.
struct GoroutineView {
  std::uint32_t id = 0;
  const char* reason = "";  ///< Go's status or wait reason: "running", "chan receive".
  unsigned minutes = 0;     ///< Shown if at least 1.
  bool locked = false;      ///< "locked to thread".
  StackPiece stack = {};
  const Segment* segments =
      nullptr;  ///< Further pieces, outwards of `stack`: what the panics left.
  std::size_t segment_count = 0;
  bool elsewhere = false;         ///< It runs on another thread: nobody can say where.
  bool never_ran = false;         ///< Then `start_pc` stands for the stack.
  std::uintptr_t start_pc = 0;    ///< First pc of the start function.
  std::uintptr_t created_pc = 0;  ///< Return address of the `go`; 0: no "created by".
  std::uint32_t creator = 0;      ///< 0: unknown, then without "in goroutine N".
  std::uintptr_t gp = 0;  ///< Shown with addresses, with who runs it: "gp=0x.. m=0 mp=0x..".
  std::uintptr_t mp = 0;  ///< 0: nobody, "m=nil".
};

struct DumpOptions {
  bool full = false;  ///< Show hidden frames too, as Go does with GOTRACEBACK=system.
  bool addresses =
      false;  ///< End walked frames in " fp=0x.. sp=0x.. pc=0x..", as Go does after `throw`.
};

/// Writes the goroutine's header, frames and creator, without a blank line before or after.
/// A pc without symbols is hidden where the program has names, else prints as `0xPC()`. Does not
/// flush.
void WriteGoroutine(TextSink& sink, const GoroutineView& goroutine, const Symbolizer& symbols,
                    const DumpOptions& options = {}) noexcept;

/// Only the frames, as `panic` reports and profiles need them. Elides as WriteGoroutine does.
void WriteStack(TextSink& sink, const StackPiece& stack, const Symbolizer& symbols,
                const DumpOptions& options = {}) noexcept;

/// The innermost frame at a return address that belongs to the program or a public package, else
/// the outermost one known: what "created by" names. False if nothing is known.
bool CreatorFrame(std::uintptr_t return_address, const Symbolizer& symbols, Frame* frame) noexcept;

}  // namespace golab::rt
