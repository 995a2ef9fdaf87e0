#pragma once
// Profiles of running programs, by HTTP.

#include <atomic>
#include <string>

#include "lab/error.h"
#include "lab/profile/profile.h"

namespace golab::lab {

/// "http://..." or "https://...".
bool IsUrl(const std::string& text);

/// Where a profile of goroutines is, of what a person typed: http://localhost:6060 and its
/// /debug/pprof/ mean the form of goroutine that says who created whom.
std::string ProfileUrl(const std::string& url);

/// The body of a GET. Fails on a status other than 200, after 30 s without a byte, above
/// kMostProfileBytes, and once `cancel` (may be null) is true.
Result<std::string> FetchUrl(const std::string& url, const std::atomic<bool>* cancel);

/// A profile from a file or, by ProfileUrl, from a running program.
Result<Profile> LoadProfile(const std::string& file_or_url, const std::atomic<bool>* cancel);

}  // namespace golab::lab
