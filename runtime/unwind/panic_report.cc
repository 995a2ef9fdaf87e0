// The text of a panic that nobody recovered, as Go prints it. C++ has unwound by then, so the
// frames are those captured when each panic began; a nested one shows those of its deferred
// function, then panic(...), then the frames of the panic before it.

#include <string>

#include "runtime/arch/x86_64/switch.h"
#include "runtime/base/fault.h"
#include "runtime/sched/dump_all.h"
#include "runtime/sched/sched.h"
#include "runtime/traceback/dump.h"
#include "runtime/traceback/self_symbolizer.h"
#include "runtime/unwind/panic_record.h"

namespace golab::rt {
namespace {

constexpr std::size_t kMaxSegments = 32;

/// The frames of a panic, cut where its deferred function was called, if it began in one.
std::size_t OwnFrames(const CapturedFrames& frames, bool nested) noexcept {
  if (!nested) return frames.n;
  const auto called = reinterpret_cast<std::uintptr_t>(arch::golab_deferred_return);
  for (std::size_t i = 0; i < frames.n; ++i) {
    if (frames.pcs[i] == called) return i;
  }
  return frames.n;
}

/// Fills `out` from the newest panic outwards; returns how many.
std::size_t Segments(const PanicRecord* newest, Segment* out, std::size_t max) noexcept {
  std::size_t n = 0;
  const char* call = nullptr;
  for (const PanicRecord* r = newest; r != nullptr && n < max; r = r->older) {
    Segment& s = out[n++];
    s = Segment{};
    s.call = call;
    s.frames.pcs = r->frames.pcs;
    s.frames.pc_count = OwnFrames(r->frames, r->older != nullptr || r->goexit != nullptr);
    call = "panic(...)";
    if (r->older == nullptr && r->goexit != nullptr && n < max) {
      Segment& g = out[n++];
      g = Segment{};
      g.call = "runtime.Goexit()";
      g.frames.pcs = r->goexit->pcs;
      g.frames.pc_count = r->goexit->n;
    }
  }
  return n;
}

void WriteChain(TextSink& sink, const PanicRecord* record) noexcept {
  if (record->older != nullptr) {
    WriteChain(sink, record->older);
    sink.Put('\t');
  }
  sink.Put("panic: ");
  sink.Put(record->text.data(), record->text.size());
  if (record->recovered) sink.Put(" [recovered]");
  sink.Put('\n');
  if (!record->nil_access) return;
  sink.Put("[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=");
  sink.PutHex(record->fault_pc != 0 || record->frames.n == 0 ? record->fault_pc
                                                             : record->frames.pcs[0]);
  sink.Put("]\n");
}

void WriteFrames(TextSink& sink, const G* g, const PanicRecord* record, const StackPiece& live,
                 const char* live_call) noexcept {
  Segment segments[kMaxSegments];
  std::size_t n = 0;
  const bool has_live = live.fp != 0 || live.pc_count != 0;
  n = Segments(record, segments, kMaxSegments);
  if (has_live && n > 0) segments[0].call = live_call;
  GoroutineView v = ViewOf(g, nullptr);
  v.reason = "running";
  v.never_ran = false;
  v.stack = live;
  v.segments = segments;
  v.segment_count = n;
  if (!has_live && n > 0) {  // the newest panic's frames are the top of the stack
    v.stack = segments[0].frames;
    v.segments = segments + 1;
    v.segment_count = n - 1;
  }
  WriteGoroutine(sink, v, SelfSymbolizer::Get());
}

String Collect(const G* g, const PanicRecord* record, const StackPiece& live) {
  PrepareNames();
  std::string text;
  char buffer[2048];
  TextSink sink(
      buffer, sizeof buffer,
      [](void* context, const char* piece, std::size_t size) noexcept {
        static_cast<std::string*>(context)->append(piece, size);
      },
      &text);
  WriteFrames(sink, g, record, live, "panic(...)");
  sink.Flush();
  return String(text.data(), text.size());
}

}  // namespace

void WritePanicReport(const G* g, const PanicRecord* record) noexcept {
  BeginEnd();
  PrepareNames();
  for (const PanicRecord* r = record; r != nullptr; r = r->older) {
    if (!r->unprintable) continue;
    const std::string text(r->text.data(), r->text.size());
    Fatal(("panic while printing panic value: " + text).c_str());
  }
  std::fflush(stdout);
  FdSink sink(2);
  WriteChain(sink, record);
  sink.Put('\n');
  WriteFrames(sink, g, record, StackPiece{}, nullptr);
  sink.Flush();
}

String PanicStackText(const PanicRecord* record) {
  return Collect(arch::ThisP()->current, record, StackPiece{});
}

String PanicStackFrom(const G* g, const PanicRecord* record, const void* frame) {
  CapturedFrames live;
  CaptureHere(&live, frame);
  StackPiece piece;
  piece.pcs = live.pcs;
  piece.pc_count = OwnFrames(live, true);
  return Collect(g, record, piece);
}

}  // namespace golab::rt
