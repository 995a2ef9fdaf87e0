#include "app/command/arguments.h"

#include <charconv>

#include <CLI/CLI.hpp>

#include "lab/catalogue/suggest.h"

namespace golab::app {

using lab::ExitClass;
using lab::Failure;

namespace {

std::string HelpOf(const Syntax& syntax) {
  return syntax.command.empty() ? "golab --help" : "golab " + syntax.command + " --help";
}

auto Usage(std::string what, std::string why, const Syntax& syntax) {
  return Failure({.what = std::move(what),
                  .why = std::move(why),
                  .what_to_do = HelpOf(syntax),
                  .exit_class = ExitClass::kUsage});
}

/// "no option '--sede' for check; did you mean '--seed'?"
std::string UnknownOption(const Syntax& syntax, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  std::vector<std::string> known;
  for (const auto* options : {&syntax.options, &CommonOptions()}) {
    for (const Option& option : *options) known.push_back("--" + option.name);
  }
  return "no option '" + name + "'" + (syntax.command.empty() ? "" : " for " + syntax.command) +
         lab::DidYouMean(name, known);
}

std::string Spelling(const Option& option) {
  return (option.letter != 0 ? std::string("-") + option.letter + "," : "") + "--" + option.name;
}

}  // namespace

std::string Arguments::Get(const std::string& option) const {
  const auto it = values.find(option);
  return it == values.end() ? "" : it->second;
}

lab::Result<long> Arguments::Number(const std::string& option, long low, long high,
                                    long fallback) const {
  if (!Has(option)) return fallback;
  const std::string text = Get(option);
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && value >= low && value <= high)
    return value;
  return Failure({.what = "--" + option + " must be between " + std::to_string(low) + " and " +
                          std::to_string(high) + ", not '" + text + "'",
                  .exit_class = ExitClass::kUsage});
}

const std::vector<Option>& CommonOptions() {
  static const std::vector<Option> options = {
      {"quiet", "", "one line a task", 'q'},
      {"verbose", "", "everything: all blocks, all stacks", 'v'},
      {"plain", "", "sentences instead of pictures (kept by GOLAB_PLAIN=1)"},
      {"ascii", "", "pictures in ASCII"},
      {"labs", "FILE", "another catalogue than the one built in"},
      {"help", "", "this text", 'h'},
  };
  return options;
}

lab::Result<Arguments> ReadArguments(const Syntax& syntax, const std::vector<std::string>& words) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  Arguments arguments;
  std::map<std::string, std::string> texts;
  std::map<std::string, bool> switches;
  std::vector<std::pair<const Option*, CLI::Option*>> added;
  for (const auto* options : {&syntax.options, &CommonOptions()}) {
    for (const Option& option : *options) {
      CLI::Option* one = option.value.empty()
                             ? app.add_flag(Spelling(option), switches[option.name])
                             : app.add_option(Spelling(option), texts[option.name]);
      if (!option.value.empty()) one->take_last()->allow_extra_args(false);
      added.emplace_back(&option, one);
    }
  }
  try {
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    app.parse(std::move(reversed));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string what = error.what();  // "--seed: 1 required TEXT missing"
    return Usage(what.substr(0, what.find(':')) + " needs a value", "", syntax);
  } catch (const CLI::Error& error) {
    return Usage("cannot read the command line", error.what(), syntax);
  }
  bool only_words = false;
  for (const std::string& extra : app.remaining()) {
    if (extra == "--" && !only_words) {
      only_words = true;
    } else if (!only_words && extra.size() > 1 && extra[0] == '-') {
      return Usage(UnknownOption(syntax, extra), "", syntax);
    } else {
      arguments.positional.push_back(extra);
    }
  }
  for (const auto& [option, one] : added) {
    if (one->count() == 0) continue;
    arguments.values[option->name] = option->value.empty() ? "true" : texts[option->name];
  }
  if (arguments.Has("help")) return arguments;
  if (arguments.positional.empty() && syntax.least == 1 && !syntax.here.empty())
    arguments.positional.push_back(syntax.here);
  if (arguments.positional.size() < syntax.least) {
    return Usage("'golab " + syntax.command + "' needs " + syntax.positional, "", syntax);
  }
  if (arguments.positional.size() > syntax.most) {
    return Usage("what is '" + arguments.positional[syntax.most] + "'?",
                 syntax.positional.empty()
                     ? "'golab " + syntax.command + "' takes options alone"
                     : "'golab " + syntax.command + "' takes " + syntax.positional,
                 syntax);
  }
  return arguments;
}

}  // namespace golab::app
