// golab trace FILE: a Go execution trace as a timeline, or for other viewers.

#include <cstdio>
#include <optional>

#include "app/command/commands.h"
#include "app/command/html_output.h"
#include "lab/catalogue/duration.h"
#include "lab/catalogue/suggest.h"
#include "lab/explain/draw.h"
#include "lab/page/from_execution.h"
#include "lab/program/files.h"
#include "lab/trace/chrome.h"
#include "lab/trace/execution.h"

namespace golab::app {

using lab::ExitClass;

namespace {

/// What a file is that is no Go trace, and what to do with it; "" if it looks like nothing known.
std::string WhatItIs(const std::string& bytes) {
  const auto begins = [&bytes](std::string_view with) {
    return std::string_view(bytes).substr(0, with.size()) == with;
  };
  if (bytes.empty()) return "it is empty";
  if (begins("\x1f\x8b"))
    return "it is compressed: gunzip it, unless it is a profile for go tool pprof";
  if (begins("\x7f"
             "ELF"))
    return "it is a program: run it, and trace::Start writes a trace";
  if (begins("{\"displayTimeUnit\"") || begins("{\"traceEvents\""))
    return "it is Chrome's format already: open it in Perfetto";
  if (begins("goroutine ") || begins("goroutine profile:"))
    return "it is a goroutine dump: a list of one instant, not a trace";
  return "it does not begin with 'go 1.N trace'";
}

lab::Result<std::uint64_t> TimeOf(const Arguments& arguments, const std::string& option,
                                  std::uint64_t fallback) {
  if (!arguments.Has(option)) return fallback;
  const auto ns = lab::ParseDuration(arguments.Get(option));
  if (!ns || *ns < 0) {
    return lab::Failure(
        {.what = "--" + option + " '" + arguments.Get(option) + "' is no time after the beginning",
         .why = "it reads like 1.5s, 200ms or 0",
         .exit_class = ExitClass::kUsage});
  }
  return static_cast<std::uint64_t>(*ns);
}

lab::Result<lab::TimeWindow> WindowOf(const Arguments& arguments) {
  lab::TimeWindow window;
  auto from = TimeOf(arguments, "from", window.from_ns);
  if (!from) return tl::unexpected(from.error());
  auto to = TimeOf(arguments, "to", window.to_ns);
  if (!to) return tl::unexpected(to.error());
  if (*from >= *to)
    return lab::Failure({.what = "--from is not before --to", .exit_class = ExitClass::kUsage});
  return lab::TimeWindow{*from, *to};
}

std::string SecondsOf(std::uint64_t ns) {
  char text[40];
  std::snprintf(text, sizeof text, "%.3f s", static_cast<double>(ns) / 1e9);
  return text;
}

std::string TerminalText(const lab::Execution& execution, const lab::TimeWindow& window,
                         const lab::Style& style) {
  const auto timeline = lab::TimelineOfExecution(execution, window, style.detail > 0);
  std::size_t goroutines = 0;
  for (const auto& row : timeline.rows) goroutines += static_cast<std::size_t>(row.count);
  std::string text;
  if (style.detail >= 0) {
    text = std::to_string(goroutines) + (goroutines == 1 ? " goroutine, " : " goroutines, ") +
           SecondsOf(execution.end_ns - execution.begin_ns) + " in all, " +
           std::to_string(execution.summary.events) + " events\n";
  }
  const lab::Lines lines =
      style.plain ? lab::TellTimeline(timeline) : lab::DrawTimeline(timeline, style);
  if (timeline.rows.empty()) text += "  no goroutine lived in that time\n";
  return text + lab::Print(lines, style.colour);
}

/// For a shell, if it must be quoted.
std::string ShellWord(const std::string& word) {
  if (!word.empty() && word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                              "0123456789_-+=:,./@%") == std::string::npos) {
    return word;
  }
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

lab::page::Timeline PageOf(const lab::Execution& execution, const lab::TimeWindow& window,
                           const std::string& path, const std::string& page) {
  lab::page::Timeline timeline = lab::page::FromExecution(execution, window);
  timeline.title = path.substr(path.rfind('/') + 1);
  timeline.subtitle = "execution trace";
  timeline.facts = {"go 1." + std::to_string(execution.summary.version) + " trace"};
  timeline.window_command =
      "golab trace " + ShellWord(path) + " --from T --to T --html " + ShellWord(page);
  return timeline;
}

}  // namespace

ExitStatus RunTrace(Context& context) {
  const Arguments& arguments = context.arguments;
  const std::string format = arguments.Has("format") ? arguments.Get("format") : "terminal";
  if (format != "terminal" && format != "go" && format != "chrome") {
    return Complain({.what = "no format '" + format + "'" +
                             lab::DidYouMean(format, {"terminal", "go", "chrome"}),
                     .what_to_do = "golab trace --help",
                     .exit_class = ExitClass::kUsage});
  }
  if (arguments.Has("html") && (arguments.Has("format") || arguments.Has("output"))) {
    return Complain({.what = "--html goes with neither --format nor --output",
                     .why = "it writes the page, and nothing else",
                     .exit_class = ExitClass::kUsage});
  }
  auto window = WindowOf(arguments);
  if (!window) return Complain(window.error());
  const bool windowed = arguments.Has("from") || arguments.Has("to");
  const std::string& path = arguments.positional.front();
  auto bytes = lab::ReadFile(path);
  if (!bytes) return Complain(bytes.error());
  if (!lab::LooksLikeGoTrace(*bytes)) {
    return Complain({.what = "'" + path + "' is no execution trace",
                     .why = WhatItIs(*bytes),
                     .exit_class = ExitClass::kUsage});
  }
  auto execution = lab::ReadExecution(*bytes);
  if (!execution) {
    lab::Error error = execution.error();
    error.where = error.where.empty() ? path : path + ": " + error.where;
    return Complain(error);
  }
  const std::uint64_t length = execution->end_ns - execution->begin_ns;
  if (window->from_ns > length) {
    return Complain({.what = "--from " + arguments.Get("from") + " is behind the trace's end",
                     .why = "it lasts " + SecondsOf(length),
                     .exit_class = ExitClass::kUsage});
  }
  if (!execution->summary.cut.empty()) {
    std::fprintf(stderr, "golab: '%s' is cut off: %s\n", path.c_str(),
                 execution->summary.cut.c_str());
  }
  if (arguments.Has("html")) {
    const std::string page = arguments.Get("html");
    auto written = WriteHtml(page, PageOf(*execution, *window, path, page));
    return written ? ExitStatus::kPassed : Complain(written.error());
  }
  std::string text;
  if (format == "terminal") {
    text = TerminalText(*execution, *window, context.style);
  } else if (format == "chrome") {
    const auto cut =
        lab::WriteChrome(*execution, *window, [&text](std::string_view piece) { text += piece; });
    if (cut) {
      std::fprintf(stderr, "golab: cut at %s: viewers take no more; --from and --to choose\n",
                   SecondsOf(*cut).c_str());
    }
  } else if (windowed) {
    return Complain(
        {.what = "--from and --to are for the other formats",
         .why = "a Go trace is passed on as it is; go tool trace chooses the time itself",
         .exit_class = ExitClass::kUsage});
  } else {
    text = std::move(*bytes);
  }
  if (!arguments.Has("output")) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return ExitStatus::kPassed;
  }
  auto written = lab::WriteOutput(arguments.Get("output"), text);
  return written ? ExitStatus::kPassed : Complain(written.error());
}

}  // namespace golab::app
