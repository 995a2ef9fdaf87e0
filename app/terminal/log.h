#pragma once

// GOLAB_LOG=debug: what golab does, and how long it takes, on stderr.

namespace golab::app {

/// Starts logging if the environment asks for it; says what is wrong if it asks for something else.
void StartLog();

}  // namespace golab::app
