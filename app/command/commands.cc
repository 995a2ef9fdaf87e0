#include "app/command/commands.h"

#include <algorithm>
#include <cstdio>

#include "app/command/html_output.h"
#include "app/terminal/interrupt.h"
#include "app/terminal/log.h"
#include "lab/catalogue/suggest.h"
#include "lab/explain/width.h"
#include "lab/page/application.h"

namespace golab::app {

using lab::ExitClass;

namespace {

constexpr std::size_t kMany = 1000;

const Option kIn{"in", "DIR", "judge the files there: a task's folder or a workspace"};
const Option kFilesIn{"in", "DIR", "the files there: a task's folder or a workspace"};
const Option kVariation{"variation", "V", "the task in one of its variations"};

const Option kTraceFile{"trace", "FILE", "write the run there as a Go execution trace"};

std::vector<Command> MakeCommands() {
  return {
      {"list",
       "the tasks",
       {"list", "", 0, 0, {}},
       "In a workspace: what of it is done, and what to do next.\n-v: with their variations.\n",
       false,
       &RunList},
      {"show",
       "what a task asks for",
       {"show", "TASK", 1, 1, {}},
       "-v: with its flags and variations.\n",
       false,
       &RunShow},
      {"hint",
       "the next of a task's three hints",
       {"hint", "TASK", 1, 1, {{"step", "N", "hint 1, 2 or 3"}}},
       "",
       false,
       &RunHint},
      {"explain",
       "a term of goroutines, scheduling or golab, or a check",
       {"explain", "[TERM]", 0, 4, {}},
       "",
       false,
       &RunExplain},
      {"run",
       "watch it happen in real time, then the verdicts",
       {"run",
        "TASK",
        1,
        1,
        {kIn,
         kVariation,
         {"procs", "N", "on N processors, 1 to 64 (1)"},
         {"serve", "", "for your own clients (task5): no time limit, until Ctrl-C"},
         {"events", "", "list what happened, a line an event, when the program has ended"},
         kHtmlOption,
         kTraceFile,
         {"exit-zero", "", "status 0 although checks failed"}}},
       "With --procs, output counts for the goroutine that stops next after it.\n"
       "--events: time, who (- is the runtime or the clock), the event, what of it, two\n"
       "blanks and the place; what the program prints is among the events.\n"
       "golab run TASK --help names the task's own flags. Ctrl-C goes to the program, as\n"
       "if it ran alone, and so does a second one; a third ends golab. A program that\n"
       "serves is then judged by what it did; of others, status 130 is all.\n"
       "In a task's folder of a workspace TASK may be left out.\n",
       true,
       &RunRun},
      {"check",
       "judge under many schedules, in virtual time",
       {"check",
        "TASK...|all|required",
        1,
        kMany,
        {kIn,
         kVariation,
         {"only", "CHECK", "report this check alone"},
         {"seeds", "N", "runs a task (100): two seeds, one systematic, and so on"},
         {"seed", "S", "exactly one schedule (41, d7), then its shortest story"},
         {"format",
          "F",
          "terminal, or for machines: json junit tap tap13",
          0,
          {"terminal", "json", "junit", "tap", "tap13"}},
         {"output", "FILE", "write there instead of to stdout"},
         kHtmlOption,
         kTraceFile,
         {"jobs", "N", "programs run at once (one a processor)"},
         {"race", "", "judge races of the reference, too"},
         {"no-race", "", "leave out the race images"},
         {"reproducible", "", "no durations and times in the report"},
         {"exit-zero", "", "status 0 although checks failed"}}},
       "Without a workspace and --in, the reference is judged, which is golab's own\n"
       "solution. In a task's folder of a workspace TASK may be left out.\n"
       "--html shows the failing run at its shortest, or Go's own order where all pass.\n"
       "Of several tasks, or where FILE is a folder, it writes FILE/TASK.html of each.\n"
       "--trace takes one task: of its runs, the one that is shown, else Go's order.\n"
       "Seed 0 is Go's own order, 1, 2 ... are random walks; d1, d2 ... are found by a\n"
       "search for schedules that differ. Once it has tried all, and they pass, checking\n"
       "stops, and the report says \"proved\". GOLAB_GRADING=1: 300 runs, all made.\n"
       "Exit status: 0 all passed; 1 a check failed or could not be judged, or a\n"
       "required task was not attempted; 2 wrong usage; 3 a submission did not build;\n"
       "4 golab itself failed.\n",
       true,
       &RunCheck},
      {"checklist",
       "is all of this folder as it should be? one list of six",
       {"checklist",
        "",
        0,
        0,
        {{"in", "DIR", "the workspace there"},
         {"format", "F", "terminal or json", 0, {"terminal", "json"}},
         {"jobs", "N", "programs run at once (one a processor)"}}},
       "All that was begun builds, its tests pass, without data races, with nobody left\n"
       "behind; the required tasks are done; NOTES.md beside golab.toml has your words.\n"
       "It judges every task that is no longer the starter, so it takes a while.\n"
       "Exit status: 0 all six; 1 not all; 2 no workspace, or wrong usage.\n",
       false,
       &RunChecklist},
      {"trace",
       "an execution trace of Go or golab as a timeline, or converted",
       {"trace",
        "FILE",
        1,
        1,
        {{"from", "T", "begin there: 1.5s, 200ms after the beginning"},
         {"to", "T", "end there"},
         {"format",
          "F",
          "terminal, go, or chrome for Perfetto (terminal)",
          0,
          {"terminal", "go", "chrome"}},
         {"output", "FILE", "write there instead of to stdout"},
         {"html", "FILE", "write a timeline page there, for a browser, and nothing else"}}},
       "Traces of Go 1.22 to 1.24 and those that trace::Start and --trace write. In the terminal,\n"
       "goroutines that did the same at the same times are one row; -v shows every row, and those\n"
       "of the Go runtime. go tool trace opens the same files.\n",
       false,
       &RunTrace},
      {"beam",
       "Go's scheduler and Erlang's, on one page, measured here",
       {"beam", "", 0, 0, {{"html", "FILE", "write the page there instead"}}},
       "Six small programs are built and run for golab, and for Go and Erlang where `go`\n"
       "and `escript` are found; the page says which are not. Takes half a minute.\n",
       false,
       &RunBeam},
      {"pprof",
       "goroutine profiles of Go or golab: one, or what grew between two",
       {"pprof",
        "dump FILE|URL, or diff A B",
        1,
        3,
        {{"every", "T", "diff: fetch again and again, so far apart: 60s"},
         {"of", "URL", "diff: of this program, each time against the first"},
         {"times", "N", "diff: so often (until Ctrl-C)"}}},
       "A profile is a file or a URL, of a golab or a Go program, in any form of\n"
       "goroutine: debug=0 (gzipped or not), debug=1, debug=2, the dump of a crash.\n"
       "http://HOST:PORT alone means its /debug/pprof/goroutine?debug=2, which says\n"
       "where each was created. diff lists stacks that grew, most first, then those that\n"
       "shrank; -v shows all of them, whole. dump reads other profiles, too, where they\n"
       "are profile.proto: heap, mutex, cpu.\n",
       false,
       &RunPprof},
      {"init",
       "make a folder with all tasks' starters, for editors and CMake",
       {"init", "DIR", 1, 1, {}},
       "",
       false,
       &RunInit},
      {"reset",
       "put a task's starter back, keeping a copy",
       {"reset", "TASK", 1, 1, {kFilesIn}},
       "",
       false,
       &RunReset},
      {"diff",
       "a task's files beside the reference",
       {"diff", "TASK", 1, 1, {kFilesIn}},
       "",
       false,
       &RunDiff},
      {"selfcheck",
       "do references pass, and do all known wrong answers fail for their reason?",
       {"selfcheck",
        "[TASK...]",
        0,
        kMany,
        {{"seeds", "N", "runs a program (100)"},
         {"jobs", "N", "programs run at once (one a processor)"}}},
       "",
       false,
       &RunSelfcheck},
      {"doctor", "is all here that golab needs?", {"doctor", "", 0, 0, {}}, "", false, &RunDoctor},
      {"completion",
       "completion for bash, zsh or fish, to be sourced",
       {"completion", "SHELL", 1, 1, {}},
       "",
       false,
       &RunCompletion},
  };
}

/// Which tasks a command line names, as far as that can be told before it is read.
std::vector<const lab::Task*> TasksNamed(const lab::Catalogue& catalogue,
                                         const std::vector<std::string>& words) {
  std::vector<const lab::Task*> tasks;
  const bool all = std::find(words.begin(), words.end(), "all") != words.end();
  const bool required = std::find(words.begin(), words.end(), "required") != words.end();
  for (const lab::Task& task : catalogue.tasks) {
    const bool named = std::any_of(words.begin(), words.end(), [&](const std::string& word) {
      return TaskWord(word) == task.id;
    });
    if (all || named || (required && task.required)) tasks.push_back(&task);
  }
  return tasks;
}

/// "  --seed S      exactly one schedule ..."
void AddOptions(const std::vector<Option>& options, int width, std::string* text,
                const std::vector<Option>& aligned_with = {}) {
  std::size_t widest = 0;
  const auto spelled = [](const Option& option) {
    std::string word = option.letter != 0 ? std::string("-") + option.letter + ", --" : "--";
    word += option.name;
    if (!option.value.empty()) word += " " + option.value;
    return word;
  };
  for (const auto* list : {&options, &aligned_with}) {
    for (const Option& option : *list) widest = std::max(widest, spelled(option).size());
  }
  for (const Option& option : options) {
    const std::string word = spelled(option);
    const int indent = static_cast<int>(widest) + 4;
    const bool beside = width - indent >= 24;
    *text += "  " + word;
    if (beside) {
      *text += std::string(widest - word.size() + 2, ' ');
    } else {
      *text += "\n      ";
    }
    const int room = beside ? width - indent : width - 6;
    const auto lines = lab::Wrap(option.help, room, room);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (i > 0) *text += std::string(beside ? static_cast<std::size_t>(indent) : 6, ' ');
      *text += lines[i] + "\n";
    }
  }
}

std::string GolabHelp(int width) {
  std::string text = "usage: golab COMMAND\n\n";
  std::size_t widest = 0;
  for (const Command& command : Commands())
    widest = std::max(widest, command.name.size() + command.syntax.positional.size() + 1);
  for (const Command& command : Commands()) {
    std::string head = command.name;
    if (!command.syntax.positional.empty()) head += " " + command.syntax.positional;
    const int room = width - static_cast<int>(widest) - 4;
    text += "  " + head + std::string(widest - head.size() + 2, ' ');
    const auto lines = lab::Wrap(command.summary, std::max(room, 20), std::max(room, 20));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (i > 0) text += std::string(widest + 4, ' ');
      text += lines[i] + "\n";
    }
  }
  text += "\n";
  AddOptions(CommonOptions(), width, &text);
  text +=
      "  --version      golab's version\n"
      "  --licenses     of the libraries in its timeline pages\n\ngolab COMMAND --help says more. "
      "First: golab init DIR, "
      "then golab list.\n";
  return text;
}

ExitStatus Dispatch(const Command& command, const std::vector<std::string>& words) {
  Syntax syntax = command.syntax;
  // To put a starter back is asked for by name.
  if (syntax.positional.starts_with("TASK") && command.name != "reset") syntax.here = TaskHere();
  std::vector<const lab::Task*> named;
  lab::Result<lab::Catalogue> catalogue = lab::Catalogue{};
  if (command.takes_parameters) {
    std::string labs;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] == "--labs" && i + 1 < words.size()) labs = words[i + 1];
      if (words[i].starts_with("--labs=")) labs = words[i].substr(7);
    }
    catalogue = lab::LoadCatalogue(labs);
    if (!catalogue) return Complain(catalogue.error());
    named = TasksNamed(*catalogue, words);
    if (named.empty() && !syntax.here.empty()) named = TasksNamed(*catalogue, {syntax.here});
    for (Option& option : ParameterOptions(named)) {
      const bool taken =
          std::any_of(syntax.options.begin(), syntax.options.end(),
                      [&](const Option& other) { return other.name == option.name; });
      if (!taken) syntax.options.push_back(std::move(option));
    }
  }
  auto arguments = ReadArguments(syntax, words);
  if (!arguments) return Complain(arguments.error());
  Context context(*arguments);
  if (arguments->Has("help")) {
    std::fputs(HelpText(&command, named, context.style.width).c_str(), stdout);
    return ExitStatus::kPassed;
  }
  CatchInterrupts();
  return command.run(context);
}

}  // namespace

const std::vector<Command>& Commands() {
  static const std::vector<Command> commands = MakeCommands();
  return commands;
}

const Command* FindCommand(const std::string& name) {
  for (const Command& command : Commands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

std::string HelpText(const Command* command, const std::vector<const lab::Task*>& tasks,
                     int width) {
  if (command == nullptr) return GolabHelp(width);
  std::string text = "usage: golab " + command->name;
  if (!command->syntax.positional.empty()) text += " " + command->syntax.positional;
  text += " [OPTION...]\n" + command->summary + "\n\n";
  AddOptions(command->syntax.options, width, &text, CommonOptions());
  AddOptions(CommonOptions(), width, &text, command->syntax.options);
  for (const lab::Task* task : tasks) {
    if (task->parameters.empty()) continue;
    text += "\n" + task->id + "  " + task->title + "\n";
    std::vector<Option> options = ParameterOptions({task});
    for (const lab::Variation& variation : task->variations)
      options.push_back({"variation", variation.id, variation.title});
    AddOptions(options, width, &text);
  }
  if (!command->more.empty()) text += "\n" + command->more;
  return text;
}

ExitStatus RunCommandLine(int argc, char** argv) {
  StartLog();
  std::vector<std::string> words(argv + 1, argv + argc);
  // Options that stand before the command belong to it.
  std::vector<std::string> before;
  std::size_t at = 0;
  while (at < words.size() && words[at].starts_with("-")) {
    before.push_back(words[at]);
    if (words[at] == "--labs" && at + 1 < words.size()) before.push_back(words[++at]);
    ++at;
  }
  const auto is = [&before](const char* word) {
    return std::find(before.begin(), before.end(), word) != before.end();
  };
  if (is("--version")) {
    std::printf("golab %s\n", Version());
    return ExitStatus::kPassed;
  }
  if (is("--licenses")) {
    const std::string_view notices = lab::page::BuiltInApplication().notices;
    std::fwrite(notices.data(), 1, notices.size(), stdout);
    return ExitStatus::kPassed;
  }
  if (at == words.size() || words[at] == "help") {
    Arguments none;
    const Command* command = at + 1 < words.size() ? FindCommand(words[at + 1]) : nullptr;
    if (!before.empty() && at == words.size()) {
      auto arguments = ReadArguments({"", "", 0, 0, {}}, before);
      if (!arguments) return Complain(arguments.error());
      none = *arguments;
    }
    const std::string text = HelpText(command, {}, Context(none).style.width);
    const bool asked = at < words.size() || is("--help") || is("-h");
    std::fputs(text.c_str(), asked ? stdout : stderr);
    return asked ? ExitStatus::kPassed : ExitStatus::kUsage;
  }
  const Command* command = FindCommand(words[at]);
  if (command == nullptr) {
    std::vector<std::string> names;
    for (const Command& one : Commands()) names.push_back(one.name);
    return Complain({.what = "no command '" + words[at] + "'" + lab::DidYouMean(words[at], names),
                     .what_to_do = "golab --help lists all",
                     .exit_class = ExitClass::kUsage});
  }
  std::vector<std::string> rest(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
  rest.insert(rest.begin(), before.begin(), before.end());
  return Dispatch(*command, rest);
}

}  // namespace golab::app
