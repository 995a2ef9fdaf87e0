// golab completion SHELL: made from the tables of commands and the catalogue.

#include <algorithm>
#include <cstdio>

#include "app/command/commands.h"
#include "lab/catalogue/suggest.h"
#include "lab/explain/terms.h"

namespace golab::app {

using lab::ExitClass;

namespace {

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// What can stand where a command's positionals stand.
std::vector<std::string> Positionals(const Command& command, const lab::Catalogue& catalogue) {
  std::vector<std::string> words;
  if (!command.syntax.positional.starts_with("TASK")) {
    if (command.name == "completion") words = {"bash", "zsh", "fish"};
    if (command.name != "explain") return words;
    for (const lab::TermGroup& group : lab::TermGroups()) {
      for (const lab::Term* term = group.begin; term != group.end; ++term) {
        const std::string name = term->name;  // those of several words are not completed
        if (name.find(' ') == std::string::npos) words.push_back(name);
      }
    }
    return words;
  }
  for (const lab::Task& task : catalogue.tasks) words.push_back(task.id);
  if (command.syntax.positional.find("all") != std::string::npos)
    words.insert(words.end(), {"all", "required"});
  return words;
}

std::vector<Option> OptionsOf(const Command& command, const lab::Catalogue& catalogue) {
  std::vector<Option> options = command.syntax.options;
  for (Option& option : options) {
    if (option.name != "variation") continue;
    for (const lab::Task& task : catalogue.tasks) {
      for (const lab::Variation& variation : task.variations) {
        auto& ids = option.choices;
        if (std::find(ids.begin(), ids.end(), variation.id) == ids.end())
          ids.push_back(variation.id);
      }
    }
  }
  if (command.takes_parameters) {
    std::vector<const lab::Task*> tasks;
    for (const lab::Task& task : catalogue.tasks) tasks.push_back(&task);
    for (Option& option : ParameterOptions(tasks)) options.push_back(std::move(option));
  }
  for (const Option& option : CommonOptions()) options.push_back(option);
  return options;
}

bool TakesPath(const Option& option) {
  for (const char* name : {"html", "in", "labs", "output", "trace"}) {
    if (option.name == name) return true;
  }
  return false;
}

std::string Bash(const lab::Catalogue& catalogue) {
  std::string names;
  for (const Command& command : Commands()) names += (names.empty() ? "" : " ") + command.name;
  std::string text =
      "# golab completion bash > ~/.local/share/bash-completion/completions/golab\n"
      "_golab() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= i "
      "words=\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    if [[ ${COMP_WORDS[i]} != -* ]]; then command=${COMP_WORDS[i]}; break; fi\n"
      "  done\n"
      "  case $command:$before in\n";
  for (const Command& command : Commands()) {
    for (const Option& option : OptionsOf(command, catalogue)) {
      if (option.choices.empty()) continue;
      text += "    " + command.name + ":--" + option.name + ") COMPREPLY=($(compgen -W '" +
              Joined(option.choices) + "' -- \"$word\")); return ;;\n";
    }
  }
  text +=
      "    *:--in) COMPREPLY=($(compgen -d -- \"$word\")); return ;;\n"
      "    *:--html|*:--output|*:--labs|*:--trace) COMPREPLY=($(compgen -f -- \"$word\")); return "
      ";;\n"
      "  esac\n"
      "  case $command in\n"
      "    '') words='" +
      names + "' ;;\n";
  for (const Command& command : Commands()) {
    std::string words = Joined(Positionals(command, catalogue));
    if (command.syntax.positional == "FILE") words += "$(compgen -f -- $word)";
    for (const Option& option : OptionsOf(command, catalogue))
      words += (words.empty() ? "--" : " --") + option.name;
    const char quote = command.syntax.positional == "FILE" ? '"' : '\'';
    text += "    " + command.name + ") words=" + quote + words + quote + " ;;\n";
  }
  text +=
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
      "}\n"
      "complete -F _golab golab\n";
  return text;
}

/// `text` inside '...' of zsh's _arguments: no quotes, colons or brackets.
std::string Tame(const std::string& text) {
  std::string tame;
  for (const char c : text) {
    if (c == '\'' || c == '[' || c == ']' || c == ':') continue;
    tame += c;
  }
  return tame;
}

std::string Zsh(const lab::Catalogue& catalogue) {
  std::string text =
      "#compdef golab\n"
      "# golab completion zsh > a folder of $fpath, as _golab\n"
      "_golab() {\n"
      "  local -a commands\n"
      "  commands=(\n";
  for (const Command& command : Commands())
    text += "    '" + command.name + ":" + Tame(command.summary) + "'\n";
  text +=
      "  )\n"
      "  if (( CURRENT == 2 )); then _describe command commands; return; fi\n"
      "  case ${words[2]} in\n";
  for (const Command& command : Commands()) {
    text += "    " + command.name + ")\n      _arguments";
    for (const Option& option : OptionsOf(command, catalogue)) {
      text += " \\\n        '--" + option.name + "[" + Tame(option.help) + "]";
      if (!option.value.empty()) {
        text += ":" + Tame(option.value) + ":";
        text += option.name == "in"      ? "_files -/"
                : option.choices.empty() ? "_files"
                                         : "(" + Joined(option.choices) + ")";
      }
      text += "'";
    }
    const std::string words = Joined(Positionals(command, catalogue));
    text += " \\\n        '*:: :" + (words.empty() ? std::string("_files") : "(" + words + ")") +
            "'\n      ;;\n";
  }
  text +=
      "  esac\n}\n"
      "_golab \"$@\"\n";
  return text;
}

std::string FishQuoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string Fish(const lab::Catalogue& catalogue) {
  std::string text =
      "# golab completion fish > ~/.config/fish/completions/golab.fish\n"
      "complete -c golab -f\n";
  for (const Command& command : Commands()) {
    text += "complete -c golab -n __fish_use_subcommand -a " + command.name + " -d " +
            FishQuoted(command.summary) + "\n";
    const std::string here =
        "complete -c golab -n '__fish_seen_subcommand_from " + command.name + "' ";
    const std::string words = Joined(Positionals(command, catalogue));
    if (!words.empty()) text += here + "-a " + FishQuoted(words) + "\n";
    if (command.syntax.positional == "FILE") text += here + "-F\n";
    for (const Option& option : OptionsOf(command, catalogue)) {
      text += here + "-l " + option.name + " -d " + FishQuoted(option.help);
      if (!option.choices.empty()) {
        text += " -x -a " + FishQuoted(Joined(option.choices));
      } else if (!option.value.empty()) {
        text += TakesPath(option) ? " -r -F" : " -x";
      }
      text += "\n";
    }
  }
  return text;
}

}  // namespace

ExitStatus RunCompletion(Context& context) {
  auto catalogue = context.Catalogue();
  if (!catalogue) return Complain(catalogue.error());
  const std::string& shell = context.arguments.positional.front();
  if (shell == "bash") {
    std::fputs(Bash(**catalogue).c_str(), stdout);
  } else if (shell == "zsh") {
    std::fputs(Zsh(**catalogue).c_str(), stdout);
  } else if (shell == "fish") {
    std::fputs(Fish(**catalogue).c_str(), stdout);
  } else {
    return Complain(
        {.what = "no shell '" + shell + "'" + lab::DidYouMean(shell, {"bash", "zsh", "fish"}),
         .why = "bash, zsh and fish are known",
         .exit_class = ExitClass::kUsage});
  }
  return ExitStatus::kPassed;
}

}  // namespace golab::app
