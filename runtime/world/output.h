#pragma once

// See output.cc.

namespace golab::rt {

/// The program has written to a descriptor past stdio: the next mark looks.
void NoteWrite() noexcept;

/// Whether anything has been printed since the last time that this was asked. Flushes nothing.
bool PrintedSince() noexcept;

}  // namespace golab::rt
