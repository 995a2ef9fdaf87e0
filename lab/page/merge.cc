#include "lab/page/merge.h"

#include <algorithm>
#include <unordered_set>

namespace golab::lab::page {
namespace {

constexpr std::uint64_t kFirstBuckets = 65'536;
constexpr std::uint64_t kAroundEvidence = 10'000'000;  // ns
constexpr std::size_t kBoring = 2;                     // as many in a bucket are left as they are

/// Which times are left whole.
class Kept {
 public:
  explicit Kept(const Timeline& t) {
    for (const Check& check : t.checks) {
      for (const Evidence& evidence : check.evidence) {
        goroutines_.insert(evidence.goroutine);
        times_.push_back(evidence.time_ns);
      }
    }
    std::sort(times_.begin(), times_.end());
  }

  bool Whole(const Goroutine& g) const { return goroutines_.contains(g.id); }

  /// Whether [from, to] is near some evidence.
  bool Near(std::uint64_t from, std::uint64_t to) const {
    const std::uint64_t low = from < kAroundEvidence ? 0 : from - kAroundEvidence;
    const auto it = std::lower_bound(times_.begin(), times_.end(), low);
    return it != times_.end() && *it <= to + kAroundEvidence;
  }

 private:
  std::unordered_set<std::uint64_t> goroutines_;
  std::vector<std::uint64_t> times_;
};

/// How far the bucket that begins with transition `i` goes: past the last that is in it.
std::size_t BucketEnd(const Goroutine& g, std::size_t i, std::uint64_t width) {
  const std::uint64_t bucket = g.transitions[i].time_ns / width;
  std::size_t end = i + 1;
  while (end < g.transitions.size() && g.transitions[end].time_ns / width == bucket) ++end;
  return end;
}

/// Calls each(begin, end, merged) for the pieces of a goroutine's life.
template <class F>
void EachPiece(const Goroutine& g, std::uint64_t width, const Kept& kept, F each) {
  const std::size_t size = g.transitions.size();
  // The first is the creation, the last where it ends or stays.
  const std::size_t last = size == 0 ? 0 : size - 1;
  for (std::size_t i = 0; i < size;) {
    if (i == 0 || i == last) {
      each(i, i + 1, false);
      ++i;
      continue;
    }
    const std::size_t end = std::min(BucketEnd(g, i, width), last);
    const bool merged =
        end - i > kBoring && !kept.Near(g.transitions[i].time_ns, g.transitions[end - 1].time_ns);
    each(i, end, merged);
    i = end;
  }
}

std::size_t CountAfter(const Timeline& t, std::uint64_t width, const Kept& kept) {
  std::size_t count = 0;
  for (const Goroutine& g : t.goroutines) {
    if (kept.Whole(g)) {
      count += g.transitions.size();
      continue;
    }
    EachPiece(g, width, kept, [&](std::size_t begin, std::size_t end, bool merged) {
      count += merged ? 1 : end - begin;
    });
  }
  return count;
}

/// Transitions [begin, end) as one; the next one begins at `until`.
Transition Mixed(const Goroutine& g, std::size_t begin, std::size_t end) {
  const std::uint64_t until = g.transitions[end].time_ns;
  Transition mixed;
  mixed.time_ns = g.transitions[begin].time_ns;
  mixed.state = State::kMixed;
  double spent[3] = {};
  for (std::size_t i = begin; i < end; ++i) {
    const Transition& t = g.transitions[i];
    const auto length = static_cast<double>(g.transitions[i + 1].time_ns - t.time_ns);
    const auto whole = static_cast<double>(until - mixed.time_ns);
    const double share = whole > 0 ? length / whole : 1.0 / static_cast<double>(end - begin);
    if (t.state == State::kRunning) spent[0] += share;
    if (t.state == State::kRunnable) spent[1] += share;
    if (t.state == State::kSyscall) spent[2] += share;
  }
  int left = 16;
  for (int i = 0; i < 3; ++i) {
    // What ran at all shows, however short it was.
    int share = static_cast<int>(spent[i] * 16 + 0.5);
    if (share == 0 && spent[i] > 0) share = 1;
    mixed.shares[i] = static_cast<std::uint8_t>(std::min(share, left));
    left -= mixed.shares[i];
  }
  return mixed;
}

}  // namespace

std::uint64_t MergeShort(Timeline* timeline, std::size_t most) {
  std::size_t count = 0;
  for (const Goroutine& g : timeline->goroutines) count += g.transitions.size();
  if (count <= most) return 0;
  const Kept kept(*timeline);
  const std::uint64_t span = timeline->end_ns - std::min(timeline->begin_ns, timeline->end_ns);
  std::uint64_t width = std::max<std::uint64_t>(span / kFirstBuckets, 1);
  // What must stay whole can be more than `most`: then the widest bucket is as good as it gets.
  while (width < span && CountAfter(*timeline, width, kept) > most) width *= 2;
  for (Goroutine& g : timeline->goroutines) {
    if (kept.Whole(g)) continue;
    std::vector<Transition> short_list;
    EachPiece(g, width, kept, [&](std::size_t begin, std::size_t end, bool merged) {
      if (merged) {
        short_list.push_back(Mixed(g, begin, end));
      } else {
        short_list.insert(short_list.end(),
                          g.transitions.begin() + static_cast<std::ptrdiff_t>(begin),
                          g.transitions.begin() + static_cast<std::ptrdiff_t>(end));
      }
    });
    g.transitions = std::move(short_list);
  }
  timeline->has_order = false;
  return width;
}

}  // namespace golab::lab::page
