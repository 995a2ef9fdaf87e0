// golab beam: GMP and BEAM side by side, with the numbers of this machine.

#include <cstdio>

#include "app/command/commands.h"
#include "app/terminal/interrupt.h"
#include "app/terminal/markdown.h"
#include "app/terminal/progress.h"
#include "lab/beam/measure.h"
#include "lab/beam/page.h"
#include "lab/program/files.h"
#include "lab/program/toolchain.h"

namespace golab::app {

ExitStatus RunBeam(Context& context) {
  auto toolchain = lab::FindToolchain();
  if (!toolchain) return Complain(toolchain.error());
  lab::Result<std::vector<lab::beam::System>> systems;
  {
    Progress progress(context.stderr_shows_progress());
    systems = lab::beam::MeasureAll(
        *toolchain, {}, [&](const std::string& text) { progress.Say(text); }, &Interrupted());
  }
  if (Interrupted()) return ExitStatus::kInterrupted;
  if (!systems) return Complain(systems.error());
  const std::string page = lab::beam::PageMarkdown(*systems);
  const std::string html = context.arguments.Get("html");
  if (html.empty()) {
    std::fputs(FillMarkdown(page, context.style.width).c_str(), stdout);
    return ExitStatus::kPassed;
  }
  auto written = lab::WriteOutput(html, lab::beam::HtmlPage(page, "GMP and BEAM"));
  return written ? ExitStatus::kPassed : Complain(written.error());
}

}  // namespace golab::app
