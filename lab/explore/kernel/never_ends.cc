// One goroutine never waits, and no event tells of it: the limit of processor time ends the run.
#include <golab/golab.h>

GOLAB_MAIN() {
  for (;;) {
  }
}
