#pragma once
// Where a program that is judged listened first, for its driver.

#include "runtime/net/endpoint.h"

namespace golab::rt {

/// The program listens there. Later ones are not noted.
void NoteListener(const Endpoint& at);

/// "127.0.0.1:6060"; null as long as it listens nowhere. Never freed.
const char* FirstListener() noexcept;

}  // namespace golab::rt
