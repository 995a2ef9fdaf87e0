#include "lab/profile/difference.h"

#include <algorithm>

namespace golab::lab {
namespace {

std::int64_t Minus(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (__builtin_sub_overflow(a, b, &result)) return b > 0 ? INT64_MIN : INT64_MAX;
  return result;
}

/// How many more each site has created, of those that have grown; most first.
std::vector<CreationSite> Grown(const std::vector<CreationSite>& before,
                                const std::vector<CreationSite>& after) {
  std::vector<CreationSite> all = after;
  for (const CreationSite& site : before) all.push_back({site.at, Minus(0, site.count)});
  MergeSites(&all);
  std::erase_if(all, [](const CreationSite& site) { return site.count <= 0; });
  std::stable_sort(all.begin(), all.end(),
                   [](const CreationSite& a, const CreationSite& b) { return a.count > b.count; });
  return all;
}

using Groups = std::vector<const StackGroup*>;

void Sort(Groups* groups, bool with_lines) {
  std::stable_sort(groups->begin(), groups->end(),
                   [with_lines](const StackGroup* a, const StackGroup* b) {
                     return CompareFrames(a->frames, b->frames, with_lines) < 0;
                   });
}

/// Finds the stacks of one profile in the other.
class Joiner {
 public:
  explicit Joiner(ProfileDifference* result) : result_(*result) {}

  /// Takes what has the same stack on both sides; leaves the others.
  void JoinSame(Groups* before, Groups* after) {
    Sort(before, true);
    Sort(after, true);
    Groups before_alone, after_alone;
    auto b = before->begin(), a = after->begin();
    while (b != before->end() || a != after->end()) {
      const int order = b == before->end()  ? 1
                        : a == after->end() ? -1
                                            : CompareFrames((*b)->frames, (*a)->frames, true);
      if (order < 0) {
        before_alone.push_back(*b++);
      } else if (order > 0) {
        after_alone.push_back(*a++);
      } else {
        Add(*b++, *a++, false);
      }
    }
    *before = std::move(before_alone);
    *after = std::move(after_alone);
  }

  /// Of what is left: as many stacks of the same functions on both sides are each other, in the
  /// order of their lines.
  void JoinMoved(const Groups& before, const Groups& after) {
    // By functions; within these by lines, as JoinSame has left them.
    Groups olds = before, news = after;
    Sort(&olds, false);
    Sort(&news, false);
    auto b = olds.begin(), a = news.begin();
    while (b != olds.end() || a != news.end()) {
      const auto& frames = b == olds.end()                                         ? (*a)->frames
                           : a == news.end()                                       ? (*b)->frames
                           : CompareFrames((*b)->frames, (*a)->frames, false) <= 0 ? (*b)->frames
                                                                                   : (*a)->frames;
      const auto b_end = EndOf(b, olds.end(), frames), a_end = EndOf(a, news.end(), frames);
      const bool pairs = b_end - b == a_end - a && !frames.empty();
      if (pairs) {
        while (b != b_end) Add(*b++, *a++, true);
      }
      while (b != b_end) Add(*b++, nullptr, false);
      while (a != a_end) Add(nullptr, *a++, false);
    }
  }

 private:
  /// Behind those from `at` on that have these functions.
  static Groups::iterator EndOf(Groups::iterator at, Groups::iterator end,
                                const std::vector<ProfileFrame>& frames) {
    while (at != end && CompareFrames((*at)->frames, frames, false) == 0) ++at;
    return at;
  }

  void Add(const StackGroup* before, const StackGroup* after, bool moved) {
    const StackGroup& shown = after != nullptr ? *after : *before;
    StackChange change{.before = before != nullptr ? before->count : 0,
                       .after = after != nullptr ? after->count : 0,
                       .frames = shown.frames,
                       .state = shown.state,
                       .moved = moved};
    if (change.before == change.after) {
      ++result_.same;
      return;
    }
    static const std::vector<CreationSite> none;
    // Sites have moved with the lines; what each has more is not known then.
    change.creators = Grown(before != nullptr && !moved ? before->creators : none, shown.creators);
    result_.changes.push_back(std::move(change));
  }

  ProfileDifference& result_;
};

Groups PointersTo(const std::vector<StackGroup>& groups) {
  Groups pointers;
  for (const StackGroup& group : groups) pointers.push_back(&group);
  return pointers;
}

}  // namespace

std::int64_t StackChange::Growth() const {
  return Minus(after, before);
}

ProfileDifference Difference(const Profile& before, const Profile& after) {
  ProfileDifference result;
  result.before = before.Total();
  result.after = after.Total();
  const std::vector<StackGroup> olds = GroupStacks(before), news = GroupStacks(after);
  Groups b = PointersTo(olds), a = PointersTo(news);
  Joiner joiner(&result);
  joiner.JoinSame(&b, &a);
  joiner.JoinMoved(b, a);
  std::stable_sort(result.changes.begin(), result.changes.end(),
                   [](const StackChange& x, const StackChange& y) {
                     return x.Growth() != y.Growth() ? x.Growth() > y.Growth()
                                                     : CompareFrames(x.frames, y.frames, true) < 0;
                   });
  return result;
}

}  // namespace golab::lab
