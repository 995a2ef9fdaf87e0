#pragma once
// Patterns of a ServeMux: how they are written, and which of two is more specific.
// Go: net/http/pattern.go.

#include <string>
#include <string_view>
#include <vector>

namespace golab::rt {

/// One piece of a path between slashes.
struct Segment {
  std::string text;  ///< literal without escapes, or the wildcard's name; "/" for {$}
  bool wild = false;
  bool multi = false;  ///< the rest of the path; only the last

  bool IsEnd() const { return text == "/" && !wild; }
};

struct Pattern {
  std::string text;    ///< as it was given
  std::string method;  ///< empty: any
  std::string host;    ///< empty: any
  std::vector<Segment> segments;
  std::string place;  ///< where it was registered, for conflicts

  bool LastIsMulti() const { return !segments.empty() && segments.back().multi; }
};

/// An error in words; empty: `pattern` is set. `at offset 3: bad wildcard segment ...`.
std::string ParsePattern(std::string_view text, Pattern* pattern);

/// Whether there is a request that both match, of which neither is more specific.
bool Conflict(const Pattern& a, const Pattern& b);

/// How `a` relates to `b`, for the message of a conflict. Go: DescribeConflict.
std::string DescribeConflict(const Pattern& a, const Pattern& b);

}  // namespace golab::rt
