// must fail: restarts
// A panic is logged, and the worker is gone.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "supervisor.h"

using namespace golab;

static bool use_backoff = false;
static int budget = 0;

void Supervisor::Flags() {
  flag::BoolVar(&use_backoff, "backoff", false, "longer and longer delays, with jitter");
  flag::IntVar(&budget, "budget", 0, "so many crashes a minute end a worker for good; 0: no limit");
}

/// "goroutine 7", as the first line of a stack says it. Go gives no other way to ask who one is, on
/// purpose: there is hardly ever a need. Here a Stop must know whether it would wait for itself.
static std::string Self() {
  const String stack = debug::Stack();
  const std::string text(stack.c_str());
  return text.substr(0, text.find(" ["));
}

Supervisor::Supervisor(context::Context parent) {
  auto [ctx, cancel] = context::WithCancel(parent);
  ctx_ = ctx;
  cancel_ = cancel;
}

void Supervisor::Go(String name, Work work) {
  mu_.Lock();
  Defer unlock{[this] { mu_.Unlock(); }};
  if (stopped_ || ctx_.Err()) return;
  if (!workers_.try_emplace(name.c_str()).second) {
    log::Printf("%s: a worker of that name is there already; refused", name);
    return;
  }
  wg_.Add(1);  // under the lock: never after Stop has begun to wait
  go([this, name, work] {
    Defer done{[this] { wg_.Done(); }};
    Supervise(name, work);
  });
}

void Supervisor::Stop() {
  mu_.Lock();
  stopped_ = true;
  const std::string self = Self();
  const bool within = std::any_of(workers_.begin(), workers_.end(),
                                  [&](const auto& worker) { return worker.second == self; });
  mu_.Unlock();
  cancel_();
  if (!within) wg_.Wait();
}

void Supervisor::Supervise(const String& name, const Work& work) {
  mu_.Lock();
  workers_[name.c_str()] = Self();
  mu_.Unlock();
  Failures failures;
  while (!ctx_.Err()) {
    const time::Time begin = time::Now();
    const Error err = RunOnce(name, work);
    const bool panicked =
        err != nullptr && std::string(err.Text().c_str()).find(" panicked: ") != std::string::npos;
    if (panicked) log::Printf("%v", err);
    if (ctx_.Err() || panicked) return;
    if (TooMany(err != nullptr, &failures)) {
      log::Printf("%s exited (%v); %d crashes within a minute: not restarted", name, err, budget);
      return;
    }
    const time::Duration delay = DelayAfter(time::Since(begin), &failures);
    log::Printf("%s exited (%v); restarting in %v", name, err, delay);
    // A select ends by the timer or by Stop, whichever comes first; a sleep by time alone.
    Select(Recv(ctx_.Done()), Recv(time::After(delay)));
  }
}

/// One run; a panic becomes an error. The recover is on the goroutine that panics: nowhere else can
/// a panic be stopped.
Error Supervisor::RunOnce(const String& name, const Work& work) {
  Error result;
  WithDefers([&](Defers& defer) {
    defer([&] {
      if (auto p = recover())
        result = fmt::Errorf("%s panicked: %s\n%s", name, p.Text(), debug::Stack());
    });
    result = work(ctx_);
  });
  return result;
}

/// A second; with --backoff 1, 2, 4, 8 s and so on for one failure after another, each by up to a
/// half shorter or longer, so that workers that fail together do not come back together. Counted
/// for each worker by itself.
time::Duration Supervisor::DelayAfter(time::Duration lasted, Failures* failures) const {
  if (!use_backoff) return time::Second;
  constexpr int kMost = 3;  // 8 s
  if (lasted >= 10 * time::Second) failures->in_a_row = 0;
  const time::Duration delay = (1 << std::min(failures->in_a_row++, kMost)) * time::Second;
  return delay / 2 + (std::rand() % 1000) * (delay / 1000);
}

bool Supervisor::TooMany(bool crashed, Failures* failures) const {
  if (budget == 0 || !crashed) return false;
  const time::Time now = time::Now();
  failures->latest.push_back(now);
  while (now.Sub(failures->latest.front()) > time::Minute) failures->latest.pop_front();
  return static_cast<int>(failures->latest.size()) >= budget;
}
