#include "lab/page/page.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "lab/page/columns.h"
#include "lab/page/merge.h"
#include "lab/report/text.h"

namespace golab::lab::page {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFastAbove = 1'000'000;    // transitions
constexpr std::size_t kMostSource = 200 * 1024;  // bytes of all files together
constexpr std::size_t kLongestText = 20'000;     // of one message
constexpr std::size_t kLongestName = 400;
constexpr std::size_t kMostEvidence = 200;  // a check
constexpr std::size_t kMostPoints = 2'000;  // a curve

std::string Text(const std::string& text, std::size_t most = kLongestText) {
  return CutText(CleanUtf8(text), most);
}

Json CurveJson(const Curve& curve) {
  // Thinned evenly: it is drawn 300 pixels wide.
  const std::size_t step = curve.size() / kMostPoints + 1;
  Json json = Json::array();
  for (std::size_t i = 0; i < curve.size(); i += step)
    json.push_back({curve[i].first, curve[i].second});
  return json;
}

template <class List>
Json TextList(const List& list, std::size_t most) {
  Json json = Json::array();
  for (const std::string& text : list) json.push_back(Text(text, most));
  return json;
}

Json CheckJson(const Check& check) {
  Json json = {{"id", Text(check.id, kLongestName)}, {"outcome", check.outcome}};
  const auto add = [&json](const char* key, const std::string& text) {
    if (!text.empty()) json[key] = Text(text);
  };
  add("sentence", check.sentence);
  add("message", check.message);
  add("rule", check.rule);
  add("ask", check.ask);
  add("note", check.note);
  add("goSays", check.go_says);
  add("expected", check.expected);
  add("actual", check.actual);
  add("elsewhere", check.elsewhere);
  if (!check.expected_list.empty() || !check.actual_list.empty()) {
    json["expectedList"] = TextList(check.expected_list, kLongestName);
    json["actualList"] = TextList(check.actual_list, kLongestName);
  }
  if (!check.actual_curve.empty()) {
    json["expectedCurve"] = CurveJson(check.expected_curve);
    json["actualCurve"] = CurveJson(check.actual_curve);
  }
  if (check.expected_count >= 0) {
    json["count"] = {
        {"n", check.expected_count}, {"t", check.count_at_ns}, {"o", check.count_at_order}};
  }
  Json story = Json::array();
  for (const auto& [who, what] : check.story)
    story.push_back({Text(who, kLongestName), Text(what, kLongestName)});
  if (!story.empty()) json["story"] = std::move(story);
  Json evidence = Json::array();
  for (const Evidence& one : check.evidence) {
    if (evidence.size() == kMostEvidence) break;
    evidence.push_back({{"g", one.goroutine},
                        {"t", one.time_ns},
                        {"o", one.order},
                        {"note", Text(one.note, kLongestName)}});
  }
  json["evidence"] = std::move(evidence);
  return json;
}

/// Files that stacks name, as many as fit.
Json SourcesJson(const Timeline& t) {
  std::vector<bool> named(t.strings.size());
  for (const Stack& stack : t.stacks) {
    for (const Frame& frame : stack) {
      if (frame.file < named.size()) named[frame.file] = true;
    }
  }
  Json json = Json::object();
  std::size_t room = kMostSource;
  for (const auto& [name, text] : t.sources) {
    const auto at = std::find(t.strings.begin(), t.strings.end(), name);
    const bool is_named =
        at != t.strings.end() && named[static_cast<std::size_t>(at - t.strings.begin())];
    if (!is_named || text.size() > room) continue;
    room -= text.size();
    json[CleanUtf8(name)] = CleanUtf8(text);
  }
  return json;
}

Json StacksJson(const Timeline& t) {
  Json json = Json::array();
  for (const Stack& stack : t.stacks) {
    Json frames = Json::array();
    for (const Frame& frame : stack) {
      frames.push_back(frame.function);
      frames.push_back(frame.file);
      frames.push_back(frame.line);
      frames.push_back(frame.own ? 1 : 0);
    }
    json.push_back(std::move(frames));
  }
  return json;
}

Json HeadOf(const Timeline& t, std::uint64_t merged_ns) {
  Json head = {{"title", Text(t.title, kLongestName)},
               {"subtitle", Text(t.subtitle, kLongestName)},
               {"facts", TextList(t.facts, kLongestName)},
               {"virtual", t.is_virtual},
               {"begin", t.begin_ns},
               {"end", t.end_ns},
               {"merged", merged_ns},
               {"windowCommand", Text(t.window_command)},
               {"note", Text(t.note)},
               {"strings", TextList(t.strings, kLongestName)},
               {"reasons", TextList(t.reasons, kLongestName)},
               {"stacks", StacksJson(t)},
               {"sources", SourcesJson(t)}};
  Json marks = Json::array();
  for (const Mark& mark : t.marks) {
    marks.push_back({{"t", mark.time_ns},
                     {"o", mark.order},
                     {"name", Text(mark.name, kLongestName)},
                     {"over", mark.after_is_over}});
  }
  head["marks"] = std::move(marks);
  Json bands = Json::array();
  for (const Band& band : t.bands)
    bands.push_back({band.begin_ns, band.end_ns, Text(band.name, kLongestName)});
  head["bands"] = std::move(bands);
  Json checks = Json::array();
  for (const Check& check : t.checks) checks.push_back(CheckJson(check));
  head["checks"] = std::move(checks);
  return head;
}

/// JSON between <script> tags: no "<" can end it, and no byte is left that is no UTF-8.
std::string ScriptJson(const Json& json) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string Concat(std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (const auto part : parts) size += part.size();
  std::string all;
  all.reserve(size);
  for (const auto part : parts) all += part;
  return all;
}

}  // namespace

std::string WritePage(Timeline timeline, const Application& application) {
  std::sort(timeline.goroutines.begin(), timeline.goroutines.end(),
            [](const Goroutine& a, const Goroutine& b) { return a.id < b.id; });
  if (!application.IsThere()) return WritePlainPage(timeline, std::string(application.missing));
  const std::uint64_t merged = MergeShort(&timeline);
  std::size_t transitions = 0;
  for (const Goroutine& g : timeline.goroutines) transitions += g.transitions.size();
  const std::string columns = Base64(Gzip(WriteColumns(timeline), transitions > kFastAbove));
  const std::string head = ScriptJson(HeadOf(timeline, merged));
  const std::string title = HtmlText(timeline.title + " timeline", kLongestName);
  return Concat(
      {"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src "
       "'sha256-",
       application.script_hash, "'; style-src 'sha256-", application.style_hash,
       "'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
       "<meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"color-scheme\" "
       "content=\"light dark\">\n<title>",
       title, "</title>\n<!--\nThis page contains, under the MIT licence:\n\n", application.notices,
       "-->\n<style>", application.style,
       "</style>\n</head>\n<body>\n<div id=\"app\"><noscript>This page needs JavaScript.</noscript>"
       "</div>\n<script type=\"application/json\" id=\"head\">",
       head, "</script>\n<script type=\"application/octet-stream\" id=\"columns\">", columns,
       "</script>\n<script>", application.script, "</script>\n</body>\n</html>\n"});
}

}  // namespace golab::lab::page
