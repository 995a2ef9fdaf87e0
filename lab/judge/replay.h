#pragma once
// The command that shows a verdict again.

#include <map>
#include <string>

namespace golab::lab {

struct Replay {
  std::string task;
  std::string seed;
  std::string variation = {};                      ///< empty: none
  std::map<std::string, std::string> params = {};  ///< those that differ from the defaults
  std::string in = {};                             ///< empty: none needed
  std::string labs = {};                           ///< --labs FILE, empty: none

  /// "golab check task1 --workers 50 --in 'my dir' --seed 41", fit for a shell.
  std::string Command() const;
};

/// `text` as one word of a shell.
std::string ShellWord(const std::string& text);

}  // namespace golab::lab
