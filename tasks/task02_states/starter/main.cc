// task2: force each state. What to do is in README.md (golab show task2).
//
// Watch it: golab run task2      Have it judged: golab check task2
#include <golab/golab.h>

using namespace golab;

// Names of Go's packages are namespaces here. Where you want C's functions of the same names, say
// so: std::time(nullptr), ::signal(...), ::sync().

// A loop that calls nothing. In C++ an endless loop without a side effect is undefined, and the
// compiler may remove it; writing to a volatile variable is a side effect.
[[noreturn]] void Busy() {
  volatile unsigned long turns = 0;
  for (;;) turns = turns + 1;
}

GOLAB_MAIN() {
  flag::Parse();

  go(Busy);
  // Four more goroutines: one that sleeps, one that receives from a channel nobody sends on, one
  // that sends on a channel nobody reads, and one that locks a mutex which another goroutine holds.

  // When all of them have come to their waits, print the dump of all goroutines.
  fmt::Print(runtime::Stack(false));
}
