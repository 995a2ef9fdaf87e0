// The page without a script: what was judged, the count of goroutines over time, their table.

#include <algorithm>
#include <cstdio>

#include "lab/page/alive.h"
#include "lab/page/page.h"
#include "lab/report/text.h"

namespace golab::lab::page {
namespace {

constexpr std::size_t kMostRows = 2'000;
constexpr std::size_t kLongestName = 400;
constexpr int kWidth = 1000, kHeight = 160;

constexpr char kStyle[] =
    ":root{color-scheme:light dark}body{font:14px "
    "system-ui,sans-serif;margin:24px;max-width:1040px}"
    "h1{font-size:20px}h2{font-size:16px;margin-top:28px}.fail,.error{color:#c93a26}.pass{color:#"
    "0c7d55}"
    "table{border-collapse:collapse}td,th{text-align:left;padding:3px 12px 3px 0;border-bottom:1px "
    "solid "
    "#8886}dt{font-weight:600;margin-top:10px}dd{margin:2px 0 2px 20px}.bar{border-left:4px solid "
    "#c08208;padding:6px 10px}svg{max-width:100%;height:auto}";

std::string InSeconds(std::uint64_t ns) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6f s", static_cast<double>(ns) / 1e9);
  return text;
}

const std::string& NameOf(const std::vector<std::string>& names, std::uint32_t i) {
  return names[i < names.size() ? i : 0];
}

std::string CountsSvg(const Timeline& t) {
  const Curve curve = AliveCurve(t);
  if (curve.empty() || t.end_ns <= t.begin_ns) return "";
  std::int64_t most = 1;
  for (const auto& [time, alive] : curve) most = std::max(most, alive);
  const auto x = [&](std::uint64_t time) {
    const std::uint64_t at = std::clamp(time, t.begin_ns, t.end_ns) - t.begin_ns;
    return static_cast<double>(at) * kWidth / static_cast<double>(t.end_ns - t.begin_ns);
  };
  const auto y = [&](std::int64_t alive) {
    return kHeight - static_cast<double>(alive) * (kHeight - 10) / static_cast<double>(most);
  };
  std::string path = "M0 " + std::to_string(kHeight);
  char step[64];
  for (const auto& [time, alive] : curve) {
    std::snprintf(step, sizeof step, "H%.1fV%.1f", x(time), y(alive));
    path += step;
  }
  path += "H" + std::to_string(kWidth) + "V" + std::to_string(kHeight) + "Z";
  const std::string size = std::to_string(kWidth) + " " + std::to_string(kHeight);
  return "<h2>Goroutines alive: " + std::to_string(most) + " at most</h2>\n<svg viewBox=\"0 0 " +
         size + "\" width=\"" + std::to_string(kWidth) +
         "\" role=\"img\"><desc>Number of goroutines from " + InSeconds(0) + " to " +
         InSeconds(t.end_ns - t.begin_ns) + ", at most " + std::to_string(most) +
         "</desc><path d=\"" + path +
         "\" fill=\"#2f6cc0\" fill-opacity=\"0.5\" stroke=\"#2f6cc0\"/></svg>\n";
}

std::string CheckHtml(const Check& check) {
  std::string html = "<dt><span class=\"" + HtmlText(check.outcome) + "\">" +
                     HtmlText(check.outcome) + "</span> " + HtmlText(check.id, kLongestName) +
                     ": " + HtmlText(check.message.empty() ? check.sentence : check.message) +
                     "</dt>\n";
  const auto add = [&html](const char* what, const std::string& text) {
    if (!text.empty()) html += "<dd><b>" + std::string(what) + "</b> " + HtmlText(text) + "</dd>\n";
  };
  add("expected:", check.expected);
  add("actual:", check.actual);
  add("rule:", check.rule);
  add("try:", check.ask);
  for (const Evidence& evidence : check.evidence)
    html += "<dd>" + HtmlText(evidence.note, kLongestName) + ", at " + InSeconds(evidence.time_ns) +
            "</dd>\n";
  return html;
}

const char* StateText(State state) {
  switch (state) {
    case State::kRunnable:
      return "runnable";
    case State::kRunning:
      return "running";
    case State::kSyscall:
      return "in a system call";
    case State::kWaiting:
      return "waits";
    case State::kEnded:
      return "ended";
    case State::kMixed:
      return "";
  }
  return "";
}

std::string RowHtml(const Timeline& t, const Goroutine& g) {
  std::string state, created;
  if (!g.transitions.empty()) {
    const Transition& last = g.transitions.back();
    state = StateText(last.state);
    if (last.state == State::kWaiting) state += " in " + NameOf(t.reasons, last.reason);
    if (g.never_ends) state += ", is never woken";
    created = InSeconds(g.transitions.front().time_ns -
                        std::min(t.begin_ns, g.transitions.front().time_ns));
  }
  const std::string creator = g.creator == 0 ? "" : "G" + std::to_string(g.creator) + " ";
  return "<tr><td>G" + std::to_string(g.id) + "</td><td>" +
         HtmlText(NameOf(t.strings, g.function), kLongestName) + "</td><td>" + creator +
         HtmlText(NameOf(t.strings, g.site), kLongestName) + "</td><td>" + created + "</td><td>" +
         HtmlText(state, kLongestName) + "</td></tr>\n";
}

std::string GoroutinesHtml(const Timeline& t) {
  if (t.goroutines.empty()) return "";
  std::string html =
      "<h2>Goroutines</h2>\n<table>\n<tr><th>goroutine</th><th>function</th><th>created by</th>"
      "<th>created at</th><th>at the end</th></tr>\n";
  std::size_t rows = 0;
  for (const Goroutine& g : t.goroutines) {
    if (rows++ == kMostRows) break;
    html += RowHtml(t, g);
  }
  html += "</table>\n";
  if (t.goroutines.size() > kMostRows)
    html += "<p>... " + std::to_string(t.goroutines.size() - kMostRows) + " more</p>\n";
  return html;
}

}  // namespace

std::string HtmlText(std::string_view text, std::size_t most) {
  const std::string clean = CutText(CleanUtf8(text), most);
  std::string shown;
  for (std::size_t i = 0; i < clean.size();) {
    const auto byte = static_cast<unsigned char>(clean[i]);
    // U+0080 to U+009F are C2 80 to C2 9F; U+2028 to U+202E, U+2066 to U+2069: E2 80 A8 .., E2 81
    // A6 ..
    std::uint32_t code = 0;
    std::size_t size = 1;
    if (byte < 0x20 && byte != '\n' && byte != '\t') code = byte;
    if (byte == 0x7f) code = byte;
    if (byte == 0xc2 && static_cast<unsigned char>(clean[i + 1]) < 0xa0) {
      code = static_cast<unsigned char>(clean[i + 1]);
      size = 2;
    }
    if (byte == 0xe2) {
      const auto low = static_cast<std::uint32_t>(static_cast<unsigned char>(clean[i + 1]) & 0x3f)
                           << 6 |
                       (static_cast<unsigned char>(clean[i + 2]) & 0x3f);
      const std::uint32_t three = 0x2000 | low;
      if ((three >= 0x2028 && three <= 0x202e) || (three >= 0x2066 && three <= 0x2069)) {
        code = three;
        size = 3;
      }
    }
    if (code != 0 || byte == 0) {
      char name[16];
      std::snprintf(name, sizeof name, "[U+%04X]", code);
      shown += name;
    } else {
      shown += clean[i];
    }
    i += size;
  }
  return XmlText(shown);
}

std::string WritePlainPage(const Timeline& t, const std::string& why) {
  std::string html =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
      "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n<title>" +
      HtmlText(t.title, kLongestName) + " timeline</title>\n<style>" + kStyle +
      "</style>\n</head>\n<body>\n<h1>" + HtmlText(t.title, kLongestName) + " " +
      HtmlText(t.subtitle, kLongestName) + "</h1>\n<p>";
  for (std::size_t i = 0; i < t.facts.size(); ++i)
    html += (i > 0 ? " &#183; " : "") + HtmlText(t.facts[i], kLongestName);
  html += "</p>\n";
  if (!why.empty())
    html += "<p class=\"bar\">This page has no timeline: " + HtmlText(why) + ".</p>\n";
  if (!t.note.empty()) html += "<p class=\"bar\">" + HtmlText(t.note) + "</p>\n";
  if (!t.checks.empty()) {
    html += "<h2>Checks</h2>\n<dl>\n";
    for (const Check& check : t.checks) html += CheckHtml(check);
    html += "</dl>\n";
  }
  return html + CountsSvg(t) + GoroutinesHtml(t) + "</body>\n</html>\n";
}

}  // namespace golab::lab::page
