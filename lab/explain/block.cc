#include "lab/explain/block.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

#include "lab/explain/draw.h"
#include "lab/explain/quote.h"
#include "lab/explain/root_cause.h"
#include "lab/explain/width.h"
#include "lab/report/text.h"

namespace golab::lab {
namespace {

constexpr std::size_t kMostLines = 22, kMostPlaces = 3;

std::string Clean(const std::string& text, const Style& style) {
  const std::string line = OneLine(text);
  return style.unicode ? line : ToAscii(line);
}

bool Failed(Outcome outcome) {
  return outcome == Outcome::kFail || outcome == Outcome::kError;
}

bool Failed(const CheckReport& check) {
  return Failed(check.outcome);
}

const char* Verdict(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPass:
      return "ok";
    case Outcome::kFail:
      return "FAIL";
    case Outcome::kError:
      return "ERROR";
    case Outcome::kSkip:
      return "skip";
  }
  return "ERROR";
}

Tint TintOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPass:
      return Tint::kOk;
    case Outcome::kFail:
    case Outcome::kError:
      return Tint::kFail;
    case Outcome::kSkip:
      return Tint::kSkip;
  }
  return Tint::kNone;
}

std::string Count(std::size_t n, const char* noun) {
  return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

// "  rule: text", wrapped so that the text stays in its column.
Lines Labelled(const std::string& label, const std::string& text, Tint tint, const Style& style) {
  Lines lines;
  const std::string clean = Clean(text, style);
  if (clean.empty()) return lines;
  const int indent = 2 + CellWidth(label) + 1;
  const auto wrapped = Wrap(clean, style.width - indent, style.width - indent);
  lines.push_back(TextLine("  ").Add(label, tint).Add(" " + wrapped[0]));
  for (std::size_t i = 1; i < wrapped.size(); ++i) {
    lines.emplace_back(std::string(static_cast<std::size_t>(indent), ' ') + wrapped[i]);
  }
  return lines;
}

Lines Indented(const std::string& text, int indent, const Style& style) {
  Lines lines;
  const std::string clean = Clean(text, style);
  if (clean.empty()) return lines;
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  for (const auto& part : Wrap(clean, style.width - indent, style.width - indent - 2)) {
    lines.push_back(TextLine(margin).Add(lines.empty() ? "" : "  ").Add(part));
  }
  return lines;
}

std::string HowOften(const CheckReport& check) {
  if (check.schedules <= 0 || check.failed_schedules <= 0 ||
      check.failed_schedules >= check.schedules)
    return "";
  return "in " + std::to_string(check.failed_schedules) + " of " +
         Count(static_cast<std::size_t>(check.schedules), "schedule");
}

std::string IdOf(const CheckReport& check, const std::string& subject) {
  return check.id + (subject == "reference" ? " (reference)" : "");
}

Lines LineOne(const CheckReport& check, const std::string& subject, const Style& style) {
  const std::string verdict = Verdict(check.outcome), id = Clean(IdOf(check, subject), style) + ":";
  const int used = CellWidth(verdict) + 1 + CellWidth(id) + 1;
  const auto wrapped = Wrap(Clean(check.message, style), style.width - used, style.width - 5);
  Lines lines = {
      TextLine(verdict, TintOf(check.outcome)).Add(" ").Add(id, Tint::kBold).Add(" " + wrapped[0])};
  for (std::size_t i = 1; i < wrapped.size(); ++i) lines.emplace_back("     " + wrapped[i]);
  return lines;
}

Lines ExpectedActual(const CheckReport& check, const Style& style) {
  const std::string expected = Clean(check.expected, style), actual = Clean(check.actual, style);
  const std::string both = "  expected: " + expected + "   actual: " + actual;
  if (!expected.empty() && !actual.empty() && !style.narrow() && CellWidth(both) <= style.width) {
    return {TextLine(both)};
  }
  Lines lines = Labelled("expected:", expected, Tint::kNone, style);
  const Lines more =
      Labelled(expected.empty() ? "actual:" : "actual:  ", actual, Tint::kNone, style);
  lines.insert(lines.end(), more.begin(), more.end());
  return lines;
}

Lines Places(const CheckReport& check, const Style& style) {
  Lines lines;
  const int width = PlaceWidth(check.places, style);
  for (std::size_t i = 0; i < check.places.size() && i < kMostPlaces; ++i) {
    const Place& place = check.places[i];
    const bool quoted = i > 0 && place.line == check.places[i - 1].line &&
                        place.file == check.places[i - 1].file && !place.source.empty();
    const Lines more = QuotePlace(place, width, i > 0, quoted, style);
    lines.insert(lines.end(), more.begin(), more.end());
  }
  return lines;
}

Lines StoryPart(const CheckReport& check, const Style& style) {
  Lines lines = DrawStory(check.story, style);
  const std::string often = HowOften(check);
  if (!lines.empty() && !often.empty())
    lines.insert(lines.begin(), TextLine("  " + often + "; the shortest:"));
  return lines;
}

// All goroutines with their stacks, for -v.
Lines Stacks(const CheckReport& check, const Style& style) {
  Lines lines;
  for (const auto& g : check.everyone.empty() ? check.goroutines : check.everyone) {
    std::string head = "goroutine " + std::to_string(g.id);
    if (g.alike > 1) head = std::to_string(g.alike) + " goroutines, " + head + " the first of them";
    head += " [" + (g.wait_reason.empty() ? g.status : g.wait_reason) + "]";
    if (!g.function.empty()) head += " " + g.function;
    for (const auto& line : Indented(head, 2, style)) lines.push_back(line);
    for (const auto& frame : g.stack) {
      for (const auto& line : Indented(frame, 6, style)) lines.push_back(line);
    }
    if (!g.created_at.empty()) {
      for (const auto& line : Indented("created at " + g.created_at, 6, style))
        lines.push_back(line);
    }
  }
  return lines;
}

// Which schedules failed and how far the one that is shown was shortened, for -v.
Lines Schedules(const CheckReport& check, const Style& style) {
  constexpr std::size_t kMostSeeds = 20;
  Lines lines;
  if (check.failed_schedules <= 0) return lines;
  if (check.failed_schedules < check.schedules && !check.failed_seeds.empty()) {
    std::string seeds;
    for (std::size_t i = 0; i < check.failed_seeds.size() && i < kMostSeeds; ++i)
      seeds += (seeds.empty() ? "" : " ") + check.failed_seeds[i];
    if (check.failed_seeds.size() > kMostSeeds)
      seeds += " and " + std::to_string(check.failed_seeds.size() - kMostSeeds) + " more";
    lines = Labelled("seeds that fail:", seeds, Tint::kNone, style);
  }
  if (check.switches <= 0) return lines;
  std::string text = "seed " + check.seed + " leaves Go's order " +
                     (check.switches == 1 ? "once" : std::to_string(check.switches) + " times");
  if (check.shortest == 0) text += "; shown is Go's order, which fails too";
  if (check.shortest > 0) text += "; " + std::to_string(check.shortest) + " of them are shown";
  for (const auto& line : Labelled("schedule:", text, Tint::kNone, style)) lines.push_back(line);
  return lines;
}

// Shortens the longest parts until all have at most kMostLines, and says how many lines are
// missing.
void CutToSize(std::vector<Lines>* parts) {
  std::vector<std::size_t> cut(parts->size(), 0);
  const auto shown = [&](std::size_t i) {
    return (*parts)[i].size() - cut[i] + (cut[i] > 0 ? 1 : 0);
  };
  const auto total = [&] {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < parts->size(); ++i) sum += shown(i);
    return sum;
  };
  while (total() > kMostLines) {
    std::size_t longest = 0;
    for (std::size_t i = 1; i < parts->size(); ++i) {
      if (shown(i) > shown(longest)) longest = i;
    }
    if (shown(longest) <= 2) break;
    cut[longest] += cut[longest] == 0 ? 2 : 1;  // the first time, one for the line that says so
  }
  for (std::size_t i = 0; i < parts->size(); ++i) {
    if (cut[i] == 0) continue;
    (*parts)[i].resize((*parts)[i].size() - cut[i]);
    (*parts)[i].emplace_back("  ... " + std::to_string(cut[i]) + " more (-v)");
  }
}

std::string Sentence(std::string text) {
  if (!text.empty() && text.back() != '.' && text.back() != '?' && text.back() != ':') text += '.';
  return text;
}

// The same parts as sentences: each line begins with its kind, nothing is drawn.
Lines PlainBlock(const CheckReport& check, const std::string& subject, const Style& style) {
  Lines lines;
  const auto say = [&](const char* kind, const std::string& text) {
    const std::string clean = OneLine(text);
    if (!clean.empty()) lines.emplace_back(std::string(kind) + clean);
  };
  lines.push_back(TextLine(Verdict(check.outcome))
                      .Add(" " + OneLine(IdOf(check, subject)) + ": " + OneLine(check.message)));
  say("Context: ", check.context);
  say("How often: ", HowOften(check));
  say("Expected: ", check.expected);
  say("Actual: ", check.actual);
  for (const auto& line : TellSites(check.sites)) lines.push_back(line);
  for (std::size_t i = 0; i < check.places.size() && i < kMostPlaces; ++i) {
    const Place& place = check.places[i];
    std::string text = "Place " + std::to_string(i + 1) + ": " + OneLine(place.file);
    if (place.line > 0) text += " line " + std::to_string(place.line);
    if (const int column = ColumnOf(place)) text += ", column " + std::to_string(column);
    const std::string source = OneLine(
        place.source.substr(std::min(place.source.find_first_not_of(" \t"), place.source.size())));
    if (!source.empty()) text += ": \"" + CutText(source, 200) + "\"";
    if (!place.label.empty()) text += ": " + OneLine(place.label);
    lines.emplace_back(Sentence(text));
  }
  for (const auto& line : TellTimeline(check.timeline)) lines.push_back(line);
  for (const auto& line : TellStory(check.story)) lines.push_back(line);
  if (style.detail > 0) {
    Style wide = style;
    wide.width = 100'000;  // a sentence a line
    const auto bare = [](const std::string& line) {
      return line.substr(std::min(line.find_first_not_of(' '), line.size()));
    };
    for (const auto& line : Stacks(check, wide)) say("Stack: ", bare(line.Text()));
    for (const auto& line : Schedules(check, wide)) say("Schedules: ", bare(line.Text()));
  }
  say("Go says: ", check.go_says);
  say("Rule: ", check.rule);
  say("Try: ", check.ask);
  say("Note: ", check.note);
  say("g++: ", check.compiler);
  return lines;
}

// Who is blamed, main aside: a check may name it or not.
std::set<std::uint32_t> Blamed(const CheckReport& check) {
  std::set<std::uint32_t> ids;
  for (const auto& g : check.goroutines) {
    if (g.id != 1) ids.insert(g.id);
  }
  return ids;
}

// The same goroutines, or some more, and a place in common. Where one goroutine alone was created
// says too little: it may break two rules.
bool SameCause(const CheckReport& a, const CheckReport& b) {
  const std::set<std::uint32_t> blamed = Blamed(a);
  const std::set<std::uint32_t> others = Blamed(b);
  const bool within = std::includes(blamed.begin(), blamed.end(), others.begin(), others.end()) ||
                      std::includes(others.begin(), others.end(), blamed.begin(), blamed.end());
  if (blamed.empty() || others.empty() || !within) return false;
  const bool several = std::min(blamed.size(), others.size()) > 1;
  return std::any_of(a.places.begin(), a.places.end(), [&](const Place& x) {
    return std::any_of(b.places.begin(), b.places.end(), [&](const Place& y) {
      const bool same = x.line > 0 && x.file == y.file && x.line == y.line;
      return same && (several || x.role != "created-at" || y.role != "created-at");
    });
  });
}

// Ids of the checks that failed for the root's cause.
std::string AlsoFailed(const TaskReport& task, const CheckReport& root, std::size_t* count) {
  std::string ids;
  for (const auto& check : task.checks) {
    if (&check == &root || !Failed(check) || !SameCause(check, root)) continue;
    ids += (ids.empty() ? "" : " ") + ShortCheckId(check.id);
    ++*count;
  }
  return ids;
}

std::string Summary(const TaskReport& task, const CheckReport* root) {
  std::size_t count[4] = {};
  for (const auto& check : task.checks) ++count[static_cast<int>(check.outcome)];
  std::string text = Count(task.checks.size(), "check") + ": " + std::to_string(count[0]) + " ok";
  if (count[1] > 0) text += ", " + std::to_string(count[1]) + " FAIL";
  std::size_t also = 0;
  if (root != nullptr) AlsoFailed(task, *root, &also);
  if (also > 0) text += " (" + std::to_string(also + 1) + " of one cause)";
  if (count[2] > 0) text += ", " + std::to_string(count[2]) + " ERROR";
  if (count[3] > 0) text += ", " + std::to_string(count[3]) + " not judged";
  return text;
}

std::string Cost(const TaskReport& task, const Report& report) {
  std::string text = RunsInWords(task);
  if (!report.reproducible) {
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, ", %.2f s", task.seconds);
    text += buffer;
  }
  return text;
}

// One line of the status list: ids that share a verdict and a text.
struct Status {
  Outcome outcome = Outcome::kPass;
  std::string ids;
  int count = 1;
  std::string text;
};

std::vector<Status> StatusList(const TaskReport& task, const CheckReport* root) {
  std::vector<Status> list, common;
  std::size_t also = 0;
  const std::string same_cause = root == nullptr ? "" : AlsoFailed(task, *root, &also);
  for (const auto& check : task.checks) {
    Status status{check.outcome, ShortCheckId(check.id), 1, check.message};
    if (&check == root) {
      status.text = "see below";
      if (also > 0) status.text += "; also: " + same_cause + " (same cause)";
    } else if (Failed(check) && root != nullptr && SameCause(check, *root)) {
      continue;
    }
    // The common checks that passed share a line at the end, as do checks skipped for one reason.
    const bool is_common = IsCommonCheck(status.ids) && check.outcome == Outcome::kPass;
    if (is_common) status.text.clear();
    std::vector<Status>& to = IsCommonCheck(status.ids) ? common : list;
    const auto same = std::find_if(to.begin(), to.end(), [&](const Status& other) {
      return other.outcome == status.outcome && (is_common || check.outcome == Outcome::kSkip) &&
             other.text == status.text;
    });
    if (same == to.end()) {
      to.push_back(status);
    } else {
      same->ids += " " + status.ids;
      ++same->count;
    }
  }
  // Skipped common checks join those skipped for the same reason.
  for (auto& status : common) {
    const auto same = std::find_if(list.begin(), list.end(), [&](const Status& other) {
      return status.outcome == Outcome::kSkip && other.outcome == Outcome::kSkip &&
             other.text == status.text;
    });
    if (same == list.end()) {
      list.push_back(std::move(status));
    } else {
      same->ids += " " + status.ids;
      same->count += status.count;
    }
  }
  for (auto& status : list) {
    const std::string one = "not judged: it needs ";
    if (status.count > 1 && status.text.rfind(one, 0) == 0) {
      status.text = "not judged: they need " + status.text.substr(one.size());
    }
  }
  return list;
}

Lines StatusLines(const TaskReport& task, const CheckReport* root, const Style& style) {
  const std::vector<Status> list = StatusList(task, root);
  std::size_t id_width = 0;
  for (const auto& status : list) {
    if (status.count == 1) id_width = std::max(id_width, status.ids.size());
  }
  Lines lines;
  for (const auto& status : list) {
    TextLine line("  ");
    const std::string verdict = Verdict(status.outcome);
    line.Add(verdict, TintOf(status.outcome)).Add(PadTo("", 6 - CellWidth(verdict)));
    const std::string text = Clean(status.text, style);
    const auto ids = Wrap(Clean(status.ids, style), style.width - 8, style.width - 8);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (i > 0) {
        lines.push_back(line);
        line = TextLine("        ");
      }
      const bool last = i + 1 == ids.size();
      const std::string padded =
          last && !text.empty() ? PadTo(ids[i], static_cast<int>(id_width)) : ids[i];
      line.Add(padded, Failed(status.outcome) ? Tint::kBold : Tint::kNone);
    }
    if (!text.empty()) {
      const int at = line.Width() + (status.count > 1 ? 3 : 2);
      const bool beside = style.width - at >= 24;
      const int rest = beside ? at : 10;
      const auto wrapped = Wrap(text, style.width - (beside ? at : 10), style.width - rest);
      if (!beside) {
        lines.push_back(line);
        line = TextLine("");
      }
      for (std::size_t i = 0; i < wrapped.size(); ++i) {
        if (i > 0) {
          lines.push_back(line);
          line = TextLine();
        }
        const int target = i == 0 && beside ? at : rest;
        line.Add(std::string(static_cast<std::size_t>(std::max(0, target - line.Width())), ' ') +
                 wrapped[i]);
      }
    }
    lines.push_back(line);
  }
  for (const auto& advice : task.advice) {
    const std::string text = "advice " + ShortCheckId(advice.id) + ": " + advice.message;
    for (const auto& line : Indented(text, 2, style)) lines.push_back(line);
  }
  return lines;
}

Lines Header(const TaskReport& task, const Report& report, const Style& style) {
  const std::string left = Clean(task.id + "  " + task.title, style) +
                           (report.subject == "reference" ? "   subject: reference" : "");
  const std::string right = Cost(task, report);
  const int gap = style.width - CellWidth(left) - CellWidth(right);
  if (style.plain) return {TextLine(left + ": " + right + ".")};
  if (gap >= 2) return {TextLine(left + std::string(static_cast<std::size_t>(gap), ' ') + right)};
  Lines lines;
  for (const auto& part : Wrap(left, style.width, style.width - 2)) {
    lines.emplace_back((lines.empty() ? "" : "  ") + part);
  }
  lines.emplace_back("  " + right);
  return lines;
}

Lines Footer(const TaskReport& task, const CheckReport& root, const Style& style) {
  Lines lines;
  const auto pair = [&](const std::string& a, const std::string& b, const char* between) {
    if (b.empty()) {
      for (const auto& line : Indented(a, 0, style)) lines.push_back(line);
    } else if (!style.plain && CellWidth(a + between + b) <= style.width) {
      lines.emplace_back(a + between + b);
    } else {
      lines.emplace_back(a);  // commands are never broken: they are copied
      lines.emplace_back(b);
    }
  };
  const std::string replay = Clean(root.replay, style);
  pair(Summary(task, &root) + ".", replay.empty() ? "" : "replay: " + replay, " ");
  const std::string details =
      style.detail > 0 || replay.empty() ? "" : "all details: " + replay + " -v";
  pair("hint: golab hint " + task.id, details, "   ");
  return lines;
}

Lines SuccessLines(const TaskReport& task, const Report& report, const Success* success,
                   const Style& style) {
  const std::string subject = report.subject == "reference" ? " (reference)" : "";
  const auto passed = static_cast<std::size_t>(
      std::count_if(task.checks.begin(), task.checks.end(),
                    [](const CheckReport& check) { return check.outcome == Outcome::kPass; }));
  const std::string some = passed < task.checks.size() ? std::to_string(passed) + " of " : "";
  Lines lines = {
      TextLine(task.id + subject + " ")
          .Add("passes", Tint::kOk)
          .Add(": " + some + Count(task.checks.size(), "check") + ", " + Cost(task, report))};
  for (const auto& line : Indented(ProofInWords(task), 2, style)) lines.push_back(line);
  for (const auto& advice : task.advice) {
    const std::string text = "advice " + ShortCheckId(advice.id) + ": " + advice.message;
    for (const auto& line : Indented(text, 2, style)) lines.push_back(line);
  }
  if (success == nullptr) return lines;
  for (const auto& line : Labelled("shown:", success->shown, Tint::kNone, style))
    lines.push_back(line);
  int command_width = 0;
  for (const auto& look : success->look)
    command_width = std::max(command_width, CellWidth(look.command));
  bool first = true;
  for (const auto& look : success->look) {
    const std::string label = first || style.plain ? "  look:  " : "         ";
    first = false;
    const std::string beside = label + PadTo(look.command, command_width) + "    " + look.what;
    if (CellWidth(beside) <= style.width || style.plain) {
      lines.emplace_back(beside);
    } else {
      lines.emplace_back(label + look.command);
      for (const auto& line : Indented(look.what, 11, style)) lines.push_back(line);
    }
  }
  const std::string next =
      success->next + (success->progress.empty() ? "" : "     (" + success->progress + ")");
  for (const auto& line : Labelled("next: ", next, Tint::kNone, style)) lines.push_back(line);
  return lines;
}

std::string WhyNotAttempted(const TaskReport& task) {
  const std::string before = "not attempted: ";
  const std::string why = task.checks.empty() ? "" : task.checks.front().message;
  return why.rfind(before, 0) == 0 ? why.substr(before.size()) : "still the starter";
}

TextLine QuietLine(const TaskReport& task, const CheckReport* root, const Report& report,
                   const Style& style) {
  const std::string subject = report.subject == "reference" ? " (reference)" : "";
  TextLine line(task.id + subject + " ");
  line.Add(Verdict(task.outcome), TintOf(task.outcome));
  if (root != nullptr) {
    line.Add(" " + ShortCheckId(root->id), Tint::kBold).Add(": " + Clean(root->message, style));
  } else if (!task.attempted) {
    line.Add(" " + WhyNotAttempted(task));
  }
  return line;
}

void Append(Lines* lines, const Lines& more) {
  lines->insert(lines->end(), more.begin(), more.end());
}

Lines LinesWithoutPage(const TaskReport& task, const Report& report, const Style& style,
                       const Success* success) {
  const CheckReport* root = nullptr;
  for (const auto& check : task.checks) {
    if (check.id == task.root) root = &check;
  }
  if (style.detail < 0) return {QuietLine(task, root, report, style)};
  if (task.outcome == Outcome::kPass && style.detail == 0)
    return SuccessLines(task, report, success, style);
  Lines lines = Header(task, report, style);
  if (!task.attempted) {
    const std::string why = WhyNotAttempted(task);
    lines.push_back(TextLine("  ").Add("skip", Tint::kSkip).Add("  " + why));
    if (report.tasks.size() == 1 && why == "still the starter")
      lines.emplace_back("next: golab show " + task.id + "   what to do, in which file");
    return lines;
  }
  Append(&lines, StatusLines(task, root, style));
  if (task.outcome == Outcome::kPass) {
    Append(&lines, SuccessLines(task, report, success, style));
    return lines;
  }
  for (const auto& check : task.checks) {
    const bool shown = &check == root || (style.detail > 0 && Failed(check));
    if (!shown) continue;
    lines.emplace_back("");
    Append(&lines, BlockLines(check, report.subject, style));
  }
  lines.emplace_back("");
  if (root != nullptr) {
    Append(&lines, Footer(task, *root, style));
  } else {
    lines.emplace_back(Summary(task, nullptr) + ".");
  }
  return lines;
}

Lines TaskLines(const TaskReport& task, const Report& report, const Style& style,
                const Success* success) {
  Lines lines = LinesWithoutPage(task, report, style, success);
  // Never broken: it is clicked or copied.
  if (!task.page.empty()) lines.emplace_back("timeline: " + Clean(task.page, style));
  return lines;
}

}  // namespace

Lines BlockLines(const CheckReport& check, const std::string& subject, const Style& style) {
  if (style.plain) return PlainBlock(check, subject, style);
  std::vector<Lines> parts;
  parts.push_back(LineOne(check, subject, style));
  parts.push_back(Indented(check.context, 2, style));
  if (check.story.empty()) parts.push_back(Indented(HowOften(check), 2, style));
  parts.push_back(ExpectedActual(check, style));
  parts.push_back(DrawSites(check.sites, style));
  parts.push_back(Places(check, style));
  parts.push_back(DrawTimeline(check.timeline, style));
  parts.push_back(StoryPart(check, style));
  if (style.detail > 0) {
    parts.push_back(Stacks(check, style));
    parts.push_back(Schedules(check, style));
  }
  parts.push_back(Labelled("as Go says it:", check.go_says, Tint::kNone, style));
  parts.push_back(Labelled("rule:", check.rule, Tint::kBold, style));
  parts.push_back(Labelled("try:", check.ask, Tint::kBold, style));
  parts.push_back(Labelled("note:", check.note, Tint::kNone, style));
  parts.push_back(Labelled("g++:", check.compiler, Tint::kNone, style));
  if (style.detail <= 0) CutToSize(&parts);
  Lines lines;
  for (const auto& part : parts) Append(&lines, part);
  return lines;
}

std::string Explanation(const CheckReport& check, const std::string& subject) {
  return Print(BlockLines(check, subject, MachineStyle()), false);
}

std::string TaskText(const TaskReport& task, const Report& report, const Style& style,
                     const Success* success) {
  return Print(TaskLines(task, report, style, success), style.colour);
}

std::string ReportText(const Report& report, const Style& style, const Success* success) {
  Lines lines;
  std::size_t count[4] = {};
  for (const auto& task : report.tasks) {
    ++count[static_cast<int>(task.outcome)];
    const Lines more = TaskLines(task, report, style, report.tasks.size() == 1 ? success : nullptr);
    // A block stands apart; tasks of one line follow each other.
    if (!lines.empty() && more.size() > 1) lines.emplace_back("");
    Append(&lines, more);
  }
  if (report.tasks.size() > 1 && style.detail >= 0) {
    lines.emplace_back("");
    std::string text = Count(report.tasks.size(), "task") + ": " + std::to_string(count[0]) + " ok";
    if (count[1] > 0) text += ", " + std::to_string(count[1]) + " FAIL";
    if (count[2] > 0) text += ", " + std::to_string(count[2]) + " ERROR";
    if (count[3] > 0) text += ", " + std::to_string(count[3]) + " skip";
    lines.emplace_back(text);
  }
  return Print(lines, style.colour);
}

}  // namespace golab::lab
