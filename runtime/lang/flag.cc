#include "golab/flag.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "golab/os.h"

#include "runtime/lang/doors.h"
#include "runtime/lang/flag_registry.h"
#include "runtime/lang/flag_value.h"
#include "runtime/lang/quote.h"

namespace golab::flag {
namespace {

void (*parsed_hook)() = nullptr;  // see SetFlagsParsedHook

using rt::ReadValue;
using rt::WriteValue;
using std::string_view;

string_view View(const golab::String& text) {
  return {text.data(), text.size()};
}

// How the help calls a value. Go: UnquoteUsage.
template <class T>
constexpr const char* kTypeWord = std::is_signed_v<T> ? "int" : "uint";
template <>
constexpr const char* kTypeWord<bool> = "bool";
template <>
constexpr const char* kTypeWord<double> = "float";
template <>
constexpr const char* kTypeWord<golab::String> = "string";
template <>
constexpr const char* kTypeWord<time::Duration> = "duration";

struct Flag {
  std::string usage;
  string_view type;
  std::string default_value;
  std::string zero_value;
  std::function<const char*(string_view)> read;
  std::function<std::string()> write;
  std::unique_ptr<void, void (*)(void*)> storage{nullptr, nullptr};  // unless it is the caller's
  bool is_set = false;

  bool IsBool() const { return type == kTypeWord<bool>; }
};

// Go: flag.CommandLine, with ExitOnError.
struct CommandLine {
  std::map<std::string, Flag, std::less<>> flags;
  std::vector<std::string> rest;
  Func<void()> usage;
  bool parsed = false;
};

// Made on first use: flags are often static variables. Not freed: they may be read at exit.
CommandLine& TheCommandLine() {
  static auto* const line = new CommandLine;
  return *line;
}

golab::String ProgramName() {
  const Slice<golab::String> args = os::Args();
  return args.empty() ? golab::String() : args[0];
}

void Report(const std::string& text) {
  std::fprintf(stderr, "%s\n", text.c_str());
}

[[noreturn]] void PanicDefinition(const std::string& text) {
  Report(text);
  rt::RaisePanic(text);
}

template <class T>
Flag& Define(T* at, const golab::String& name, const T& value, const golab::String& usage) {
  const std::string key = name;
  if (key.starts_with('-')) PanicDefinition("flag " + rt::Quote(key) + " begins with -");
  if (key.find('=') != std::string::npos) PanicDefinition("flag " + rt::Quote(key) + " contains =");
  CommandLine& line = TheCommandLine();
  if (line.flags.contains(key)) {
    PanicDefinition(std::string(ProgramName()) + " flag redefined: " + key);
  }
  *at = value;
  Flag& flag = line.flags[key];
  flag.usage = usage;
  flag.type = kTypeWord<T>;
  flag.default_value = WriteValue(value);
  flag.zero_value = WriteValue(T{});
  flag.read = [at](string_view text) { return ReadValue(text, *at); };
  flag.write = [at] { return WriteValue(*at); };
  return flag;
}

template <class T>
T* DefineNew(const golab::String& name, const T& value, const golab::String& usage) {
  T* const at = new T{};
  Define(at, name, value, usage).storage = {at, [](void* old) { delete static_cast<T*>(old); }};
  return at;
}

// The word in back quotes, and the usage without the quotes. Go: UnquoteUsage.
std::pair<std::string, std::string> Unquoted(const Flag& flag) {
  const std::size_t open = flag.usage.find('`');
  const std::size_t close = open == std::string::npos ? open : flag.usage.find('`', open + 1);
  if (close == std::string::npos) return {flag.IsBool() ? "" : std::string(flag.type), flag.usage};
  const std::string word = flag.usage.substr(open + 1, close - open - 1);
  return {word, flag.usage.substr(0, open) + word + flag.usage.substr(close + 1)};
}

std::string Help(const std::string& name, const Flag& flag) {
  const auto [word, usage] = Unquoted(flag);
  std::string text = "  -" + name;
  if (!word.empty()) text += " " + word;
  // A bool of one letter keeps its usage on the line; else four spaces before the tab align well
  // for tab stops of four and of eight.
  text += text.size() <= 4 ? "\t" : "\n    \t";
  for (const char c : usage) text += c == '\n' ? std::string("\n    \t") : std::string(1, c);
  if (flag.default_value != flag.zero_value) {
    const bool is_text = flag.type == kTypeWord<golab::String>;
    text += " (default " + (is_text ? rt::Quote(flag.default_value) : flag.default_value) + ")";
  }
  return text;
}

[[noreturn]] void Fail(const std::string& text) {
  Report(text);
  Usage();
  os::Exit(2);
}

[[noreturn]] void FailUnknown(string_view name) {
  if (name != "help" && name != "h") Fail("flag provided but not defined: -" + std::string(name));
  Usage();
  os::Exit(0);
}

// One flag, `word` being its first word and the others following in `words`. Go: parseOne.
void ParseFlag(string_view word, const std::vector<std::string>& words, std::size_t& next) {
  string_view name = word.substr(word.starts_with("--") ? 2 : 1);
  if (name.empty() || name[0] == '-' || name[0] == '=')
    Fail("bad flag syntax: " + std::string(word));
  const std::size_t equals = name.find('=');
  bool has_value = equals != string_view::npos;
  std::string value(has_value ? name.substr(equals + 1) : "");
  name = name.substr(0, equals);
  auto& flags = TheCommandLine().flags;
  const auto found = flags.find(name);
  if (found == flags.end()) FailUnknown(name);
  Flag& flag = found->second;
  const std::string dashed = " for flag -" + std::string(name) + ": ";
  if (flag.IsBool()) {
    if (!has_value) value = "true";
    if (const char* const error = flag.read(value)) {
      Fail("invalid boolean value " + rt::Quote(value) + " for -" + std::string(name) + ": " +
           error);
    }
  } else {
    if (!has_value && next < words.size()) {
      has_value = true;
      value = words[next++];
    }
    if (!has_value) Fail("flag needs an argument: -" + std::string(name));
    if (const char* const error = flag.read(value)) {
      Fail("invalid value " + rt::Quote(value) + dashed + error);
    }
  }
  flag.is_set = true;
}

}  // namespace

int* Int(const golab::String& name, int value, const golab::String& usage) {
  return DefineNew(name, value, usage);
}

std::int64_t* Int64(const golab::String& name, std::int64_t value, const golab::String& usage) {
  return DefineNew(name, value, usage);
}

unsigned* Uint(const golab::String& name, unsigned value, const golab::String& usage) {
  return DefineNew(name, value, usage);
}

std::uint64_t* Uint64(const golab::String& name, std::uint64_t value, const golab::String& usage) {
  return DefineNew(name, value, usage);
}

double* Float64(const golab::String& name, double value, const golab::String& usage) {
  return DefineNew(name, value, usage);
}

bool* Bool(const golab::String& name, bool value, const golab::String& usage) {
  return DefineNew(name, value, usage);
}

golab::String* String(const golab::String& name, const golab::String& value,
                      const golab::String& usage) {
  return DefineNew(name, value, usage);
}

time::Duration* Duration(const golab::String& name, time::Duration value,
                         const golab::String& usage) {
  return DefineNew(name, value, usage);
}

void IntVar(int* at, const golab::String& name, int value, const golab::String& usage) {
  Define(at, name, value, usage);
}

void Int64Var(std::int64_t* at, const golab::String& name, std::int64_t value,
              const golab::String& usage) {
  Define(at, name, value, usage);
}

void UintVar(unsigned* at, const golab::String& name, unsigned value, const golab::String& usage) {
  Define(at, name, value, usage);
}

void Uint64Var(std::uint64_t* at, const golab::String& name, std::uint64_t value,
               const golab::String& usage) {
  Define(at, name, value, usage);
}

void Float64Var(double* at, const golab::String& name, double value, const golab::String& usage) {
  Define(at, name, value, usage);
}

void BoolVar(bool* at, const golab::String& name, bool value, const golab::String& usage) {
  Define(at, name, value, usage);
}

void StringVar(golab::String* at, const golab::String& name, const golab::String& value,
               const golab::String& usage) {
  Define(at, name, value, usage);
}

void DurationVar(time::Duration* at, const golab::String& name, time::Duration value,
                 const golab::String& usage) {
  Define(at, name, value, usage);
}

void Parse() {
  CommandLine& line = TheCommandLine();
  line.parsed = true;
  std::vector<std::string> words;
  for (const golab::String& word : os::Args()) words.emplace_back(word);
  std::size_t next = 1;
  while (next < words.size()) {
    const string_view word = words[next];
    if (word.size() < 2 || word[0] != '-') break;
    ++next;
    if (word == "--") break;
    ParseFlag(word, words, next);
  }
  line.rest.assign(words.begin() + static_cast<std::ptrdiff_t>(std::min(next, words.size())),
                   words.end());
  if (parsed_hook != nullptr) parsed_hook();
}

bool Parsed() {
  return TheCommandLine().parsed;
}

Slice<golab::String> Args() {
  const auto& rest = TheCommandLine().rest;
  const std::vector<golab::String> list(rest.begin(), rest.end());
  return Slice<golab::String>(list.data(), list.size());
}

golab::String Arg(int i) {
  const auto& rest = TheCommandLine().rest;
  if (i < 0 || static_cast<std::size_t>(i) >= rest.size()) return {};
  return rest[static_cast<std::size_t>(i)];
}

int NArg() {
  return static_cast<int>(TheCommandLine().rest.size());
}

int NFlag() {
  int count = 0;
  for (const auto& [name, flag] : TheCommandLine().flags) count += flag.is_set ? 1 : 0;
  return count;
}

Error Set(const golab::String& name, const golab::String& value) {
  auto& flags = TheCommandLine().flags;
  const auto found = flags.find(View(name));
  if (found == flags.end()) return errors::New("no such flag -" + name);
  if (const char* const error = found->second.read(View(value))) return errors::New(error);
  found->second.is_set = true;
  return nullptr;
}

void Usage() {
  if (TheCommandLine().usage) return TheCommandLine().usage();
  Report("Usage of " + std::string(ProgramName()) + ":");
  PrintDefaults();
}

void SetUsage(Func<void()> usage) {
  TheCommandLine().usage = std::move(usage);
}

void PrintDefaults() {
  for (const auto& [name, flag] : TheCommandLine().flags) Report(Help(name, flag));
}

}  // namespace golab::flag

namespace golab::rt {

std::vector<DefinedFlag> DefinedFlags() {
  std::vector<DefinedFlag> list;
  for (const auto& [name, flag] : flag::TheCommandLine().flags) {
    list.push_back({name, flag.usage, std::string(flag.type), flag.default_value, flag.write()});
  }
  return list;
}

void SetFlagsParsedHook(void (*hook)()) {
  flag::parsed_hook = hook;
}

void ForgetFlags() {
  flag::TheCommandLine() = {};
}

}  // namespace golab::rt
