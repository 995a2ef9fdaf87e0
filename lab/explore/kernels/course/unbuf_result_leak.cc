// The first answer is taken; the others are sent on a channel without room.
// Every order: all but one of the senders are left over.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto answers = MakeChan<int>();
  for (int mirror = 0; mirror < 3; ++mirror) go([=] { answers.Send(mirror); });
  answers.Recv();
}
