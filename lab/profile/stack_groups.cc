#include "lab/profile/stack_groups.h"

#include <algorithm>
#include <numeric>

namespace golab::lab {
namespace {

bool IsOfRuntime(const ProfileFrame& frame) {
  return frame.function.starts_with("runtime.") || frame.function.starts_with("internal/runtime/");
}

std::string_view BaseName(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

int Compare(const ProfileFrame& a, const ProfileFrame& b, bool with_lines) {
  if (const int order = a.function.compare(b.function); order != 0) return order;
  // Of what has no name the address is all there is.
  if (a.function.empty() && a.address != b.address) return a.address < b.address ? -1 : 1;
  if (!with_lines) return 0;
  if (a.line != b.line) return a.line < b.line ? -1 : 1;
  return BaseName(a.file).compare(BaseName(b.file));
}

/// Sums of hostile counts stay at the end of the range.
void AddTo(std::int64_t* sum, std::int64_t more) {
  if (__builtin_add_overflow(*sum, more, sum)) *sum = more < 0 ? INT64_MIN : INT64_MAX;
}

}  // namespace

int CompareFrame(const ProfileFrame& a, const ProfileFrame& b) {
  return Compare(a, b, true);
}

void MergeSites(std::vector<CreationSite>* sites) {
  std::stable_sort(sites->begin(), sites->end(), [](const CreationSite& a, const CreationSite& b) {
    return CompareFrame(a.at, b.at) < 0;
  });
  std::vector<CreationSite> merged;
  for (const CreationSite& site : *sites) {
    if (merged.empty() || CompareFrame(merged.back().at, site.at) != 0) {
      merged.push_back(site);
    } else {
      AddTo(&merged.back().count, site.count);
    }
  }
  *sites = std::move(merged);
}

int CompareFrames(const std::vector<ProfileFrame>& a, const std::vector<ProfileFrame>& b,
                  bool with_lines) {
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (const int order = Compare(a[i], b[i], with_lines); order != 0) return order;
  }
  return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

std::vector<ProfileFrame> ShownFrames(const ProfileStack& stack) {
  auto begin = stack.frames.begin(), end = stack.frames.end();
  while (begin != end && IsOfRuntime(*begin)) ++begin;
  while (begin != end && IsOfRuntime(*(end - 1))) --end;
  return begin == end ? stack.frames : std::vector<ProfileFrame>(begin, end);
}

std::vector<StackGroup> GroupStacks(const Profile& profile) {
  std::vector<std::vector<ProfileFrame>> shown;
  shown.reserve(profile.stacks.size());
  for (const ProfileStack& stack : profile.stacks) shown.push_back(ShownFrames(stack));
  // Sorted, so that equal ones are neighbours, in the order in which they were read.
  std::vector<std::size_t> order(shown.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return CompareFrames(shown[a], shown[b], true) < 0;
  });
  std::vector<StackGroup> groups;
  for (const std::size_t i : order) {
    const ProfileStack& stack = profile.stacks[i];
    if (groups.empty() || CompareFrames(groups.back().frames, shown[i], true) != 0)
      groups.push_back({.frames = shown[i], .state = stack.state});
    StackGroup& group = groups.back();
    AddTo(&group.count, stack.Count());
    if (!stack.created_at.function.empty())
      group.creators.push_back({stack.created_at, stack.Count()});
  }
  for (StackGroup& group : groups) MergeSites(&group.creators);
  std::stable_sort(groups.begin(), groups.end(),
                   [](const StackGroup& a, const StackGroup& b) { return a.count > b.count; });
  return groups;
}

}  // namespace golab::lab
