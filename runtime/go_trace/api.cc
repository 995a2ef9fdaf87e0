// golab::trace. Go: runtime/trace/annotation.go, trace.go.

#include <string>

#include "golab/trace.h"

#include "runtime/go_trace/control.h"
#include "runtime/go_trace/writer.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/world/recording.h"
#include "runtime/world/world.h"

namespace golab {
namespace rt {

struct RegionRep {
  std::uint32_t trace;  // in which it began
  std::string text;
};

namespace {

struct TaskKey {
  friend bool operator==(TaskKey, TaskKey) noexcept { return true; }
};

struct TaskValue {
  std::uint64_t id;
};

/// 0, Go's background task, where the context carries none.
std::uint64_t TaskOf(const context::Context& ctx) {
  if (!ctx) return 0;
  const Any value = ctx.Value(TaskKey{});
  const auto* task = value.As<TaskValue>();
  return task == nullptr ? 0 : task->id;
}

bool IsRecorded() noexcept {
  return world.lab || world.traced;
}

void EmitUser(EventType type, std::uint64_t arg, const void* frame) {
  P* p = arch::ThisP();
  const std::uint64_t stack = CaptureStack(p, frame);
  Emit(p, type, p->current->id, 0, arg, stack);
}

void EmitText(EventType type, const std::string& text, const void* frame) {
  P* p = arch::ThisP();
  // The stack first: in a stream both stand before the event, the text right before it.
  const std::uint64_t stack = CaptureStack(p, frame);
  const std::uint64_t blob = p->log.AddBlob(text.data(), text.size());
  Emit(p, type, p->current->id, 0, blob, stack);
}

}  // namespace
}  // namespace rt

namespace trace {

struct TaskMaker {
  static Task Make(std::uint64_t id) { return Task(id); }
};

struct RegionMaker {
  static Region Make(rt::RegionRep* rep) { return Region(rep); }
};

Error Start(const os::File& file) {
  GOLAB_AT_CALL();
  rt::CurrentG("trace.Start");
  // C's streams have a buffer of their own, which belongs to the program's threads.
  if (file && file.Fd() >= 0 && file.Fd() <= 2) {
    const io::Writer writer(file);
    return rt::StartTrace(nullptr, &writer);
  }
  return rt::StartTrace(&file, nullptr);
}

Error Start(const io::Writer& writer) {
  GOLAB_AT_CALL();
  rt::CurrentG("trace.Start");
  return rt::StartTrace(nullptr, &writer);
}

void Stop() {
  GOLAB_AT_CALL();
  rt::CurrentG("trace.Stop");
  rt::StopTrace();
}

void Task::End() const {
  GOLAB_AT_CALL();
  rt::CurrentG("trace.Task.End");
  if (id_ != 0 && rt::IsRecorded())
    rt::EmitUser(rt::EventType::kUserTaskEnd, id_, __builtin_frame_address(0));
}

NewTaskResult NewTask(const context::Context& parent, const String& name) {
  GOLAB_AT_CALL();
  rt::CurrentG("trace.NewTask");
  static constinit std::uint64_t last = 0;
  const std::uint64_t id = __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
  const std::uint64_t parent_id = rt::TaskOf(parent);
  NewTaskResult made{context::WithValue(parent, rt::TaskKey{}, rt::TaskValue{id}),
                     TaskMaker::Make(id)};
  if (rt::IsRecorded()) {
    rt::EmitText(rt::EventType::kUserTaskBegin,
                 rt::PackUserText({id, parent_id, {name.data(), name.size()}}),
                 __builtin_frame_address(0));
  }
  return made;
}

Region StartRegion(const context::Context& ctx, const String& name) {
  GOLAB_AT_CALL();
  rt::CurrentG("trace.StartRegion");
  if (!rt::IsRecorded()) return RegionMaker::Make(nullptr);
  auto* rep = new rt::RegionRep{rt::TraceNumber(),
                                rt::PackUserText({rt::TaskOf(ctx), 0, {name.data(), name.size()}})};
  rt::EmitText(rt::EventType::kUserRegionBegin, rep->text, __builtin_frame_address(0));
  return RegionMaker::Make(rep);
}

void Region::End() {
  if (rep_ == nullptr) return;
  rt::P* p = rt::arch::ThisP();
  const bool runs = p != nullptr && p->current != nullptr;
  if (runs && rt::IsRecorded() && (rt::world.lab || rep_->trace == rt::TraceNumber()))
    rt::EmitText(rt::EventType::kUserRegionEnd, rep_->text, __builtin_frame_address(0));
  delete rep_;
  rep_ = nullptr;
}

void Log(const context::Context& ctx, const String& category, const String& message) {
  GOLAB_AT_CALL();
  rt::CurrentG("trace.Log");
  if (!rt::IsRecorded()) return;
  std::string text(category.data(), category.size());
  text.append(message.data(), message.size());
  rt::EmitText(rt::EventType::kUserLog, rt::PackUserText({rt::TaskOf(ctx), category.size(), text}),
               __builtin_frame_address(0));
}

}  // namespace trace
}  // namespace golab
