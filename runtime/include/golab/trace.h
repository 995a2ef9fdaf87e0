#pragma once
// Go's runtime/trace: an execution trace of the program, for `go tool trace`, `golab trace` and
// Perfetto.
//
//   auto [file, err] = os::Create("trace.out");
//   if (trace::Start(file)) return;
//   Defer d{[] { trace::Stop(); }};

#include <cstdint>

#include "golab/context.h"
#include "golab/errors.h"
#include "golab/fmt.h"
#include "golab/func.h"
#include "golab/io.h"
#include "golab/os.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {
namespace rt {

struct RegionRep;
bool TraceEnabled() noexcept;

}  // namespace rt

namespace trace {

/// Starts a trace of the program, in the format of Go 1.23, until Stop. Everything that goroutines do is
/// recorded: created, run, blocked with reason and stack, woken by whom. A file is written while the program
/// runs, and can be read up to a tenth of a second before the program's end if it is killed; a panic, a
/// fatal error or a return of main without Stop still writes what was recorded. Errors: `tracing is already enabled`,
/// `invalid argument` for a nil file. Write errors end the trace in silence, as in Go. Goroutines only.
/// Go: trace.Start.
Error Start(const os::File& file);

/// The same for any writer, to which the trace is given when it ends, by the goroutine that calls Stop. Until
/// then it is kept in a temporary file ($TMPDIR): a program that ends without Stop has written nothing.
/// Differs: Go writes to it meanwhile, from a goroutine of its own.
Error Start(const io::Writer& writer);

/// Ends the trace, if there is one; all of it has been written when this returns. Goroutines only.
/// Go: trace.Stop.
void Stop();

/// Whether a trace is being written. Any thread. Go: trace.IsEnabled.
inline bool IsEnabled() noexcept {
  return rt::TraceEnabled();
}

/// A task: work that may span several goroutines; regions and logs refer to it by their context. A
/// reference, like Go's *trace.Task.
class Task {
 public:
  constexpr Task() noexcept = default;

  /// The work is done. May be called by any goroutine, once. Go: (*Task).End.
  void End() const;

 private:
  friend struct TaskMaker;

  explicit constexpr Task(std::uint64_t id) noexcept : id_(id) {}

  std::uint64_t id_ = 0;
};

/// What NewTask returns: `auto [ctx, task] = trace::NewTask(parent, "order");`.
struct NewTaskResult {
  context::Context ctx;
  Task task;
};

/// Begins a task, a part of the one that `parent` carries, if it does. Goroutines only.
/// Go: trace.NewTask. Differs: what carries the task is looked for in the context like any value.
NewTaskResult NewTask(const context::Context& parent, const String& name);

/// A stretch of one goroutine's life with a name. It ends with its scope if End was not called.
class Region {
 public:
  Region(Region&& other) noexcept : rep_(other.rep_) { other.rep_ = nullptr; }

  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  ~Region() { End(); }

  /// By the goroutine that began it; regions end in the opposite order. Go: (*Region).End.
  void End();

 private:
  friend struct RegionMaker;

  explicit Region(rt::RegionRep* rep) noexcept : rep_(rep) {}

  rt::RegionRep* rep_;  // null: ended, or no trace was being written
};

/// Begins a region: `auto region = trace::StartRegion(ctx, "parse");`. Goroutines only.
/// Go: trace.StartRegion. Differs: it ends with the variable's scope; Go's needs `defer`.
[[nodiscard]] Region StartRegion(const context::Context& ctx, const String& name);

/// Calls f() in a region. Goroutines only. Go: trace.WithRegion.
template <class F>
void WithRegion(const context::Context& ctx, const String& name, F&& f) {
  const Region region = StartRegion(ctx, name);
  f();
}

/// A message at this instant, with a category to search for. Goroutines only. Go: trace.Log.
void Log(const context::Context& ctx, const String& category, const String& message);

/// The same with fmt's verbs; they are put into words only if a trace is being written. Go: trace.Logf.
template <class... A>
void Logf(const context::Context& ctx, const String& category, const String& format,
          const A&... args) {
  if (IsEnabled()) Log(ctx, category, fmt::Sprintf(format, args...));
}

}  // namespace trace
}  // namespace golab

#pragma GCC visibility pop
