// Package metrics, in both worlds.

#include "golab/metrics.h"

#include <array>
#include <vector>

#include "golab/golab.h"

using namespace golab;

namespace {

metrics::Value Read(const String& name) {
  metrics::Sample sample[] = {{name}};
  metrics::Read(sample);
  return sample[0].Value;
}

String PanicOf(Func<void()> f) {
  String text;
  WithDefers([&](Defers& defer) {
    defer([&] {
      if (const Recovered panicked = recover()) text = panicked.Text();
    });
    f();
  });
  return text;
}

GOLAB_TEST(CountsGoroutines, t) {
  const Chan<int> stop = MakeChan<int>();
  const std::uint64_t before = Read("/sched/goroutines:goroutines").Uint64();
  if (before != 2) t.Errorf("%d goroutines, not 2", before);
  for (int i = 0; i < 10; i++) go([=] { stop.Recv(); });
  if (const auto n = Read("/sched/goroutines:goroutines").Uint64(); n != before + 10)
    t.Errorf("%d goroutines, not %d", n, before + 10);
  stop.Close();
}

GOLAB_TEST(SaysGomaxprocs, t) {
  const auto n = Read("/sched/gomaxprocs:threads").Uint64();
  if (n != static_cast<std::uint64_t>(runtime::GOMAXPROCS(0))) t.Errorf("%d", n);
}

GOLAB_TEST(TimeOfProcessors, t) {
  std::array<metrics::Sample, 3> s = {{{"/cpu/classes/total:cpu-seconds"},
                                       {"/cpu/classes/user:cpu-seconds"},
                                       {"/cpu/classes/idle:cpu-seconds"}}};
  metrics::Read(s);
  const double before = s[0].Value.Float64();
  time::Sleep(20 * time::Millisecond);
  metrics::Read(s);
  const double total = s[0].Value.Float64();
  const double user = s[1].Value.Float64();
  if (total < before + 0.02 * runtime::GOMAXPROCS(0) - 1e-9)
    t.Errorf("total %v after %v", total, before);
  if (user < 0 || s[2].Value.Float64() < 0) t.Error("negative");
  if (os::Getenv("GOLAB_WORLD") == "virtual" && user != 0) t.Errorf("computing took %v s", user);
}

GOLAB_TEST(StacksGrowWithGoroutines, t) {
  const auto before = Read("/memory/classes/heap/stacks:bytes").Uint64();
  const Chan<int> stop = MakeChan<int>();
  sync::WaitGroup started;
  for (int i = 0; i < 8; i++) {
    started.Add(1);
    go([&started, stop] {
      started.Done();
      stop.Recv();
    });
  }
  started.Wait();
  const auto after = Read("/memory/classes/heap/stacks:bytes").Uint64();
  if (after < before + 8 * 4096) t.Errorf("%d bytes, then %d", before, after);
  if (after % 4096 != 0) t.Errorf("%d bytes are no pages", after);
  stop.Close();
}

GOLAB_TEST(AllAreReadable, t) {
  const Slice<metrics::Description> all = metrics::All();
  std::vector<metrics::Sample> samples;
  for (const metrics::Description& d : all) samples.push_back({d.Name});
  metrics::Read(samples);
  for (int i = 0; i < all.Len(); i++) {
    if (samples[static_cast<std::size_t>(i)].Value.Kind() != all[i].Kind ||
        all[i].Kind == metrics::KindBad)
      t.Errorf("%s has another kind than it says", all[i].Name);
    if (all[i].Description.empty()) t.Errorf("%s is not described", all[i].Name);
    if (i > 0 && !(all[i - 1].Name < all[i].Name)) t.Errorf("%s is not in order", all[i].Name);
  }
}

/// Go 1.24's names that have no value here, and others.
GOLAB_TEST(OthersAreBad, t) {
  for (const char* name :
       {"/gc/heap/live:bytes", "/sched/latencies:seconds", "/sync/mutex/wait/total:seconds",
        "/cgo/go-to-c-calls:calls", "/sched/threads:threads", "", "goroutines"}) {
    if (Read(name).Kind() != metrics::KindBad) t.Errorf("%s has a value", name);
  }
}

GOLAB_TEST(MisusePanicsAsInGo, t) {
  const metrics::Value bad;
  const metrics::Value n = Read("/sched/goroutines:goroutines");

  const struct {
    Func<void()> call;
    const char* text;
  } cases[] = {
      {[=] { (void)bad.Uint64(); }, "called Uint64 on non-uint64 metric value"},
      {[=] { (void)n.Float64(); }, "called Float64 on non-float64 metric value"},
      {[=] { (void)n.Float64Histogram(); },
       "called Float64Histogram on non-Float64Histogram metric value"},
  };

  for (const auto& c : cases) {
    if (const String text = PanicOf(c.call); text != c.text) t.Errorf("panics %q", text);
  }
}

}  // namespace
