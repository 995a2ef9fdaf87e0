#pragma once
// Which hint of a task comes next, kept in a plain file: hints in .golab/ of the workspace, or in
// the user's state folder outside of one.

#include <string>

namespace golab::app {

/// Where it is kept, for a command run in `folder`; made as far as it is missing.
std::string HintFile(const std::string& workspace);

/// How many hints of the task were shown already; 0 if nothing is known.
int HintsShown(const std::string& file, const std::string& task);

/// A file that cannot be written costs memory of the hints, nothing else.
void SetHintsShown(const std::string& file, const std::string& task, int count);

}  // namespace golab::app
