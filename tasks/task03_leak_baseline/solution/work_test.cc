// A leak is a difference: the count before the work against the count after it, when what is about
// to end has ended.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

void RunWork();

GOLAB_TEST(NoLeak, t) {
  const int before = runtime::NumGoroutine();  // whoever is alive already is none of RunWork's

  RunWork();

  // A goroutine that has called Done is still there until it has returned, and one may need a
  // moment more. What is left after that moment stays.
  time::Sleep(50 * time::Millisecond);
  const int after = runtime::NumGoroutine();

  // Fewer than before is no leak: one of the others may have ended meanwhile.
  if (after > before) t.Fatalf("leak: before=%d after=%d", before, after);
}

// For the variation: a RunWork with a leak, to see the test fail.
bool leak = false;

GOLAB_TEST_MAIN(m) {
  flag::BoolVar(&leak, "leak", false, "one of the five goroutines waits for ever");
  flag::Parse();
  os::Exit(m.Run());
}
