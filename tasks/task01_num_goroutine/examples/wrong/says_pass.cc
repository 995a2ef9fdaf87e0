// must fail: hold
// Prints what a judge might look for and leaves.
#include <golab/golab.h>

#include <cstdio>
#include <cstdlib>
#include <string>

using namespace golab;

GOLAB_MAIN() {
  int* workers = flag::Int("workers", 10, "");
  auto* sleep = flag::Duration("sleep", time::Second, "");
  auto* interval = flag::Duration("interval", 100 * time::Millisecond, "");
  flag::Parse();
  for (int i = 0; i < *workers; i++) go([=] { time::Sleep(*sleep); });
  go([=] {
    for (;;) {
      time::Sleep(*interval);
      std::puts(("goroutines: " + std::to_string(runtime::NumGoroutine())).c_str());
    }
  });
  time::Sleep(*sleep / 2);
  std::puts("PASS task1: rise ok, hold ok, fall ok, monitor ok");
  std::exit(0);
}
