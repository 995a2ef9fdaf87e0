#pragma once
// The evidence of a lab run beside the lifecycle: attaching to the shared map, and small facts that
// several rooms note.

#include "runtime/base/compiler.h"
#include "runtime/event/record.h"

namespace golab::rt {

struct P;
struct G;

/// Gives the first P its event log, in the lab's map if this process is a run of a lab, and decides
/// which world this is.
void AttachFirstRecording(P* p) noexcept;

/// Gives a further P its event log, in private memory.
void AttachRecording(P* p) noexcept;

/// Evidence, recorded in lab runs alone; `stack` true: with the stack of the caller's caller.
GOLAB_COLD void EvidenceSlow(EventType type, std::uint8_t reason, std::uint64_t arg,
                             const void* frame) noexcept;
#define GOLAB_EVIDENCE(type, reason, arg)                                                     \
  do {                                                                                        \
    if (::golab::rt::world.lab) [[unlikely]] {                                                \
      ::golab::rt::EvidenceSlow(type, static_cast<std::uint8_t>(reason),                      \
                                static_cast<std::uint64_t>(arg), __builtin_frame_address(0)); \
    }                                                                                         \
  } while (0)

/// A text for a record's argument.
std::uint64_t EvidenceText(const char* data, std::size_t size) noexcept;

/// The next number for a channel: evidence names channels by it. 0 outside lab runs.
std::uint32_t NextObject() noexcept;

/// `g` has parked: a std::mutex held meanwhile is worth a note.
void NoteParked(P* p, G* g, std::uint64_t stack) noexcept;

/// Adds g's work to the run's table (for the weights of later runs).
void NoteWork(G* g) noexcept;

}  // namespace golab::rt
