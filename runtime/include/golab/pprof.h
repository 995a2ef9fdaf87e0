#pragma once
// Go's runtime/pprof: what goroutines do and wait for, written for people or for `go tool pprof`.
//
//   pprof::Lookup("goroutine").WriteTo(os::Stdout(), 1);   // stacks, each with its count
//
//   auto [file, err] = os::Create("cpu.pprof");
//   if (Error err = pprof::StartCPUProfile(file)) log::Fatal(err);
//   Defer d{[] { pprof::StopCPUProfile(); }};

#include <cstddef>
#include <initializer_list>
#include <type_traits>
#include <utility>

#include "golab/any.h"
#include "golab/context.h"
#include "golab/errors.h"
#include "golab/func.h"
#include "golab/io.h"
#include "golab/slice.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {
namespace rt {

struct ProfileRep;
struct LabelMap;

}  // namespace rt

namespace pprof {

/// A named collection of stacks; a handle, nil by default, copied by reference. Any number of
/// goroutines may use one. Calls on nil panic as Go's do. Predefined are:
///
///   goroutine     all goroutines
///   threadcreate  threads of the runtime; where each was made is not known, as mostly in Go
///   block         waits of goroutines for each other (runtime::SetBlockProfileRate)
///   mutex         who kept others waiting for a mutex (runtime::SetMutexProfileFraction)
///   heap, allocs  what is allocated in the managed heap. What C++ allocates with new and malloc is
///                 not sampled: the text (debug 1) has its sums
///
/// Go: *pprof.Profile.
class Profile {
 public:
  constexpr Profile() noexcept = default;

  constexpr Profile(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor): nil

  String Name() const;

  /// How many stacks are in it. Go: Profile.Count.
  int Count() const;

  /// Adds the caller's stack, without its `skip` innermost frames, for `value`, which must be
  /// comparable. Panics if there is one for it already, and on predefined profiles. Takes time with
  /// the number of values. Go: Profile.Add.
  void Add(const Any& value, int skip) const;

  /// Removes what was added for `value`; nothing if there is nothing. Go: Profile.Remove.
  void Remove(const Any& value) const;

  /// Writes the profile; returns what the writer says if it fails. debug 0: gzipped protocol
  /// buffer, for `go tool pprof`; 1: text; 2, "goroutine" only: every goroutine as a dump shows it.
  /// Written in pieces of 32 KiB; blocks as the writer does. Other goroutines run meanwhile:
  /// nothing is stopped. In the virtual world the profile is one instant. Goroutines only. Go:
  /// Profile.WriteTo.
  Error WriteTo(const io::Writer& to, int debug) const;

  explicit operator bool() const noexcept { return rep_ != nullptr; }

  friend bool operator==(const Profile& a, const Profile& b) noexcept { return a.rep_ == b.rep_; }

  friend bool operator==(const Profile& a, std::nullptr_t) noexcept { return a.rep_ == nullptr; }

  explicit Profile(rt::ProfileRep* rep) noexcept : rep_(rep) {}  ///< For the library.

 private:
  rt::ProfileRep* rep_ = nullptr;  // null: nil; never freed
};

/// The profile of that name; nil if there is none. Go: pprof.Lookup.
Profile Lookup(const String& name);

/// Makes a profile of the program's own. Panics on an empty name and on one that is taken. Go:
/// pprof.NewProfile.
Profile NewProfile(const String& name);

/// All profiles, by name. Go: pprof.Profiles.
Slice<Profile> Profiles();

/// Lookup("heap").WriteTo(to, 0). Go: pprof.WriteHeapProfile.
Error WriteHeapProfile(const io::Writer& to);

/// Begins to sample, 100 times a second of processor time, what the program's threads do; all is
/// written to `to` when StopCPUProfile is called. Its errors: `cpu profiling already in use`, and
/// in the virtual world, where no time passes between two instructions, `cpu profiling is not
/// available in virtual time`. Uses SIGPROF. Go: pprof.StartCPUProfile.
Error StartCPUProfile(const io::Writer& to);

/// Ends it; returns when all is written. Nothing if none is under way. Go: pprof.StopCPUProfile.
void StopCPUProfile();

/// Keys with values, for Do and WithLabels. Go: pprof.LabelSet.
class LabelSet {
 public:
  explicit LabelSet(rt::LabelMap* map) noexcept : map_(map) {}  ///< For the library.

  LabelSet(const LabelSet& other) noexcept;
  LabelSet& operator=(LabelSet other) noexcept;
  ~LabelSet();

  const rt::LabelMap* map() const noexcept { return map_; }  ///< For the library.

 private:
  rt::LabelMap* map_;
};

/// Of keys and values in turn; an odd number panics. Go: pprof.Labels.
LabelSet Labels(std::initializer_list<String> keys_and_values);

template <class... S>

requires(std::is_convertible_v<S, String>&&...) LabelSet Labels(S&&... keys_and_values) {
  return Labels(std::initializer_list<String>{String(std::forward<S>(keys_and_values))...});
}

/// `ctx` with these labels besides those it has. Go: pprof.WithLabels.
[[nodiscard]] context::Context WithLabels(const context::Context& ctx, const LabelSet& labels);

/// The calling goroutine has the labels of `ctx` from now on, and no others; those it starts
/// inherit them. Go: pprof.SetGoroutineLabels.
void SetGoroutineLabels(const context::Context& ctx);

/// Calls f with the labels of ctx and `labels` set on the calling goroutine; afterwards it has
/// those of ctx. Go: pprof.Do.
void Do(const context::Context& ctx, const LabelSet& labels, const Func<void(context::Context)>& f);

/// What Label gives: `auto [value, ok] = pprof::Label(ctx, "key");`.
struct LabelValue {
  String value;
  bool ok = false;
};

/// A label of ctx. Go: pprof.Label.
LabelValue Label(const context::Context& ctx, const String& key);

/// Calls f for each label of ctx, by key, until it returns false. Go: pprof.ForLabels.
void ForLabels(const context::Context& ctx, const Func<bool(String key, String value)>& f);

}  // namespace pprof
}  // namespace golab

#pragma GCC visibility pop
