#include "lab/history/outside.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include "golab/driver.h"

namespace golab::lab {
namespace {

using rt::EventType;
using rt::OutsideKind;

struct Parsed {
  rt::OutsideEvidence evidence{};
  std::string label, first, second;
};

std::optional<Parsed> Parse(const History& h, const rt::Record& r) {
  const std::string blob(h.Blob(r.arg));
  Parsed parsed;
  if (blob.size() < sizeof parsed.evidence) return std::nullopt;
  std::memcpy(&parsed.evidence, blob.data(), sizeof parsed.evidence);
  std::string_view rest = std::string_view(blob).substr(sizeof parsed.evidence);
  const auto take = [&rest](std::size_t size) {
    const std::string_view text = rest.substr(0, size);  // shorter where it was cut
    rest.remove_prefix(text.size());
    return std::string(text);
  };
  parsed.label = take(parsed.evidence.label_size);
  parsed.first = take(parsed.evidence.first_size);
  parsed.second = take(parsed.evidence.second_size);
  return parsed;
}

}  // namespace

std::vector<Exchange> ExchangesOf(const History& h) {
  std::vector<Exchange> all;
  for (const Moment m : h.EventsOf(EventType::kOutside)) {
    const rt::Record& r = h.events()[m];
    const auto parsed = Parse(h, r);
    if (!parsed) continue;
    const rt::OutsideEvidence& e = parsed->evidence;
    if (r.reason == static_cast<std::uint8_t>(OutsideKind::kRequest)) {
      Exchange& x = all.emplace_back();
      x.number = e.number;
      x.label = parsed->label;
      x.request = parsed->first;
      x.asked = m;
      x.status_wanted = e.status_wanted;
    } else if (r.reason == static_cast<std::uint8_t>(OutsideKind::kAnswer)) {
      const auto of = std::find_if(all.begin(), all.end(), [&e](const Exchange& x) {
        return x.number == e.number && x.ended == kNever;
      });
      if (of == all.end()) continue;
      of->ended = m;
      of->outcome = e.outcome;
      of->status = e.status;
      of->body_wrong = e.body_wrong != 0;
      of->head = parsed->first;
      of->body = parsed->second;
      of->body_size = e.body_size;
    }
  }
  return all;
}

std::vector<PortSeen> PortsOf(const History& h) {
  std::vector<PortSeen> all;
  for (const Moment m : h.EventsOf(EventType::kOutside)) {
    const rt::Record& r = h.events()[m];
    const bool taken = r.reason == static_cast<std::uint8_t>(OutsideKind::kPortTaken);
    if (!taken && r.reason != static_cast<std::uint8_t>(OutsideKind::kPort)) continue;
    if (const auto parsed = Parse(h, r))
      all.push_back({parsed->first, taken, parsed->evidence.outcome == 0, m});
  }
  return all;
}

std::string HowItEnded(const Exchange& exchange, const std::string& patience) {
  using driver::Outcome;
  switch (static_cast<Outcome>(exchange.outcome)) {
    case Outcome::kAnswered:
      return "status " + std::to_string(exchange.status);
    case Outcome::kRefused:
      return "refused";
    case Outcome::kReset:
    case Outcome::kClosed:
      return "closed without an answer";
    case Outcome::kTimeout:
      return "none in " + patience;
    case Outcome::kLeft:
    case Outcome::kFailed:
      break;
  }
  return exchange.ended == kNever ? "none to the end" : "none";
}

}  // namespace golab::lab
