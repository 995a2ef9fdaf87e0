#pragma once
// The program's side of the lab's protocol (event/protocol.h).

#include "runtime/event/record.h"

namespace golab::rt {

/// The shared map if this process is a run of a lab, else null.
Header* LabHeader() noexcept;

/// Descriptors that the runtime keeps for itself in a run: duplicates of the output files, whose
/// offsets say how much has been printed, wherever the program's own 1 and 2 point by then.
inline constexpr int kFdOutMark = 240;
inline constexpr int kFdErrMark = 241;

/// True in a process that a lab started (a run, or the zygote).
bool IsLabProcess() noexcept;

}  // namespace golab::rt
