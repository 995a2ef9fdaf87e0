#include "lab/history/history.h"

#include <algorithm>

namespace golab::lab {
namespace {

class KnowsNothing final : public Symbols {
 public:
  std::vector<Frame> Lookup(std::uint64_t, bool) const override { return {}; }
};

}  // namespace

const Symbols& NoSymbols() {
  static const KnowsNothing symbols;
  return symbols;
}

State GoroutineLife::At(Moment m) const {
  const auto after =
      std::upper_bound(changes.begin(), changes.end(), m,
                       [](Moment want, const StateChange& change) { return want < change.at; });
  return after == changes.begin() ? State::kNotYet : (after - 1)->to;
}

const Wait* GoroutineLife::WaitAt(Moment m) const {
  const auto after =
      std::upper_bound(waits.begin(), waits.end(), m,
                       [](Moment want, const Wait& wait) { return want < wait.begin; });
  if (after == waits.begin()) return nullptr;
  const Wait& wait = *(after - 1);
  return wait.end == kNever || wait.end > m ? &wait : nullptr;
}

const GoroutineLife* History::Find(std::uint32_t id) const {
  const auto it = std::lower_bound(
      by_id_.begin(), by_id_.end(), id,
      [this](std::size_t index, std::uint32_t want) { return goroutines_[index].id < want; });
  return it != by_id_.end() && goroutines_[*it].id == id ? &goroutines_[*it] : nullptr;
}

const GoroutineLife& History::main() const {
  static const GoroutineLife nobody{.id = 1};
  const GoroutineLife* found = Find(1);
  return found != nullptr ? *found : nobody;
}

Moment History::last() const {
  return events_.empty() ? 0 : events_.size() - 1;
}

std::uint64_t History::TimeAt(Moment m) const {
  if (events_.empty()) return 0;
  return events_[std::min(m, last())].time;
}

std::vector<std::uint64_t> History::StackPcs(std::uint64_t stack_id) const {
  const auto pcs = stacks_.Pcs(stack_id);
  return {pcs.begin(), pcs.end()};
}

std::vector<Frame> History::Stack(std::uint64_t stack_id) const {
  std::vector<Frame> frames;
  for (const std::uint64_t pc : stacks_.Pcs(stack_id)) {
    std::vector<Frame> here = symbols_->Lookup(pc, false);
    if (here.empty()) here.push_back({.pc = pc});
    frames.insert(frames.end(), here.begin(), here.end());
  }
  return frames;
}

Frame History::OwnFrame(std::uint64_t stack_id) const {
  for (const std::uint64_t pc : stacks_.Pcs(stack_id)) {
    for (Frame& frame : symbols_->Lookup(pc, false)) {
      if (frame.own) return frame;
    }
  }
  return {};
}

std::string History::Blob(std::uint64_t arg) const {
  const rt::BlobRef ref = BlobRefOf(arg);
  if (ref.offset > blobs_.size() || ref.size > blobs_.size() - ref.offset) return "";
  return blobs_.substr(ref.offset, ref.size);
}

int History::AliveAt(Moment m) const {
  return static_cast<int>(
      std::count_if(goroutines_.begin(), goroutines_.end(),
                    [m](const GoroutineLife& g) { return !g.system && g.AliveAt(m); }));
}

std::vector<const GoroutineLife*> History::LeftOver() const {
  std::vector<const GoroutineLife*> left;
  if (main_return_ == kNever) return left;
  // A run that ended on its way to rest (a panic of another goroutine) shows who waits, not who is
  // ready.
  const bool rested = rest_ != kNever;
  const Moment m = rested ? rest_ : last();
  for (const GoroutineLife& g : goroutines_) {
    if (g.IsMain() || g.system || !g.AliveAt(m)) continue;
    if (rested || g.At(m) == State::kWaiting) left.push_back(&g);
  }
  return left;
}

std::vector<Moment> History::EventsOf(rt::EventType type) const {
  std::vector<Moment> found;
  for (Moment m = 0; m < events_.size(); ++m) {
    if (events_[m].type == static_cast<std::uint8_t>(type)) found.push_back(m);
  }
  return found;
}

}  // namespace golab::lab
