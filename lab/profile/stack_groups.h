#pragma once
// Stacks as a reader compares them, whichever form they were read from.

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "lab/profile/profile.h"

namespace golab::lab {

/// Where goroutines of a group were created.
struct CreationSite {
  ProfileFrame at = {};  ///< the function with the go, and its line
  std::int64_t count = 0;
};

/// Goroutines with equal stacks. Labels make no difference. Views are of the profile's texts.
struct StackGroup {
  std::int64_t count = 0;
  std::vector<ProfileFrame> frames = {};    ///< those that are shown, innermost first
  std::vector<CreationSite> creators = {};  ///< by frame; empty: not said
  std::string_view state = {};              ///< of the first; empty: not said
};

/// The frames without the runtime's own: those that debug=1 and debug=2 leave out are in
/// profile.proto. All of them where none would be left.
std::vector<ProfileFrame> ShownFrames(const ProfileStack& stack);

/// An order of frames in which those are equal that are one to a reader: same function, same line.
/// The folder of the file makes no difference: a program that was built elsewhere is the same
/// program. Below, equal or above 0.
int CompareFrame(const ProfileFrame& a, const ProfileFrame& b);

/// The same for stacks. Without `with_lines` the functions alone count.
int CompareFrames(const std::vector<ProfileFrame>& a, const std::vector<ProfileFrame>& b,
                  bool with_lines);

/// Sorts sites by frame, and joins equal ones.
void MergeSites(std::vector<CreationSite>* sites);

/// Most goroutines first, of equal counts by their frames.
std::vector<StackGroup> GroupStacks(const Profile& profile);

}  // namespace golab::lab
