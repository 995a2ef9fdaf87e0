// A goroutine of its own collects until a counter says that all have run; one holder ends by Goexit.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

struct Row {
  int n = 0;
  Row* other = nullptr;  // an address, which keeps nothing
};

static atomic::Int32 gone;

static gc::Ptr<Row> Make(int n) {
  auto row = gc::New<Row>();
  row->n = n;
  runtime::SetFinalizer(row.Get(), [](gc::Ptr<Row> r) {
    std::printf("T#%d, goroutines now: %d\n", r->n, runtime::NumGoroutine());
    gone.Add(1);
  });
  return row;
}

GOLAB_MAIN() {
  auto mine = Make(0);
  go([] {
    auto held = Make(1);
    runtime::Goexit();
  });
  const auto done = MakeChan<bool>();
  go([done] {
    while (gone.Load() < 2) {
      runtime::GC();
      time::Sleep(10 * time::Millisecond);
    }
    done.Close();
  });
  time::Sleep(50 * time::Millisecond);
  mine = nullptr;
  done.Recv();
}
