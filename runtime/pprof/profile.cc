// Profiles by name, and those that programs make. Go: runtime/pprof/pprof.go.

#include "runtime/pprof/profile.h"

#include <algorithm>
#include <map>

#include "golab/defer.h"
#include "golab/pprof.h"
#include "golab/runtime.h"

#include "runtime/base/spin_lock.h"
#include "runtime/pprof/contention.h"
#include "runtime/pprof/count_profile.h"
#include "runtime/pprof/goroutine_profile.h"
#include "runtime/pprof/names.h"
#include "runtime/sched/sched.h"
#include "runtime/traceback/walk.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab {
namespace rt {
namespace {

constexpr std::size_t kAddedDepth = 32;  // Go's number

class Registry {
 public:
  Registry() {
    AddPredefined(
        "allocs", [] { return 0; }, &WriteAllocsProfile, &CollectAllocs);
    AddPredefined(
        "block", [] { return static_cast<int>(ContentionCount(Contention::kBlock)); },
        &WriteBlockProfile, &CollectBlocks);
    AddPredefined(
        "goroutine", [] { return runtime::NumGoroutine(); }, &WriteGoroutineProfile,
        &CollectGoroutines);
    AddPredefined(
        "heap", [] { return 0; }, &WriteHeapProfileOf, &CollectHeap);
    AddPredefined(
        "mutex", [] { return static_cast<int>(ContentionCount(Contention::kMutex)); },
        &WriteMutexProfile, &CollectMutexes);
    AddPredefined("threadcreate", &CountThreads, &WriteThreadProfile, &CollectThreads);
  }

  ProfileRep* Find(const std::string& name) {
    const auto at = profiles_.find(name);
    return at == profiles_.end() ? nullptr : at->second;
  }

  ProfileRep* Add(const std::string& name) {
    auto* rep = new ProfileRep;
    rep->name = name;
    profiles_[name] = rep;
    return rep;
  }

  std::vector<pprof::Profile> All() const {
    std::vector<pprof::Profile> all;
    for (const auto& [name, rep] : profiles_) all.emplace_back(rep);
    return all;
  }

 private:
  void AddPredefined(const char* name, int (*count)(), decltype(ProfileRep::write) write,
                     decltype(ProfileRep::collect) collect) {
    ProfileRep* rep = Add(name);
    rep->count = count;
    rep->write = write;
    rep->collect = collect;
  }

  std::map<std::string, ProfileRep*> profiles_;  // by name; never freed, as in Go
};

constinit std::uint32_t registry_lock = 0;  // real; guards the registry
constinit Registry* the_registry = nullptr;

/// Calls f(Registry&) with the lock held: f must not panic, park or run the program's code.
template <class F>
auto WithRegistry(const F& f) {
  struct Held {
    Held() { LockRealWord(&registry_lock); }

    ~Held() { UnlockWord(&registry_lock); }
  } held;

  if (the_registry == nullptr) the_registry = new Registry;
  return f(*the_registry);
}

ProfileRep::Entry* FindEntry(ProfileRep* rep, const Any& value) {
  for (ProfileRep::Entry& entry : rep->entries) {
    if (entry.value == value) return &entry;
  }
  return nullptr;
}

void RequireComparable(const Any& value) {
  if (!value.Comparable())
    panic("runtime error: hash of unhashable type " + value.TypeName());  // as a key of Go's map
}

/// `frame`: of a function of this package that the program has called.
std::vector<std::uintptr_t> CallersFrom(const void* frame, int skip) {
  const auto fp = reinterpret_cast<std::uintptr_t>(frame);
  const G* me = CurrentG("pprof");
  const auto end = reinterpret_cast<std::uintptr_t>(arch::RootLanding(me->stack_top)->sp);
  const auto unwanted = static_cast<std::size_t>(std::max(skip, 0));
  std::vector<std::uintptr_t> pcs(unwanted + kAddedDepth);
  pcs.resize(CaptureFrames(fp, fp, end, pcs.data(), pcs.size()));
  pcs.erase(pcs.begin(), pcs.begin() + static_cast<std::ptrdiff_t>(std::min(unwanted, pcs.size())));
  return pcs;
}

ProfileRep* NotNil(ProfileRep* rep) {
  if (rep == nullptr) PanicNilDereference();
  return rep;
}

Error WriteEntries(ProfileRep* rep, const io::Writer& to, int debug) {
  std::map<std::vector<std::uintptr_t>, std::uint64_t> counts;
  {
    rep->mutex.Lock();
    const Defer unlock{[rep] { rep->mutex.Unlock(); }};
    for (const ProfileRep::Entry& entry : rep->entries) ++counts[entry.pcs];
  }
  PrepareNamesAside();
  std::vector<CountedStack> stacks;
  for (const auto& [pcs, count] : counts)
    stacks.push_back({pcs.data(), pcs.size(), nullptr, count});
  Pacer pacer;
  return WriteCountProfile(to, debug, rep->name, stacks, pacer);
}

}  // namespace

ProfileRep* FindProfile(const String& name) {
  return WithRegistry([&](auto& registry) { return registry.Find(name); });
}

}  // namespace rt

namespace pprof {

Profile Lookup(const String& name) {
  return Profile(rt::FindProfile(name));
}

Profile NewProfile(const String& name) {
  if (name.empty()) panic("pprof: NewProfile with empty name");
  rt::ProfileRep* rep = rt::WithRegistry([&](auto& registry) -> rt::ProfileRep* {
    return registry.Find(name) != nullptr ? nullptr : registry.Add(name);
  });
  if (rep == nullptr) panic("pprof: NewProfile name already in use: " + name);
  return Profile(rep);
}

Slice<Profile> Profiles() {
  const std::vector<Profile> all =
      rt::WithRegistry([](const auto& registry) { return registry.All(); });
  return Slice<Profile>(all.data(), all.size());
}

String Profile::Name() const {
  return rt::NotNil(rep_)->name;
}

int Profile::Count() const {
  rt::ProfileRep* rep = rt::NotNil(rep_);
  if (rep->count != nullptr) return rep->count();
  rep->mutex.Lock();
  const Defer unlock{[rep] { rep->mutex.Unlock(); }};
  return static_cast<int>(rep->entries.size());
}

void Profile::Add(const Any& value, int skip) const {
  rt::ProfileRep* rep = rt::NotNil(rep_);
  if (rep->write != nullptr) panic("pprof: Add called on built-in Profile " + Name());
  rt::RequireComparable(value);
  std::vector<std::uintptr_t> pcs = rt::CallersFrom(__builtin_frame_address(0), skip);
  rep->mutex.Lock();
  const Defer unlock{[rep] { rep->mutex.Unlock(); }};
  if (rt::FindEntry(rep, value) != nullptr) panic("pprof: Profile.Add of duplicate value");
  rep->entries.push_back({value, std::move(pcs)});
}

void Profile::Remove(const Any& value) const {
  rt::ProfileRep* rep = rt::NotNil(rep_);
  rt::RequireComparable(value);
  rep->mutex.Lock();
  const Defer unlock{[rep] { rep->mutex.Unlock(); }};
  rt::ProfileRep::Entry* entry = rt::FindEntry(rep, value);
  if (entry == nullptr) return;
  std::swap(*entry, rep->entries.back());
  rep->entries.pop_back();
}

Error Profile::WriteTo(const io::Writer& to, int debug) const {
  GOLAB_AT_CALL_ON(rt::kEverything, kWrite);
  rt::ProfileRep* rep = rt::NotNil(rep_);
  rt::CurrentG("pprof");
  if (rep->write != nullptr) return rep->write(to, debug);
  return rt::WriteEntries(rep, to, debug);
}

Error WriteHeapProfile(const io::Writer& to) {
  return Lookup("heap").WriteTo(to, 0);
}

}  // namespace pprof
}  // namespace golab
