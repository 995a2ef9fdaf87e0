#include "lab/judge/replay.h"

#include <algorithm>
#include <string_view>

namespace golab::lab {

std::string ShellWord(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=+,@%";
  const bool plain = !text.empty() && text.find_first_not_of(kPlain) == std::string::npos;
  if (plain) return text;
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += "'\\''";
    } else {
      word += c;
    }
  }
  return word + "'";
}

std::string Replay::Command() const {
  std::string command = "golab check " + task;
  const auto add = [&command](const std::string& option, const std::string& value) {
    if (!value.empty()) command += " --" + option + " " + ShellWord(value);
  };
  add("variation", variation);
  for (const auto& [name, value] : params) add(name, value);
  add("in", in);
  add("labs", labs);
  add("seed", seed);
  return command;
}

}  // namespace golab::lab
