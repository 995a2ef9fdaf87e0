// Nothing wrong, and longer than a search looks.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Mutex mu;
  for (int i = 0; i < 1500; ++i) {
    mu.Lock();
    mu.Unlock();
  }
}
