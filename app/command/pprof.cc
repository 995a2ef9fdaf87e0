// golab pprof dump FILE|URL, golab pprof diff A B: profiles of golab's and Go's programs.

#include <chrono>
#include <cstdio>
#include <thread>

#include "app/command/commands.h"
#include "app/terminal/interrupt.h"
#include "lab/catalogue/duration.h"
#include "lab/catalogue/suggest.h"
#include "lab/explain/line.h"
#include "lab/profile/difference.h"
#include "lab/profile/fetch.h"
#include "lab/profile/profile_lines.h"
#include "lab/report/text.h"

namespace golab::app {

using lab::ExitClass;

namespace {

constexpr long kMostTimes = 1'000'000;

ExitStatus Usage(std::string what) {
  return Complain({.what = std::move(what),
                   .what_to_do = "golab pprof --help",
                   .exit_class = ExitClass::kUsage});
}

/// Fails on what is no profile of goroutines: nothing else has stacks that stay.
lab::Result<lab::Profile> LoadGoroutines(const std::string& file_or_url) {
  auto profile = lab::LoadProfile(file_or_url, &Interrupted());
  if (profile && !profile->OfGoroutines()) {
    return lab::Failure({.what = "no profile of goroutines",
                         .where = lab::OneLine(file_or_url),
                         .why = "it counts " + lab::OneLine(profile->types.front().type),
                         .what_to_do = "golab pprof dump shows it",
                         .exit_class = ExitClass::kUsage});
  }
  return profile;
}

void Show(const lab::Lines& lines, const lab::Style& style) {
  std::fputs(lab::Print(lines, style.colour).c_str(), stdout);
  std::fflush(stdout);
}

ExitStatus Dump(const Context& context, const std::string& what) {
  const auto profile = lab::LoadProfile(what, &Interrupted());
  if (!profile) return Complain(profile.error());
  Show(lab::ProfileLines(*profile, what, context.style), context.style);
  return ExitStatus::kPassed;
}

ExitStatus DiffTwo(const Context& context, const std::string& a, const std::string& b) {
  const auto before = LoadGoroutines(a);
  if (!before) return Complain(before.error());
  const auto after = LoadGoroutines(b);
  if (!after) return Complain(after.error());
  Show(lab::DifferenceLines(lab::Difference(*before, *after), context.style), context.style);
  return ExitStatus::kPassed;
}

/// False: interrupted.
bool Pause(std::chrono::nanoseconds length) {
  const auto end = std::chrono::steady_clock::now() + length;
  while (!Interrupted()) {
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= left.zero()) return true;
    std::this_thread::sleep_for(
        std::min<std::chrono::nanoseconds>(left, std::chrono::milliseconds(50)));
  }
  return false;
}

/// Each against the first: a leak grows from one to the next, what comes and goes does not.
ExitStatus DiffEvery(const Context& context, std::chrono::nanoseconds every, long times,
                     const std::string& url) {
  const auto first = LoadGoroutines(url);
  if (!first) return Complain(first.error());
  const auto start = std::chrono::steady_clock::now();
  std::printf("%s: %lld goroutines\n", lab::OneLine(url).c_str(),
              static_cast<long long>(first->Total()));
  std::fflush(stdout);
  for (long i = 0; times == 0 || i < times; ++i) {
    if (!Pause(every)) break;
    const auto now = LoadGoroutines(url);
    if (!now && Interrupted()) break;
    if (!now) return Complain(now.error());
    const double passed =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("\nafter %.1f s: ", passed);
    Show(lab::DifferenceLines(lab::Difference(*first, *now), context.style), context.style);
  }
  return Interrupted() ? ExitStatus::kInterrupted : ExitStatus::kPassed;
}

ExitStatus Diff(const Context& context) {
  const Arguments& arguments = context.arguments;
  const auto& words = arguments.positional;
  if (!arguments.Has("every") && !arguments.Has("of") && !arguments.Has("times")) {
    if (words.size() != 3) return Usage("pprof diff takes two profiles, or --every T --of URL");
    return DiffTwo(context, words[1], words[2]);
  }
  if (!arguments.Has("every") || !arguments.Has("of"))
    return Usage("--every and --of belong together: how often, and of which program");
  if (words.size() != 1) return Usage("with --of URL pprof diff takes no other profile");
  const std::string url = arguments.Get("of");
  if (!lab::IsUrl(url))
    return Usage("--of '" + url + "' is no URL, and a file does not change by itself");
  const auto every = lab::ParseDuration(arguments.Get("every"));
  if (!every || *every <= 0)
    return Usage("--every '" + arguments.Get("every") + "' is no time: it reads like 60s or 500ms");
  const auto times = arguments.Number("times", 1, kMostTimes, 0);
  if (!times) return Complain(times.error());
  return DiffEvery(context, std::chrono::nanoseconds(*every), *times, url);
}

}  // namespace

ExitStatus RunPprof(Context& context) {
  const auto& words = context.arguments.positional;
  if (words.front() == "diff") return Diff(context);
  if (words.front() != "dump")
    return Usage("no 'golab pprof " + lab::OneLine(words.front()) + "'" +
                 lab::DidYouMean(words.front(), {"dump", "diff"}));
  for (const char* option : {"every", "of", "times"}) {
    if (context.arguments.Has(option))
      return Usage("--" + std::string(option) + " is of pprof diff");
  }
  if (words.size() != 2) return Usage("pprof dump takes one profile: a file or a URL");
  return Dump(context, words[1]);
}

}  // namespace golab::app
