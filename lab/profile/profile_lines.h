#pragma once
// Profiles and their differences, for people.

#include <string>

#include "lab/explain/line.h"
#include "lab/explain/style.h"
#include "lab/profile/difference.h"
#include "lab/profile/profile.h"

namespace golab::lab {

/// A profile's stacks, most first. `name`: the file or URL. style.detail 1: all of them, whole.
Lines ProfileLines(const Profile& profile, const std::string& name, const Style& style);

/// What grew, most first, and what shrank; last the sums. style.detail as above.
Lines DifferenceLines(const ProfileDifference& difference, const Style& style);

}  // namespace golab::lab
