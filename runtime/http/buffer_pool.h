#pragma once

// Buffers that connections use while they are active, Input::kSize bytes each.

namespace golab::rt {

char* TakeBuffer();
void GiveBuffer(char* buffer);

}  // namespace golab::rt
