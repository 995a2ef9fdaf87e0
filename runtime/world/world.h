#pragma once
// The world outside the program: time, the choice of who runs next, output's place in time. Two of
// them: the real one, and the virtual one, whose clock jumps and whose choices follow a plan.

#include "runtime/base/compiler.h"
#include "runtime/event/record.h"

namespace golab::rt {

struct P;
struct G;
struct GExtra;

enum class Phase : std::uint8_t {
  kRunning,   ///< main has not returned
  kSettling,  ///< main has returned; the others come to rest, the clock stands still
  kTail,      ///< at rest; the clock may go on for a while, to see who would have ended soon
  kDone,
};

struct WorldState {
  bool is_virtual = false;
  bool lab = false;      ///< evidence events are recorded
  bool tracing = false;  ///< steps are recorded (trace.h); only in the virtual world
  bool traced = false;   ///< an execution trace is being written (go_trace/tracer.h)
  bool streamed = false;   ///< and a thread reads it from the Ps' logs
  bool records_runs = false;  ///< kRun, and who woke whom with its stack: lab runs and traces
  int stack_depth = 8;        ///< frames kept of a stack
  Phase phase = Phase::kRunning;
  std::uint64_t now = 0;    ///< virtual world: ns since the run began
  std::uint64_t start = 0;  ///< real world: monotonic clock at the start
  std::uint64_t rest_time = 0;
  Plan* plan = nullptr;     ///< lab runs
  std::uint32_t procs = 0;  ///< lab runs in real time: Ps, if several
};

extern WorldState world;

inline constexpr std::uint64_t kQuantumNs = 10'000'000;  ///< a slice, as in Go
inline constexpr std::uint32_t kQuantumCallbacks =
    50'000;  ///< what stands for it in the virtual world
inline constexpr std::uint32_t kLivelockPreemptions = 20;
/// Wall clock at the start of virtual time: 2009-11-10 23:00:00 UTC.
inline constexpr std::int64_t kVirtualEpochNs = 1'257'894'000'000'000'000;

/// Nanoseconds since the run began, on the world's clock.
std::uint64_t Now() noexcept;
/// The world's wall clock, ns since 1970.
std::int64_t WallNow() noexcept;
/// A cheap clock for events: ns since the run began, real world.
std::uint64_t EventClock() noexcept;
/// Measures EventClock against the system's clock; called now and then, where nothing is urgent.
void CalibrateEventClock() noexcept;
/// Sets the counted preemption for the calling thread to `callbacks` from now.
void SetBudget(std::int64_t callbacks) noexcept;
/// The program looks at the clock: counts as callbacks in the virtual world, the more the oftener.
void ChargeClockRead() noexcept;

/// At the entry of a runtime call: a place where a schedule may go on with another goroutine. `pc`
/// is the return address of the call; `object` what the operation touches first, 0 if nothing that
/// others can tell. Virtual world only; call through the macros.
void PointSlow(std::uintptr_t pc, std::uint64_t object, AccessMode mode) noexcept;
#define GOLAB_AT_CALL_ON(object, mode)                                                      \
  do {                                                                                      \
    if (::golab::rt::world.is_virtual) [[unlikely]] {                                       \
      ::golab::rt::PointSlow(reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)), \
                             (object), ::golab::rt::AccessMode::mode);                      \
    }                                                                                       \
  } while (0)
#define GOLAB_AT_CALL() GOLAB_AT_CALL_ON(0, kRead)
/// The same for what is known by its address.
#define GOLAB_AT_CALL_AT(address, mode) \
  GOLAB_AT_CALL_ON(reinterpret_cast<std::uintptr_t>(address), mode)

/// Who runs next on `p` in the virtual world; fires timers, moves the clock. Null: nothing can run
/// any more (deadlock, or main has returned and all are at rest). `previous` has just stopped.
G* PickVirtual(P* p, G* previous) noexcept;

/// When a sleep of `g` ends that is due at `when`: later where the plan lets sleeps overrun.
std::uint64_t SleepDeadline(const G* g, std::uint64_t when) noexcept;

/// Which of `n` ready cases a select takes. `pc`: return address of the call.
std::uint32_t ChooseCase(P* p, std::uint32_t n, std::uintptr_t pc) noexcept;

/// A goroutine has been created: divides its creator's expected work.
void InheritWork(GExtra* parent, GExtra* child) noexcept;

/// Something happened that may change a busy goroutine's course: no livelock yet. `ready`: who can
/// run from now on, null if nobody new.
void NoteProgress(const G* ready) noexcept;

/// A goroutine has been forced to give way (virtual world): moves the clock, looks for livelock.
void NotePreemption(P* p, G* g) noexcept;

/// Writes down, for each stream, what appeared on it since the last call, as output of `g`. Lab
/// runs; cheap if nothing did.
void MarkOutput(P* p, std::uint32_t g) noexcept;
/// The same with a full look, at steps of the clock and at the end.
void MarkOutputFully(P* p, std::uint32_t g) noexcept;

}  // namespace golab::rt
