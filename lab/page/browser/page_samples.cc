// Writes pages for the tests in a browser: page_samples FOLDER.

#include <cstdio>
#include <fstream>
#include <string>

#include "lab/page/alive.h"
#include "lab/page/page.h"

namespace {

using namespace golab::lab::page;

constexpr std::uint64_t kMs = 1'000'000;

/// A life written state by state; the order of the calls is the order of events.
class Script {
 public:
  explicit Script(Timeline* t) : t_(*t), names_(&t->strings), reasons_(&t->reasons) {
    t_.has_order = true;
  }

  Script& Create(std::uint64_t id, std::uint64_t creator, const std::string& function,
                 const std::string& site) {
    Goroutine g;
    g.id = id;
    g.creator = creator;
    g.function = names_.Of(function);
    g.site = names_.Of(site);
    t_.goroutines.push_back(std::move(g));
    return Add(id, State::kRunnable);
  }

  Script& Run(std::uint64_t id, std::uint16_t p = 0) {
    Add(id, State::kRunning);
    Last(id).p = p;
    return *this;
  }

  Script& Wait(std::uint64_t id, const std::string& reason, std::uint32_t stack = 0) {
    Add(id, State::kWaiting);
    Last(id).reason = reasons_.Of(reason);
    Last(id).stack = stack;
    return *this;
  }

  Script& Wake(std::uint64_t id, std::uint32_t waker) {
    Add(id, State::kRunnable);
    Last(id).waker = waker;
    return *this;
  }

  Script& End(std::uint64_t id) { return Add(id, State::kEnded); }

  Script& NeverEnds(std::uint64_t id) {
    Find(id).never_ends = true;
    return *this;
  }

  Script& Clock(std::uint64_t ns) {
    now_ = ns;
    t_.end_ns = ns;
    return *this;
  }

  std::uint32_t Stack(const std::string& function, const std::string& file, std::uint32_t line) {
    t_.stacks.push_back({{names_.Of("golab.(*Chan).Recv"), names_.Of("chan.h"), 1, false},
                         {names_.Of(function), names_.Of(file), line, true}});
    return static_cast<std::uint32_t>(t_.stacks.size() - 1);
  }

  std::uint64_t order() const { return order_; }

 private:
  Goroutine& Find(std::uint64_t id) {
    for (Goroutine& g : t_.goroutines) {
      if (g.id == id) return g;
    }
    return t_.goroutines.back();
  }

  Transition& Last(std::uint64_t id) { return Find(id).transitions.back(); }

  Script& Add(std::uint64_t id, State state) {
    Transition t;
    t.time_ns = now_;
    t.order = order_++;
    t.state = state;
    Find(id).transitions.push_back(t);
    return *this;
  }

  Timeline& t_;
  Names names_, reasons_;
  std::uint64_t now_ = 0, order_ = 0;
};

/// Ten workers sleep; two of them wait for ever.
Timeline Leak(bool fails) {
  Timeline t;
  t.title = "task1";
  t.subtitle = "NumGoroutine over a lifecycle";
  t.facts = {"submission", "virtual time", "seed 42"};
  t.is_virtual = true;
  for (int line = 1; line <= 40; ++line)
    t.sources["main.cc"] += "line " + std::to_string(line) + ";\n";
  Script run(&t);
  const std::uint32_t wait = run.Stack("main.main", "main.cc", 29);
  const std::uint32_t sleep = run.Stack("main.Worker", "main.cc", 17);
  const std::uint32_t recv = run.Stack("main.Worker", "main.cc", 18);
  run.Create(1, 0, "main", "").Run(1);
  run.Create(5, 1, "main.Monitor", "main.cc:24");
  for (std::uint64_t id = 6; id <= 15; ++id) run.Create(id, 1, "main.Worker", "main.cc:27");
  run.Wait(1, "sync.WaitGroup.Wait", wait);
  run.Run(5).Wait(5, "select");
  for (std::uint64_t id = 6; id <= 15; ++id) run.Run(id).Wait(id, "sleep", sleep);
  run.Clock(1000 * kMs);
  std::uint64_t leaks_at = 0;
  for (std::uint64_t id = 6; id <= 15; ++id) {
    run.Wake(id, 0).Run(id);
    const bool leaks = fails && (id == 9 || id == 14);
    if (leaks) {
      run.Wait(id, "chan receive", recv).NeverEnds(id);
      leaks_at = run.order() - 1;
    } else {
      run.End(id);
    }
  }
  run.Wake(1, 15).Run(1).Wait(1, "sleep", wait).Clock(1500 * kMs).Wake(1, 0).Run(1);
  run.Wake(5, 1).Run(5).End(5).End(1);
  t.marks.push_back({1500 * kMs, run.order() - 1, "main returned", true});
  run.Clock(1700 * kMs);

  Check fall;
  fall.id = "fall";
  fall.sentence = "the count is back to main and monitor";
  fall.outcome = fails ? "fail" : "pass";
  fall.message = fails ? "2 goroutines are still there" : "the count falls from 12 to 2";
  if (fails) {
    fall.rule = "a goroutine ends when its function returns";
    fall.ask = "who could wake them?";
    fall.expected = "main and monitor at most";
    fall.actual = "2 more";
    fall.evidence = {{9, 1000 * kMs, leaks_at, "G9 never ends"},
                     {14, 1000 * kMs, leaks_at, "G14 never ends"}};
    fall.expected_count = 2;
    fall.count_at_ns = 1500 * kMs;
    fall.count_at_order = run.order() - 2;
    fall.actual_curve = AliveCurve(t, fall.count_at_order);
    fall.expected_curve = ExpectedCurve(fall.actual_curve, fall.count_at_ns, 2);
  }
  Check order;
  order.id = "order";
  order.outcome = fails ? "fail" : "pass";
  order.message = "the order differs";
  order.expected = "a, b, c";
  order.actual = "a, c";
  order.expected_list = {"a", "b", "c"};
  order.actual_list = {"a", "c"};
  order.story = {{"main", "prints a  main.cc:3"}, {"G6", "prints c  main.cc:5"}};
  Check rise;
  rise.id = "rise";
  rise.outcome = "pass";
  rise.sentence = "all workers sleep at once";
  rise.message = "10 workers sleep at once";
  Check joined;
  joined.id = "no-race";
  joined.outcome = "skip";
  joined.message = "--no-race leaves it out";
  t.checks = {rise, fall, order, joined};
  return t;
}

Timeline Hostile() {
  Timeline t = Leak(true);
  const std::string all[] = {"</script><img src=x onerror=window.hurt=1>",
                             "<!--<script>",
                             "<svg onload=window.hurt=1>",
                             "__proto__",
                             std::string(20'000, 'x'),
                             "a\xe2\x80\xae"
                             "b",
                             "a\xe2\x80\xa8"
                             "b",
                             std::string("a\0b", 3),
                             "constructor",
                             "\xff\xfe",
                             "javascript:window.hurt=1"};
  std::size_t i = 0;
  const auto next = [&]() -> const std::string& { return all[i++ % std::size(all)]; };
  for (std::size_t k = 1; k < t.strings.size(); ++k) t.strings[k] = next();
  for (std::size_t k = 1; k < t.reasons.size(); ++k) t.reasons[k] = next();
  for (Check& check : t.checks) {
    check.id = next();
    check.message = next();
    check.rule = next();
    check.expected = next();
    for (Evidence& evidence : check.evidence) evidence.note = next();
  }
  t.title = next();
  t.subtitle = next();
  for (const std::string& text : all) {
    t.facts.push_back(text);
    t.sources[text] = text + "\n" + text;
    t.marks.push_back({5, 5, text, false});
    Goroutine g;
    g.id = 100 + t.facts.size();
    g.function = static_cast<std::uint32_t>(t.strings.size());
    t.strings.push_back(text);
    g.transitions.push_back({});
    t.goroutines.push_back(g);
  }
  for (Stack& stack : t.stacks) {
    for (Frame& frame : stack)
      frame.file = static_cast<std::uint32_t>(t.strings.size() - 1 - i++ % 8);
  }
  return t;
}

/// `count` goroutines that sleep and run by turns.
Timeline Many(std::uint64_t count, std::uint64_t turns, std::uint16_t processors) {
  Timeline t;
  t.title = "many";
  t.facts = {"real time"};
  t.has_order = false;
  t.strings = {"", "main", "main.Worker", "main.cc:27"};
  t.reasons = {"", "sleep", "chan receive"};
  std::uint64_t random = 7;
  const auto next = [&random](std::uint64_t below) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    return (random >> 33) % below;
  };
  for (std::uint64_t id = 1; id <= count; ++id) {
    Goroutine g;
    g.id = id;
    g.creator = id == 1 ? 0 : 1;
    g.function = id == 1 ? 1 : 2;
    g.site = id == 1 ? 0 : 3;
    std::uint64_t time = next(500 * kMs);
    const auto add = [&](State state, std::uint64_t length) {
      Transition one;
      one.time_ns = time;
      one.state = state;
      one.reason = state == State::kWaiting ? 1 + static_cast<std::uint32_t>(next(2)) : 0;
      one.p = static_cast<std::uint16_t>(next(processors));
      g.transitions.push_back(one);
      time += length;
    };
    for (std::uint64_t turn = 0; turn < turns; ++turn) {
      add(State::kRunnable, next(kMs));
      add(State::kRunning, next(kMs / 2));
      add(State::kWaiting, next(20 * kMs));
    }
    add(State::kEnded, 0);
    t.end_ns = std::max(t.end_ns, time);
    t.goroutines.push_back(std::move(g));
  }
  return t;
}

Timeline Traced() {
  Timeline t = Many(30, 40, 4);
  t.title = "traced";
  t.strings.push_back("parse");
  t.strings.push_back("render");
  t.regions = {{3, 510 * kMs, 560 * kMs, 4}, {3, 570 * kMs, 620 * kMs, 5}};
  t.bands = {{400 * kMs, 450 * kMs, "GC"}};
  t.note = "The recording is cut off: there was more than fits into it.";
  t.goroutines[4].system = true;
  return t;
}

bool Write(const std::string& folder, const std::string& name, const std::string& page) {
  std::ofstream out(folder + "/" + name + ".html", std::ios::binary);
  out << page;
  return out.good();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string folder = argv[1];
  Timeline merged = Many(12, 250'000, 1);
  merged.window_command = "golab trace t.out --from 1s --to 2s --html page.html";
  const std::string whole = WritePage(Leak(true));
  // Half of the data, as after a copy that was broken off and mended by hand.
  std::string broken = whole;
  const std::size_t columns = whole.find("id=\"columns\">") + std::string("id=\"columns\">").size();
  const std::size_t size = whole.find("</script>", columns) - columns;
  broken.erase(columns + size / 8 * 4, size - size / 8 * 4);
  Timeline none = Leak(true);
  none.goroutines.clear();
  const bool good = Write(folder, "leak", whole) && Write(folder, "pass", WritePage(Leak(false))) &&
                    Write(folder, "hostile", WritePage(Hostile())) &&
                    Write(folder, "many", WritePage(Many(10'000, 3, 1))) &&
                    Write(folder, "million", WritePage(Many(1'000, 330, 2))) &&
                    Write(folder, "traced", WritePage(Traced())) &&
                    Write(folder, "merged", WritePage(std::move(merged))) &&
                    Write(folder, "broken", broken) && Write(folder, "none", WritePage(none)) &&
                    Write(folder, "plain", WritePlainPage(Leak(true), "of a test"));
  return good ? 0 : 1;
}
