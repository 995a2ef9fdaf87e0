// What a sanitizer has seen becomes evidence. Called in the middle of the sanitizer's own report,
// by the goroutine that made the access: no allocation, no locks, no library calls here.

#include "runtime/sanitizer/reports.h"

#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/stack/stack.h"
#include "runtime/traceback/walk.h"
#include "runtime/world/world.h"

namespace golab::rt {
namespace {

bool StartsWith(const char* text, const char* prefix) noexcept {
  while (*prefix != '\0') {
    if (*text++ != *prefix++) return false;
  }
  return true;
}

bool Contains(const char* text, const char* part) noexcept {
  for (; *text != '\0'; ++text) {
    if (StartsWith(text, part)) return true;
  }
  return false;
}

/// A stack of the recording from return addresses; 0 for none.
std::uint64_t StackOf(P* p, const std::uintptr_t* pcs, std::size_t depth) noexcept {
  if (depth == 0) return 0;
  if (depth > kLabStackDepth) depth = kLabStackDepth;
  std::uint64_t id = 0x632be59bd9b4e019ULL;
  std::uint64_t words[kLabStackDepth];
  for (std::size_t i = 0; i < depth; ++i) {
    words[i] = pcs[i];
    id = MixPath(id ^ words[i]);
  }
  if (id == 0) id = 1;
  p->log.KnowStack(id, words, static_cast<int>(depth));
  return id;
}

std::uint64_t StackOf(P* p, void* const* pcs, std::size_t depth) noexcept {
  std::uintptr_t words[kLabStackDepth];
  std::size_t n = 0;
  for (; n < depth && n < kLabStackDepth && pcs[n] != nullptr; ++n)
    words[n] = reinterpret_cast<std::uintptr_t>(pcs[n]);
  return StackOf(p, words, n);
}

/// Runs of a lab, while the program runs; not what its static destructors do.
P* Listening() noexcept {
  P* p = arch::ThisP();
  return p != nullptr && world.lab && world.phase != Phase::kDone ? p : nullptr;
}

std::uint32_t RunningGoroutine(const P* p) noexcept {
  return p->current != nullptr && StatusOf(p->current) == Status::kRunning ? p->current->id : 0;
}

/// The stack of code at `pc` whose frame pointer is `frame`.
std::uint64_t StackFrom(P* p, std::uintptr_t pc, std::uintptr_t frame) noexcept {
  if (pc == 0) return 0;
  std::uintptr_t pcs[kLabStackDepth] = {pc};
  const StackBounds bounds = FindStack(frame);
  const std::size_t outer = CaptureFrames(
      frame, frame, reinterpret_cast<std::uintptr_t>(bounds.top), pcs + 1, kLabStackDepth - 1);
  return StackOf(p, pcs, 1 + outer);
}

template <class Evidence>
void Note(P* p, EventType type, std::uint64_t stack, const Evidence& evidence) noexcept {
  const std::uint64_t blob =
      p->log.AddBlob(reinterpret_cast<const char*>(&evidence), sizeof evidence);
  Emit(p, type, RunningGoroutine(p), 0, blob, stack);
}

std::uint32_t GoroutineOf(const char* fiber) noexcept {
  constexpr const char kPrefix[] = "goroutine ";
  if (fiber == nullptr || !StartsWith(fiber, kPrefix)) return 0;
  std::uint32_t id = 0;
  for (const char* at = fiber + sizeof kPrefix - 1; *at >= '0' && *at <= '9'; ++at)
    id = id * 10 + static_cast<std::uint32_t>(*at - '0');
  return id;
}

RacingAccess AccessOf(P* p, const SeenAccess& seen) noexcept {
  return {StackOf(p, seen.pcs, seen.depth),
          GoroutineOf(seen.fiber),
          static_cast<std::uint8_t>(seen.size),
          seen.is_write,
          seen.is_atomic,
          0};
}

MemoryFault FaultOf(const char* description) noexcept {
  struct Kind {
    const char* sign;
    MemoryFault fault;
  };

  constexpr Kind kKinds[] = {
      {"use-after-return", MemoryFault::kReturnedFrame},
      {"use-after-scope", MemoryFault::kEndedScope},
      {"heap-use-after-free", MemoryFault::kFreed},
      {"double-free", MemoryFault::kBadFree},
      {"not-malloc", MemoryFault::kBadFree},
      {"bad-free", MemoryFault::kBadFree},
      {"heap-buffer", MemoryFault::kHeapBounds},
      {"container-overflow", MemoryFault::kHeapBounds},
      {"stack-buffer", MemoryFault::kStackBounds},
      {"dynamic-stack", MemoryFault::kStackBounds},
      {"global-buffer", MemoryFault::kGlobalBounds},
  };
  for (const Kind& kind : kKinds) {
    if (Contains(description, kind.sign)) return kind.fault;
  }
  return MemoryFault::kOther;
}

Undefined UndefinedOf(const char* kind) noexcept {
  struct Kind {
    const char* sign;
    Undefined what;
  };

  constexpr Kind kKinds[] = {
      {"signed-integer-overflow", Undefined::kOverflow},
      {"invalid-shift", Undefined::kShift},
      {"out-of-bounds-index", Undefined::kIndex},
      {"invalid-bool", Undefined::kBool},
      {"invalid-enum", Undefined::kEnum},
      {"misaligned-pointer", Undefined::kMisaligned},
      {"insufficient-object-size", Undefined::kWrongObject},
      {"dynamic-type-mismatch", Undefined::kWrongObject},
      {"missing-return", Undefined::kNoReturn},
      {"invalid-null-argument", Undefined::kNullArgument},
      {"pointer-overflow", Undefined::kPointer},
      {"nullptr-with", Undefined::kPointer},
      {"nullptr-after", Undefined::kPointer},
  };
  for (const Kind& one : kKinds) {
    if (StartsWith(kind, one.sign)) return one.what;
  }
  return Undefined::kOther;
}

std::uint64_t ReadNumber(const char** at) noexcept {
  std::uint64_t n = 0;
  for (; **at >= '0' && **at <= '9'; ++*at) n = n * 10 + static_cast<std::uint64_t>(**at - '0');
  if (**at == ' ') ++*at;
  return n;
}

/// The variable nearest below `offset` in ASan's description of a frame: a count, then for each
/// "offset size name-length name:line".
void FindVariable(const char* text, std::uint64_t offset, MemoryFaultEvidence* out) noexcept {
  std::uint64_t best = ~std::uint64_t{0};
  for (std::uint64_t left = ReadNumber(&text); left > 0 && left < 1000; --left) {
    const std::uint64_t begin = ReadNumber(&text);
    const std::uint64_t size = ReadNumber(&text);
    const std::uint64_t length = ReadNumber(&text);
    if (length == 0 || length > 4096) return;
    const std::uint64_t distance = offset < begin           ? begin - offset
                                   : offset >= begin + size ? offset - (begin + size) + 1
                                                            : 0;
    if (distance < best) {
      best = distance;
      std::size_t n = 0;
      for (; n < length && text[n] != ':' && n + 1 < sizeof out->variable; ++n)
        out->variable[n] = text[n];
      out->variable[n] = '\0';
      for (; n < length && text[n] != ':'; ++n) {
      }
      out->line = 0;
      for (++n; n < length && text[n] >= '0' && text[n] <= '9'; ++n)
        out->line = out->line * 10 + static_cast<std::uint32_t>(text[n] - '0');
    }
    text += length;
    if (*text == ' ') ++text;
  }
}

/// ASan keeps frames apart from the stacks, each with a header: a mark, the description of its
/// variables, an address in its function, and where the frame would be on the real stack.
void FindFrame(std::uintptr_t address, MemoryFaultEvidence* out) noexcept {
  constexpr std::uint64_t kLive = 0x41b58ab3, kReturned = 0x45e0360e;
  constexpr std::uintptr_t kStep = 32, kReach = 64 << 10;
  for (std::uintptr_t at = address & ~(kStep - 1); at + kReach > address; at -= kStep) {
    const auto* words = reinterpret_cast<const std::uint64_t*>(at);
    if (words[0] != kLive && words[0] != kReturned) continue;
    out->frame_is_live = words[0] == kLive;
    out->frame_pc = words[2];
    FindVariable(reinterpret_cast<const char*>(words[1]), address - at, out);
    return;
  }
}

}  // namespace
}  // namespace golab::rt

using namespace golab::rt;  // NOLINT(google-build-using-namespace): only C names are defined here

extern "C" GOLAB_EXPORT void golab_note_race(const SeenRace* race) {
  P* p = Listening();
  if (p == nullptr) return;
  RaceEvidence evidence{race->address, AccessOf(p, race->now), AccessOf(p, race->before),
                        StackOf(p, race->heap_pcs, race->heap_depth)};
  Note(p, EventType::kRace, evidence.now.stack, evidence);
}

extern "C" GOLAB_EXPORT void golab_note_fault(const SeenFault* fault) {
  P* p = Listening();
  if (p == nullptr) return;
  MemoryFaultEvidence evidence{};
  evidence.address = fault->address;
  evidence.size = static_cast<std::uint32_t>(fault->size);
  evidence.is_write = fault->is_write;
  evidence.fault = FaultOf(fault->description);
  const bool in_frame = evidence.fault == MemoryFault::kReturnedFrame ||
                        evidence.fault == MemoryFault::kEndedScope ||
                        evidence.fault == MemoryFault::kStackBounds;
  if (in_frame) FindFrame(fault->address, &evidence);
  evidence.heap_stack = StackOf(p, fault->heap_pcs, fault->heap_depth);
  evidence.free_stack = StackOf(p, fault->free_pcs, fault->free_depth);
  Note(p, EventType::kMemoryFault, StackFrom(p, fault->pc, fault->frame), evidence);
}

extern "C" GOLAB_EXPORT void golab_note_undefined(const SeenUndefined* undefined) {
  P* p = Listening();
  if (p == nullptr) return;
  UndefinedEvidence evidence{};
  evidence.what = UndefinedOf(undefined->kind);
  evidence.line = undefined->line;
  evidence.column = undefined->column;
  for (std::size_t i = 0; undefined->message[i] != '\0' && i + 1 < sizeof evidence.message; ++i)
    evidence.message[i] = undefined->message[i];
  Note(p, EventType::kUndefined, StackFrom(p, undefined->pc, undefined->frame), evidence);
}
