#include "runtime/pprof/goroutine_profile.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/pprof/chunked_writer.h"
#include "runtime/pprof/count_profile.h"
#include "runtime/pprof/goroutine_snapshot.h"
#include "runtime/traceback/dump.h"
#include "runtime/traceback/self_symbolizer.h"

namespace golab::rt {
namespace {

/// What a dump says of a goroutine.
std::string Rendered(const GoroutineView& view) {
  std::string text;
  char buffer[256];
  TextSink sink(
      buffer, sizeof buffer,
      [](void* to, const char* piece, std::size_t size) noexcept {
        static_cast<std::string*>(to)->append(piece, size);
      },
      &text);
  WriteGoroutine(sink, view, SelfSymbolizer::Get());
  sink.Flush();
  return text;
}

std::string WithoutHeader(const std::string& text) {
  return text.substr(text.find('\n') + 1);
}

/// Writes goroutines as dumps do. The text of each stack and each creation site is made once.
class DumpWriter {
 public:
  DumpWriter(ChunkedWriter& out, const StackTable& stacks) : out_(out), stacks_(stacks) {}

  void Write(const GoroutineRecord& g) {
    GoroutineView header;
    header.id = g.id;
    header.reason = g.state;
    header.locked = g.locked;
    out_ << Rendered(header) << Frames(g);
    if (g.gopc == 0) return;
    const Creation& creation = CreatedBy(g.gopc);
    out_ << creation.function;
    if (g.creator != 0) (out_ << " in goroutine ").Decimal(g.creator);
    out_ << creation.place;
  }

 private:
  /// "created by main.main" and, after what tells the creator, "\n\t/src/main.cc:12 +0x1f\n".
  struct Creation {
    std::string function;
    std::string place;
  };

  const std::string& Frames(const GoroutineRecord& g) {
    const auto [at, is_new] = frames_.try_emplace({g.stack, g.kind});
    if (!is_new) return at->second;
    const StackTable::Stack& stack = stacks_[g.stack];
    GoroutineView view;
    view.elsewhere = g.kind == GoroutineCopy::Stack::kElsewhere;
    view.never_ran = g.kind == GoroutineCopy::Stack::kNeverRan;
    view.start_pc = view.never_ran && stack.depth != 0 ? stack.pcs[0] - 1 : 0;
    view.stack.pcs = stack.pcs;
    view.stack.pc_count = stack.depth;
    return at->second = WithoutHeader(Rendered(view));
  }

  const Creation& CreatedBy(std::uintptr_t gopc) {
    const auto [at, is_new] = creations_.try_emplace(gopc);
    if (!is_new) return at->second;
    GoroutineView view;
    view.created_pc = gopc;
    const std::string text = WithoutHeader(Rendered(view));
    const std::size_t end = text.find('\n');
    return at->second = {text.substr(0, end), text.substr(end)};
  }

  ChunkedWriter& out_;
  const StackTable& stacks_;
  std::map<std::pair<std::uint32_t, GoroutineCopy::Stack>, std::string> frames_;
  std::unordered_map<std::uintptr_t, Creation> creations_;
};

Error WriteDump(const io::Writer& to, const void* frame) {
  Pacer pacer;
  const GoroutineSnapshot all(frame, kDumpDepth, pacer);
  ChunkedWriter out(to);
  DumpWriter dump(out, all.stacks);
  bool is_first = true;
  for (const GoroutineRecord& g : all.goroutines) {
    if (!is_first) out << '\n';
    is_first = false;
    dump.Write(g);
    if (out.failed()) break;
    pacer.Step();
  }
  return out.Finish();
}

/// Counts each stack with the same labels. Goroutines have the same labels if they have the same
/// map, or maps of equal contents.
std::vector<CountedStack> CountStacks(const GoroutineSnapshot& all, Pacer& pacer) {
  using Labels = std::vector<std::pair<std::string, std::string>>;
  constexpr std::uint32_t kNone = ~std::uint32_t{0};
  std::vector<CountedStack> counted;
  std::vector<std::uint32_t> plain(all.stacks.size(), kNone);  // the place in `counted`
  std::map<std::pair<std::uint32_t, Labels>, std::uint32_t> labelled;
  for (const GoroutineRecord& g : all.goroutines) {
    pacer.Step();
    std::uint32_t* at = &plain[g.stack];
    if (g.labels) at = &labelled.try_emplace({g.stack, g.labels->list}, kNone).first->second;
    if (*at == kNone) {
      *at = static_cast<std::uint32_t>(counted.size());
      const StackTable::Stack& stack = all.stacks[g.stack];
      counted.push_back({stack.pcs, stack.depth, g.labels.get(), 0});
    }
    ++counted[*at].count;
  }
  return counted;
}

}  // namespace

Error WriteGoroutineProfile(const io::Writer& to, int debug) {
  const void* frame = __builtin_frame_address(0);
  PrepareNamesAside();
  if (debug >= 2) return WriteDump(to, frame);
  Pacer pacer;
  const GoroutineSnapshot all(frame, kProfileDepth, pacer);
  return WriteCountProfile(to, debug, "goroutine", CountStacks(all, pacer), pacer);
}

CollectedProfile CollectGoroutines() {
  CollectedProfile profile;
  profile.period_type = {"goroutine", "count"};
  profile.period = 1;
  profile.types = {profile.period_type};
  Pacer pacer;
  const GoroutineSnapshot all(__builtin_frame_address(0), kProfileDepth, pacer);
  for (const CountedStack& stack : CountStacks(all, pacer)) {
    LabelRef::Retain(stack.labels);
    profile.samples.push_back({{stack.pcs, stack.pcs + stack.depth},
                               LabelRef(stack.labels),
                               {static_cast<std::int64_t>(stack.count)}});
  }
  return profile;
}

}  // namespace golab::rt
