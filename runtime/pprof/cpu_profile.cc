// The CPU profile. Go: StartCPUProfile, sigprof.
//
// Each thread is interrupted every 10 ms of its processor time. The handler walks frame pointers
// and puts the stack into a ring; a thread of the profile's own counts what comes, and looks for
// new threads.

#include <ucontext.h>

#include <csignal>
#include <map>
#include <memory>
#include <string>

#include "golab/pprof.h"
#include "golab/syscall.h"

#include "runtime/base/errno.h"
#include "runtime/base/futex.h"
#include "runtime/pprof/names.h"
#include "runtime/pprof/profile_builder.h"
#include "runtime/pprof/sample_ring.h"
#include "runtime/pprof/thread_timers.h"
#include "runtime/sched/sched.h"
#include "runtime/stack/stack.h"
#include "runtime/traceback/loaded_image.h"
#include "runtime/traceback/walk.h"
#include "runtime/world/world.h"

namespace golab {
namespace rt {
namespace {

constexpr long kPeriodNs = 10'000'000;  // Go's 100 Hz
constexpr std::uint64_t kDrainNs = 100'000'000;
constexpr std::size_t kScanWords = 16;

struct Range {
  std::uintptr_t start = 0;
  std::uintptr_t end = 0;

  bool Holds(std::uintptr_t pc) const noexcept { return pc >= start && pc < end; }
};

/// What the handler must know; never freed, so that a late signal finds it.
struct Sampler {
  SampleRing ring;
  Range code[2];  ///< the executable and the image that holds the runtime: they have frame pointers
};

constinit Sampler* sampler = nullptr;  // atomic; set once
constinit bool sampling = false;       // atomic

bool HasFramePointers(const Sampler& s, std::uintptr_t pc) noexcept {
  return s.code[0].Holds(pc) || s.code[1].Holds(pc);
}

/// The bounds of the stack at `sp`; what is beyond is not to be read.
Range StackAt(std::uintptr_t sp) noexcept {
  const StackBounds bounds = FindStack(sp);
  if (bounds.lo != nullptr) return {sp, reinterpret_cast<std::uintptr_t>(bounds.top)};
  const P* p = arch::ThisP();
  const M* m = p != nullptr ? p->m : nullptr;
  if (m == nullptr) return {};
  const auto lo = reinterpret_cast<std::uintptr_t>(m->g0_bottom);
  const Range g0{lo, lo + m->g0_size};
  return g0.Holds(sp) ? Range{sp, g0.end} : Range{};
}

/// A function without a frame pointer was called by one that has: its return address is near the
/// top of the stack, and the chain of frame pointers begins behind it. 0: not found.
GOLAB_UNINSTRUMENTED std::uintptr_t HiddenCaller(const Sampler& s, Range stack,
                                                 std::uintptr_t fp) noexcept {
  const auto* word = reinterpret_cast<const std::uintptr_t*>(stack.start);
  for (std::size_t i = 0; i < kScanWords; ++i) {
    const auto at = reinterpret_cast<std::uintptr_t>(word + i);
    if (at + sizeof *word > stack.end || at >= fp) return 0;
    if (HasFramePointers(s, word[i] - 1)) return word[i];
  }
  return 0;
}

/// Where a direct call that returns to `pc` goes: "e8 rel32" is before it. 0: there is none.
GOLAB_UNINSTRUMENTED std::uintptr_t TargetOfCall(std::uintptr_t pc) noexcept {
  const auto* call = reinterpret_cast<const unsigned char*>(pc - 5);
  if (call[0] != 0xe8) return 0;
  std::int32_t distance;
  __builtin_memcpy(&distance, call + 1, sizeof distance);
  return pc + static_cast<std::uintptr_t>(static_cast<std::intptr_t>(distance));
}

/// Leaf functions may do without a frame although they are told not to, and at its first
/// instruction every function does: then the return address is at the top of the stack. Whether the
/// call there really goes to the function is seen later, where there are names.
GOLAB_UNINSTRUMENTED std::uintptr_t CallerOnTop(const Sampler& s, Range stack,
                                                std::uintptr_t pc) noexcept {
  constexpr std::uintptr_t kLongestFunction = 1 << 20;
  if (stack.end - stack.start < sizeof pc) return 0;
  const std::uintptr_t word = *reinterpret_cast<const std::uintptr_t*>(stack.start);
  if (!HasFramePointers(s, word - 5) || !HasFramePointers(s, word)) return 0;
  const std::uintptr_t target = TargetOfCall(word);
  return target <= pc && pc - target < kLongestFunction ? word : 0;
}

GOLAB_UNINSTRUMENTED void Fill(const Sampler& s, Sample* sample, const ucontext_t& at) noexcept {
  const auto pc = static_cast<std::uintptr_t>(at.uc_mcontext.gregs[REG_RIP]);
  const auto fp = static_cast<std::uintptr_t>(at.uc_mcontext.gregs[REG_RBP]);
  const Range stack = StackAt(static_cast<std::uintptr_t>(at.uc_mcontext.gregs[REG_RSP]));
  std::size_t n = 0;
  sample->pcs[n++] = pc + 1;  // as if it were a return address
  sample->caller = 0;
  if (stack.end != 0) {
    if (HasFramePointers(s, pc)) {
      sample->caller = CallerOnTop(s, stack, pc);
    } else {
      if (const std::uintptr_t caller = HiddenCaller(s, stack, fp); caller != 0)
        sample->pcs[n++] = caller;
    }
    n += CaptureFrames(fp, stack.start, stack.end, sample->pcs.data() + n, kSampleDepth - n);
  }
  sample->depth = static_cast<std::uint32_t>(n);
}

void OnTimer(int /*number*/, siginfo_t* info, void* context) {
  const Sampler* s = __atomic_load_n(&sampler, __ATOMIC_ACQUIRE);
  if (s == nullptr || !__atomic_load_n(&sampling, __ATOMIC_RELAXED)) return;
  const int error = Errno();
  std::uint64_t ticket = 0;
  if (Sample* sample = const_cast<Sampler*>(s)->ring.Begin(&ticket)) {
    const int more = info->si_code == SI_TIMER ? info->si_overrun : 0;
    sample->weight = 1 + static_cast<std::uint32_t>(more > 0 ? more : 0);
    const P* p = arch::ThisP();
    const G* g = p != nullptr ? p->current : nullptr;
    sample->labels = g != nullptr ? LabelsHere(g) : nullptr;
    LabelRef::Retain(sample->labels);
    Fill(*s, sample, *static_cast<const ucontext_t*>(context));
    const_cast<Sampler*>(s)->ring.End(ticket);
  }
  SetErrno(error);
}

void FindOwnCode(Sampler* s) {
  VisitImages(
      [](const LoadedImage& image, void* to) noexcept {
        auto* code = static_cast<Sampler*>(to)->code;
        const Range text{image.text_start, image.text_end};
        if (image.is_executable) code[0] = text;
        if (text.Holds(reinterpret_cast<std::uintptr_t>(&OnTimer))) code[1] = text;
        return false;
      },
      s);
}

/// The handler stays for good: a signal may come after the last timer is gone.
Sampler* MakeSampler() {
  static Sampler* const made = [] {
    auto* s = new Sampler;
    FindOwnCode(s);
    __atomic_store_n(&sampler, s, __ATOMIC_RELEASE);
    struct sigaction action {};

    action.sa_sigaction = &OnTimer;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigfillset(&action.sa_mask);
    sigaction(SIGPROF, &action, nullptr);
    return s;
  }();
  return made;
}

struct StackKey {
  std::uintptr_t caller = 0;
  std::vector<std::uintptr_t> pcs;
  std::vector<std::pair<std::string, std::string>> labels;

  friend auto operator<=>(const StackKey&, const StackKey&) = default;
};

/// One profile, from its start to its end.
struct CpuProfile {
  explicit CpuProfile(const io::Writer& writer) : to(writer) {}

  io::Writer to;
  std::int64_t began = 0;
  std::uint64_t lost_before = 0;
  std::uint32_t stop = 0;                    ///< futex: 1 = the thread is to end
  std::uint32_t running = 0;                 ///< futex: 1 = timers are set, 2 = none can be made
  std::uint32_t ended = 0;                   ///< futex: 1 = the thread touches this no more
  std::map<StackKey, std::uint64_t> counts;  ///< the thread's until then
};

void Count(CpuProfile* profile, const Sample& sample) {
  StackKey key;
  key.caller = sample.caller;
  key.pcs.assign(sample.pcs.begin(), sample.pcs.begin() + sample.depth);
  if (sample.labels != nullptr) key.labels = sample.labels->list;
  LabelRef::Drop(sample.labels);
  profile->counts[std::move(key)] += sample.weight;
}

void Announce(std::uint32_t* word, std::uint32_t value) noexcept {
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
  FutexWake(word, 1);
}

std::uint32_t Await(std::uint32_t* word) noexcept {
  for (;;) {
    const std::uint32_t value = __atomic_load_n(word, __ATOMIC_ACQUIRE);
    if (value != 0) return value;
    FutexWait(word, 0);
  }
}

void* RunCounting(void* raw) {
  auto* profile = static_cast<CpuProfile*>(raw);
  SampleRing& ring = sampler->ring;
  const auto count = [profile](const Sample& sample) { Count(profile, sample); };
  // What came too late for the profile before this one.
  ring.Drain([](const Sample& sample) { LabelRef::Drop(sample.labels); });
  {
    ThreadTimers timers;
    const bool works = timers.CoverThreads(kPeriodNs);
    Announce(&profile->running, works ? 1 : 2);
    while (works && __atomic_load_n(&profile->stop, __ATOMIC_ACQUIRE) == 0) {
      FutexWaitFor(&profile->stop, 0, kDrainNs);
      ring.Drain(count);
      timers.CoverThreads(kPeriodNs);
    }
  }
  ring.Drain(count);
  LockRealWord(&procs.lock);
  --procs.threads;
  UnlockWord(&procs.lock);
  Announce(&profile->ended, 1);
  return nullptr;
}

/// The stack, with the caller of a function without a frame.
std::vector<std::uintptr_t> WholeStack(const StackKey& key, NameCache& names) {
  std::vector<std::uintptr_t> pcs = key.pcs;
  const std::vector<Frame>& frames = names.Of(pcs[0]).frames;
  if (key.caller != 0 && !frames.empty() &&
      TargetOfCall(key.caller) == frames.back().function_start) {
    pcs.insert(pcs.begin() + 1, key.caller);
  }
  return pcs;
}

Error WriteProfile(const CpuProfile& profile) {
  PrepareNamesAside();
  NameCache names;
  Pacer pacer;
  ProfileBuilder builder(names, pacer);
  builder.SetPeriod({"cpu", "nanoseconds"}, kPeriodNs);
  builder.AddSampleType({"samples", "count"});
  builder.AddSampleType({"cpu", "nanoseconds"});
  builder.SetDuration(WallNow() - profile.began);
  const std::uint64_t lost = sampler->ring.lost() - profile.lost_before;
  if (lost != 0) builder.AddComment("golab: " + std::to_string(lost) + " samples were lost");
  for (const auto& [key, count] : profile.counts) {
    LabelMap labels;
    labels.list = key.labels;
    const std::vector<std::uintptr_t> pcs = WholeStack(key, names);
    builder.AddSample(pcs.data(), pcs.size(), {count, count * kPeriodNs}, &labels);
    pacer.Step();
  }
  return builder.WriteTo(profile.to);
}

constinit std::uint32_t profile_lock = 0;         // real; guards the next two
constinit CpuProfile* current_profile = nullptr;  // under way
constinit bool profile_ends = false;              // and about to be written

bool Claim(CpuProfile* profile) noexcept {
  LockRealWord(&profile_lock);
  const bool free = current_profile == nullptr;
  if (free) current_profile = profile;
  UnlockWord(&profile_lock);
  return free;
}

/// The profile that the caller is to end; null if there is none, or somebody else does.
CpuProfile* ClaimEnd() noexcept {
  LockRealWord(&profile_lock);
  CpuProfile* profile = profile_ends ? nullptr : current_profile;
  profile_ends = profile_ends || profile != nullptr;
  UnlockWord(&profile_lock);
  return profile;
}

void Release() noexcept {
  LockRealWord(&profile_lock);
  current_profile = nullptr;
  profile_ends = false;
  UnlockWord(&profile_lock);
}

}  // namespace
}  // namespace rt

namespace pprof {

Error StartCPUProfile(const io::Writer& to) {
  rt::CurrentG("pprof");
  if (rt::world.is_virtual) return errors::New("cpu profiling is not available in virtual time");
  auto profile = std::make_unique<rt::CpuProfile>(to);
  if (!rt::Claim(profile.get())) return errors::New("cpu profiling already in use");
  profile->lost_before = rt::MakeSampler()->ring.lost();
  profile->began = rt::WallNow();
  __atomic_store_n(&rt::sampling, true, __ATOMIC_RELAXED);
  rt::CpuProfile* p = profile.release();
  rt::StartThread(&rt::RunCounting, p);
  if (syscall::Blocking([p] { return rt::Await(&p->running); }) == 1) return nullptr;
  __atomic_store_n(&rt::sampling, false, __ATOMIC_RELAXED);
  syscall::Blocking([p] { rt::Await(&p->ended); });
  rt::Release();
  delete p;
  return errors::New("cpu profiling: no timer can be made");
}

void StopCPUProfile() {
  rt::CurrentG("pprof");
  const std::unique_ptr<rt::CpuProfile> profile(rt::ClaimEnd());
  if (profile == nullptr) return;
  rt::CpuProfile* p = profile.get();
  rt::Announce(&p->stop, 1);
  syscall::Blocking([p] { rt::Await(&p->ended); });
  __atomic_store_n(&rt::sampling, false, __ATOMIC_RELAXED);
  (void)rt::WriteProfile(*p);  // as Go's, which has nobody to tell
  rt::Release();
}

}  // namespace pprof
}  // namespace golab
