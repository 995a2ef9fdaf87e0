#pragma once

// See output.cc.

namespace golab::rt {

/// The program has written to a descriptor past stdio: the next mark looks.
void NoteWrite() noexcept;

}  // namespace golab::rt
