#pragma once
// Profiles, read: what /debug/pprof/goroutine answers, golab's or Go's. One model for its three
// forms: profile.proto (gzipped or plain), the counted text of debug=1, the dump of debug=2 and of
// crashes. Other profiles (heap, mutex, cpu ...) are read where they are profile.proto.
//
// A profile comes from a program that is judged, or from anywhere: every length and index is
// checked, and memory stays in proportion to what was read. Texts are views, so that a name that a
// hostile profile uses a million times is there once.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lab/error.h"

namespace golab::lab {

inline constexpr std::size_t kMostProfileBytes = std::size_t{64} << 20;  ///< unpacked
inline constexpr std::size_t kMostProfileFrames = 4'000'000;             ///< of all stacks

struct ProfileFrame {
  std::string_view function = {};  ///< "main.Worker"; empty where only the address is known
  std::string_view file = {};
  std::int64_t line = 0;
  std::uint64_t address = 0;  ///< 0 in dumps

  bool operator==(const ProfileFrame&) const = default;
};

/// Goroutines with the same stack and labels; in a dump each is one of its own.
struct ProfileStack {
  std::vector<std::int64_t> values = {};  ///< one of each type; below 0 in differences
  std::vector<ProfileFrame> frames = {};  ///< innermost first; empty: it never ran
  std::vector<std::pair<std::string_view, std::string_view>> labels = {};  ///< by key

  // Known in dumps alone.
  std::uint64_t goroutine = 0;
  std::string_view state = {};   ///< "chan receive"
  std::int64_t minutes = 0;      ///< that it has been in this state
  bool locked = false;           ///< to its thread
  ProfileFrame created_at = {};  ///< its function is empty for main, and if it is not said
  std::uint64_t creator = 0;     ///< 0: not said

  std::int64_t Count() const { return values.front(); }
};

enum class ProfileForm : std::uint8_t {
  kProto,   ///< profile.proto
  kCounts,  ///< debug=1
  kDump,    ///< debug=2
};

/// What is counted, and in what: "goroutine", "count".
struct ProfileType {
  std::string_view type = {};
  std::string_view unit = {};
};

struct Profile {
  ProfileForm form = ProfileForm::kProto;
  std::vector<ProfileType> types = {};  ///< at least one
  std::vector<ProfileStack> stacks = {};
  std::shared_ptr<std::deque<std::string>> texts = {};  ///< what all views are of

  bool OfGoroutines() const { return types.front().type == "goroutine"; }

  /// Sum of the counts; the nearest number where it is none of 64 bits.
  std::int64_t Total() const;
};

/// `name` is how messages call it: a file, a URL. Fails on what is no profile, or broken, and says
/// at which line or byte of the unpacked text.
Result<Profile> ReadProfile(std::string bytes, const std::string& name);

}  // namespace golab::lab
