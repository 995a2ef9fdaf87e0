#pragma once
// What a command takes, as tables; what a user typed, as data. CLI11 stays behind this header.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lab/error.h"

namespace golab::app {

/// One option of a command, without its dashes.
struct Option {
  std::string name;   ///< "seed"
  std::string value;  ///< what stands for its value in help: "S"; empty: a switch
  std::string help;
  char letter = 0;                        ///< -q; 0: none
  std::vector<std::string> choices = {};  ///< words it can have, for completion; empty: anything
};

/// What can be on a command's line.
struct Syntax {
  std::string command;              ///< "check"; empty: golab itself
  std::string positional;           ///< "TASK..."; empty: takes none
  std::size_t least = 0, most = 0;  ///< how many positionals
  std::vector<Option> options;
  std::string here = {};  ///< stands for the positional that is left out; empty: nothing does
};

/// What was on it.
class Arguments {
 public:
  std::vector<std::string> positional;
  std::map<std::string, std::string> values;  ///< by option; a switch has "true"

  bool Has(const std::string& option) const { return values.count(option) != 0; }

  /// The option's value, "" without it.
  std::string Get(const std::string& option) const;
  /// As a whole number in [low, high]; `fallback` without the option.
  /// The error (usage): "--seeds must be between 1 and 10000, not 0".
  lab::Result<long> Number(const std::string& option, long low, long high, long fallback) const;
};

/// Options that every command takes: -q -v --plain --ascii --labs --help.
const std::vector<Option>& CommonOptions();

/// Reads the words behind a command's name. Errors (usage): "no option '--sede' for check; did you
/// mean
/// '--seed'? (golab check --help)".
lab::Result<Arguments> ReadArguments(const Syntax& syntax, const std::vector<std::string>& words);

}  // namespace golab::app
