#include "runtime/traceback/dump.h"

#include "runtime/traceback/visible_frames.h"
#include "runtime/traceback/walk.h"

namespace golab::rt {
namespace {

// Where a walked frame stands; zero for captured ones.
struct Place {
  std::uintptr_t fp = 0;
  std::uintptr_t sp = 0;
};

void PutArguments(TextSink& sink, const Frame& frame) noexcept {
  sink.Put(frame.inlined ? "(...)" : "()");
}

// "\t/src/main.cc:24 +0x1d": how far into its function `pc` is. A function's cold piece may lie
// before its start; then there is no such distance.
void PutLocation(TextSink& sink, const Frame& frame, std::uintptr_t pc) noexcept {
  sink.Put('\t');
  sink.Put(frame.file[0] == '\0' ? "?" : frame.file);
  sink.Put(':');
  sink.PutDecimal(frame.line);
  if (!frame.inlined && pc > frame.function_start) {
    sink.Put(" +");
    sink.PutHex(pc - frame.function_start);
  }
}

// Prints frames in two passes over the same stack: the first counts what is visible, the second
// knows therefore which frames to elide. Nothing is stored, so depth costs no memory.
class FrameWriter {
 public:
  FrameWriter(TextSink& sink, const Symbolizer& symbols, const DumpOptions& options) noexcept
      : sink_(sink), symbols_(symbols), options_(options), filter_(options.full) {}

  void Write(const StackPiece& stack, const Segment* segments, std::size_t count) noexcept {
    counting_ = true;
    Pass(stack, segments, count);
    total_ = visible_;
    visible_ = 0;
    counting_ = false;
    Pass(stack, segments, count);
  }

 private:
  void Pass(const StackPiece& stack, const Segment* segments, std::size_t count) noexcept {
    Piece(stack);
    for (std::size_t i = 0; i < count; ++i) {
      Literal(segments[i]);
      Piece(segments[i].frames);
    }
  }

  void Piece(const StackPiece& piece) noexcept {
    filter_.BeginPiece();
    if (piece.pc != 0) Pc(piece.pc, piece.pc, {});
    for (std::size_t i = 0; i < piece.pc_count; ++i) Pc(piece.pcs[i], piece.pcs[i] - 1, {});
    if (piece.fp == 0) return;
    constexpr std::uintptr_t kSavedWords = 2 * sizeof(std::uintptr_t);
    WalkFrames(piece.fp, piece.lo, piece.hi, [&](std::uintptr_t pc, std::uintptr_t fp) noexcept {
      Pc(pc, pc - 1, {.fp = fp, .sp = fp + kSavedWords});
      return true;
    });
  }

  // `pc` is what Go prints offsets from, `lookup` what has the line.
  void Pc(std::uintptr_t pc, std::uintptr_t lookup, const Place& place) noexcept {
    if (SkipAsBefore(lookup)) return;
    const bool is_typical = !filter_.body_shown();
    const std::size_t before = visible_;
    Frames(pc, lookup, place);
    last_lookup_ = is_typical && !filter_.body_shown() ? lookup : 0;
    last_visible_ = visible_ - before;
  }

  // An overflowing stack is one pc a hundred million times: all that counts is how many.
  bool SkipAsBefore(std::uintptr_t lookup) noexcept {
    if (lookup != last_lookup_ || filter_.body_shown()) return false;
    const bool is_elided = total_ > kShown && visible_ > kInnermostFrames &&
                           visible_ + last_visible_ <= total_ - kOutermostFrames;
    if (!counting_ && !is_elided) return false;
    visible_ += last_visible_;
    return true;
  }

  void Frames(std::uintptr_t pc, std::uintptr_t lookup, const Place& place) noexcept {
    Frame frames[kMaxFramesPerPc];
    const std::size_t count = symbols_.Lookup(lookup, frames, kMaxFramesPerPc);
    if (count == 0) {
      // Where the program has names, what has none is libc's or the like.
      if ((options_.full || !symbols_.HasNames()) && Take()) Raw(pc);
      return;
    }
    filter_.BeginPc();
    for (std::size_t i = 0; i < count; ++i) {
      if (filter_.Shows(frames[i]) && Take()) Line(frames[i], pc, place);
    }
  }

  // Counts a visible frame; true if it is to be printed now.
  bool Take() noexcept {
    const std::size_t index = visible_++;
    if (counting_) return false;
    if (total_ <= kShown || index < kInnermostFrames) return true;
    const std::size_t elided = total_ - kShown;
    if (index == kInnermostFrames) {
      sink_.Put("...");
      sink_.PutDecimal(elided);
      sink_.Put(" frames elided...\n");
    }
    return index >= kInnermostFrames + elided;
  }

  void Line(const Frame& frame, std::uintptr_t pc, const Place& place) noexcept {
    sink_.Put(frame.function);
    PutArguments(sink_, frame);
    sink_.Put('\n');
    PutLocation(sink_, frame, pc);
    if (options_.addresses && !frame.inlined && place.fp != 0) {
      sink_.Put(" fp=");
      sink_.PutHex(place.fp);
      sink_.Put(" sp=");
      sink_.PutHex(place.sp);
      sink_.Put(" pc=");
      sink_.PutHex(pc);
    }
    sink_.Put('\n');
  }

  void Raw(std::uintptr_t pc) noexcept {
    sink_.PutHex(pc);
    sink_.Put("()\n\t?:0\n");
  }

  void Literal(const Segment& segment) noexcept {
    if (segment.call == nullptr || !Take()) return;
    sink_.Put(segment.call);
    sink_.Put('\n');
    if (segment.location == nullptr) return;
    sink_.Put('\t');
    sink_.Put(segment.location);
    sink_.Put('\n');
  }

  static constexpr std::size_t kShown = kInnermostFrames + kOutermostFrames;

  TextSink& sink_;
  const Symbolizer& symbols_;
  const DumpOptions options_;
  VisibleFrames filter_;
  bool counting_ = true;
  std::size_t visible_ = 0;
  std::size_t total_ = 0;
  std::uintptr_t last_lookup_ = 0;  // the last pc looked up, and how many frames it has shown
  std::size_t last_visible_ = 0;
};

void WriteHeader(TextSink& sink, const GoroutineView& goroutine, bool addresses) noexcept {
  sink.Put("goroutine ");
  sink.PutDecimal(goroutine.id);
  if (addresses && goroutine.gp != 0) {
    sink.Put(" gp=");
    sink.PutHex(goroutine.gp);
    sink.Put(goroutine.mp != 0 ? " m=0 mp=" : " m=nil");
    if (goroutine.mp != 0) sink.PutHex(goroutine.mp);
  }
  sink.Put(" [");
  sink.Put(goroutine.reason);
  if (goroutine.minutes >= 1) {
    sink.Put(", ");
    sink.PutDecimal(goroutine.minutes);
    sink.Put(" minutes");
  }
  if (goroutine.locked) sink.Put(", locked to thread");
  sink.Put("]:\n");
}

// A goroutine that has not run has no stack yet: Go shows where it will start.
void WriteStart(TextSink& sink, std::uintptr_t start_pc, const Symbolizer& symbols) noexcept {
  Frame frames[kMaxFramesPerPc];
  const std::size_t count = symbols.Lookup(start_pc, frames, kMaxFramesPerPc);
  if (count == 0) {
    sink.PutHex(start_pc);
    sink.Put("()\n\t?:0\n");
    return;
  }
  const Frame& start = frames[count - 1];  // nothing that is inlined there runs before it
  sink.Put(start.function);
  sink.Put("()\n");
  PutLocation(sink, start, start_pc);
  sink.Put('\n');
}

void WriteCreator(TextSink& sink, const GoroutineView& goroutine,
                  const Symbolizer& symbols) noexcept {
  Frame frame;
  const bool known = CreatorFrame(goroutine.created_pc, symbols, &frame);
  sink.Put("created by ");
  if (known) {
    sink.Put(frame.function);
  } else {
    sink.PutHex(goroutine.created_pc);
  }
  if (goroutine.creator != 0) {
    sink.Put(" in goroutine ");
    sink.PutDecimal(goroutine.creator);
  }
  sink.Put('\n');
  if (known) {
    frame.inlined = false;  // Go prints the offset here in any case.
    PutLocation(sink, frame, goroutine.created_pc);
    sink.Put('\n');
  } else {
    sink.Put("\t?:0\n");
  }
}

}  // namespace

void WriteGoroutine(TextSink& sink, const GoroutineView& goroutine, const Symbolizer& symbols,
                    const DumpOptions& options) noexcept {
  WriteHeader(sink, goroutine, options.addresses);
  if (goroutine.elsewhere) {
    sink.Put("\tgoroutine running on other thread; stack unavailable\n");
  } else if (goroutine.never_ran) {
    if (goroutine.start_pc != 0) WriteStart(sink, goroutine.start_pc, symbols);
  } else {
    FrameWriter(sink, symbols, options)
        .Write(goroutine.stack, goroutine.segments, goroutine.segment_count);
  }
  if (goroutine.created_pc != 0) WriteCreator(sink, goroutine, symbols);
}

void WriteStack(TextSink& sink, const StackPiece& stack, const Symbolizer& symbols,
                const DumpOptions& options) noexcept {
  FrameWriter(sink, symbols, options).Write(stack, nullptr, 0);
}

bool CreatorFrame(std::uintptr_t return_address, const Symbolizer& symbols, Frame* frame) noexcept {
  Frame frames[kMaxFramesPerPc];
  const std::size_t count = symbols.Lookup(return_address - 1, frames, kMaxFramesPerPc);
  if (count == 0) return false;
  std::size_t shown = 0;
  while (shown + 1 < count && IsHidden(frames[shown].kind)) ++shown;
  *frame = frames[shown];
  return true;
}

}  // namespace golab::rt
