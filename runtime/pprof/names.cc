#include "runtime/pprof/names.h"

#include <dlfcn.h>

#include "golab/syscall.h"

#include "runtime/sched/dump_all.h"
#include "runtime/sched/procs.h"
#include "runtime/traceback/self_symbolizer.h"
#include "runtime/traceback/visible_frames.h"

namespace golab::rt {
namespace {

/// Libraries without a table: what they export has a name.
bool LookUpExported(std::uintptr_t lookup, Frame* frame) noexcept {
  Dl_info info;
  if (dladdr(reinterpret_cast<const void*>(lookup), &info) == 0 || info.dli_sname == nullptr)
    return false;
  frame->function = frame->raw = info.dli_sname;
  frame->file = info.dli_fname != nullptr ? info.dli_fname : "";
  frame->function_start = reinterpret_cast<std::uintptr_t>(info.dli_saddr);
  frame->kind = FrameKind::kStd;
  return true;
}

}  // namespace

void PrepareNamesAside() {
  if (SelfSymbolizer::Get().HasNames() || !SeveralPs()) return PrepareNames();
  syscall::Blocking([] { PrepareNames(); });
}

const NameCache::Place& NameCache::Of(std::uintptr_t pc) {
  const auto [at, is_new] = places_.try_emplace(pc);
  Place& place = at->second;
  if (!is_new) return place;
  Frame frames[kMaxFramesPerPc];
  std::size_t count = SelfSymbolizer::Get().Lookup(pc - 1, frames, kMaxFramesPerPc);
  if (count == 0 && LookUpExported(pc - 1, frames)) count = 1;
  place.frames.assign(frames, frames + count);
  for (const Frame& frame : place.frames) place.visible = place.visible || !IsHidden(frame.kind);
  return place;
}

std::vector<ShownFrame> ShownFrames(const std::uintptr_t* pcs, std::size_t depth, NameCache& names,
                                    bool all) {
  std::vector<ShownFrame> shown;
  const bool nameless = !SelfSymbolizer::Get().HasNames();
  VisibleFrames filter(all);
  for (std::size_t i = 0; i < depth; ++i) {
    const NameCache::Place& place = names.Of(pcs[i]);
    if (place.frames.empty() && (all || nameless)) shown.push_back({pcs[i], nullptr});
    filter.BeginPc();
    for (const Frame& frame : place.frames) {
      if (filter.Shows(frame)) shown.push_back({pcs[i], &frame});
    }
  }
  return shown.empty() && !all ? ShownFrames(pcs, depth, names, true) : shown;
}

std::size_t DepthWithoutTrampolines(const std::uintptr_t* pcs, std::size_t depth,
                                    NameCache& names) {
  for (std::size_t n = depth; n > 0; --n) {
    if (names.Of(pcs[n - 1]).visible) return n;
  }
  return depth;
}

}  // namespace golab::rt
