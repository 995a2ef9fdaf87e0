// The worker computes without giving way; the collection gives way to it.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

struct Seed {
  long value = 12345;
};

GOLAB_MAIN() {
  const auto go_on = MakeChan<bool>();
  const auto result = MakeChan<long>();
  go([=] {
    gc::Ptr<Seed> seed = gc::New<Seed>();
    gc::Ptr<Seed> same = seed;
    go_on.Recv();
    result.Send(same->value);
  });
  time::Sleep(50 * time::Millisecond);
  atomic::Int32 left;
  left.Store(2);
  for (int w = 0; w < 2; w++) {
    go([&] {
      volatile unsigned long x = 1;
      for (unsigned i = 0; i < 300'000; i++) x = x * 31 + i;
      left.Add(-1);
    });
  }
  runtime::GC();
  while (left.Load() != 0) time::Sleep(10 * time::Millisecond);
  go_on.Close();
  std::printf("%ld\n", result.Recv());
}
