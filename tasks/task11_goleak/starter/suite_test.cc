// task11: a suite that finds goroutines which its tests leave behind. What to do: golab show task11
//
// Watch it: golab run task11      Have it judged: golab check task11
// golab also links your suite with tests of its own: some leave a goroutine behind.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

// A goroutine that lives as long as the program, on purpose. Start it where the program begins.
// In C++ a named function is what goleak can be told about: a lambda is called main.func1 or so.
void Heartbeat(RecvChan<time::Time> beat) {
  for (;;) beat.Recv();
}

GOLAB_TEST(MyWork, t) {
  // Start a goroutine or more, use them, see to it that they end.
  static_cast<void>(t);
}

GOLAB_TEST_MAIN(m) {
  os::Exit(m.Run());
}
