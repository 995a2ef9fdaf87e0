#pragma once
// What has changed from one profile to a later one.

#include <cstdint>
#include <vector>

#include "lab/profile/stack_groups.h"

namespace golab::lab {

/// How many goroutines have a stack, before and after.
struct StackChange {
  std::int64_t before = 0;
  std::int64_t after = 0;
  std::vector<ProfileFrame> frames = {};    ///< as they are after, if there are any then
  std::vector<CreationSite> creators = {};  ///< by how many more each has; none: not said
  std::string_view state = {};
  bool moved = false;  ///< same functions, other lines: the program was edited in between

  /// How many more; the nearest number where that is none of 64 bits.
  std::int64_t Growth() const;
};

struct ProfileDifference {
  std::vector<StackChange> changes = {};  ///< those that grew most first; those as before left out
  std::int64_t before = 0, after = 0;     ///< all goroutines
  std::int64_t same = 0;                  ///< stacks with as many as before
};

/// Views in it are of both profiles' texts. A stack whose lines have moved is the same one, if
/// before and after as many stacks have its functions.
ProfileDifference Difference(const Profile& before, const Profile& after);

}  // namespace golab::lab
