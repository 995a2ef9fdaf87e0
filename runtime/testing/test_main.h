#pragma once
// A program of tests, as the program's start sees it.

#include <string>
#include <vector>

namespace golab::rt {

/// Whether tests are registered for the program `name`, or for any with null.
bool HasTests(const char* name);

/// The main function that runs the tests of the program `name`, which becomes the one of this
/// process.
void (*TestMainFor(const char* name))();

/// The command line as the go command would hand it to the binary: -v becomes -test.v, unless the
/// program has a flag -v of its own. `-args` ends it and goes.
std::vector<std::string> TestArguments(int argc, char** argv);

/// Whether main waits for the body of a foreign framework's test (golab/gtest.h).
bool WaitsForBody() noexcept;

}  // namespace golab::rt
