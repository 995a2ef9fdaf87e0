// Two tests, and a helper that they share; one calls RunWork twice.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

void RunWork();

namespace {
int Settled() {
  time::Sleep(60 * time::Millisecond);
  return runtime::NumGoroutine();
}

void Compare(testing::T& t, int before, int after) {
  if (after <= before) return;
  t.Logf("before: %d", before);
  t.Logf("after: %d", after);
  t.FailNow();
}
}  // namespace

GOLAB_TEST(Once, t) {
  const int before = Settled();
  RunWork();
  Compare(t, before, Settled());
}

GOLAB_TEST(Twice, t) {
  const int before = Settled();
  RunWork();
  RunWork();
  Compare(t, before, Settled());
}
