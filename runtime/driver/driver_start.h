#pragma once

namespace golab::rt {

/// Runs what the program's drivers do before main, and starts what they do beside it. Just before
/// main. A program without a driver: nothing.
void StartDrivers(const char* program);

}  // namespace golab::rt
