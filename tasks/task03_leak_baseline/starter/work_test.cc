// task3: the test that finds goroutines which RunWork leaves behind.
//
// Watch it: golab run task3      Have it judged: golab check task3
// golab also links your test with other RunWork functions than yours: some leak, some do not.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

// Names of Go's packages are namespaces here. Where you want C's functions of the same names, say
// so: std::time(nullptr), ::signal(...).

void RunWork();

GOLAB_TEST(NoLeak, t) {
  RunWork();
  // Did RunWork leave goroutines behind? Then: t.Fatalf("leak: before=%d after=%d", before, after);
  static_cast<void>(t);
}
