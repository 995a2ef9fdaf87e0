// golab selfcheck: the lab proves itself.

#include "lab/judge/selfcheck.h"

#include <algorithm>
#include <cstdio>
#include <thread>

#include "app/command/commands.h"
#include "app/terminal/interrupt.h"
#include "app/terminal/progress.h"
#include "lab/explain/line.h"
#include "lab/report/text.h"

namespace golab::app {

ExitStatus RunSelfcheck(Context& context) {
  const Arguments& arguments = context.arguments;
  auto tasks = context.Tasks(arguments.positional.empty() ? std::vector<std::string>{"all"}
                                                          : arguments.positional);
  if (!tasks) return Complain(tasks.error());
  auto builder = context.TheBuilder();
  if (!builder) return Complain(builder.error());
  lab::SelfcheckOptions options;
  auto seeds = arguments.Number("seeds", 1, 1'000'000, 100);
  if (!seeds) return Complain(seeds.error());
  options.seeds = static_cast<int>(*seeds);
  auto jobs = arguments.Number(
      "jobs", 1, 256, static_cast<long>(std::max(1U, std::thread::hardware_concurrency())));
  if (!jobs) return Complain(jobs.error());
  options.jobs = static_cast<int>(*jobs);
  options.cancel = &Interrupted();
  Progress progress(context.stderr_shows_progress());
  options.progress = [&progress](const std::string& text) { progress.Say(text); };
  options.on_result = [&](const lab::SelfcheckResult& result) {
    progress.Clear();
    if (result.good && context.style.detail < 0) return;
    lab::TextLine line("  ");
    line.Add(result.good ? "ok  " : "FAIL", result.good ? lab::Tint::kOk : lab::Tint::kFail);
    line.Add("  " + result.task + "  " + result.what + ": " + lab::OneLine(result.found));
    std::fputs(lab::Print({line}, context.style.colour).c_str(), stdout);
    if (!result.block.empty() &&
        (context.style.detail > 0 || (!result.good && context.style.detail >= 0))) {
      std::fputs(result.block.c_str(), stdout);
    }
    std::fflush(stdout);
  };
  auto results = lab::Selfcheck(*tasks, **builder, options);
  progress.Clear();
  if (Interrupted()) return ExitStatus::kInterrupted;
  if (!results) return Complain(results.error());
  const auto bad = std::count_if(results->begin(), results->end(),
                                 [](const lab::SelfcheckResult& r) { return !r.good; });
  if (context.style.detail >= 0)
    std::printf("%zu of %zu as they must be\n", results->size() - static_cast<std::size_t>(bad),
                results->size());
  return bad == 0 ? ExitStatus::kPassed : ExitStatus::kFailed;
}

}  // namespace golab::app
