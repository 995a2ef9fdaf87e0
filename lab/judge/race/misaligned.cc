// no-dangling: main reads a long int at a misaligned address
// A number in the middle of bytes, read by a cast.
#include <golab/golab.h>

using namespace golab;

long NumberIn(const char* message) {
  return *reinterpret_cast<const long*>(message + 1);
}

GOLAB_MAIN() {
  auto messages = MakeChan<String>(1);
  messages.Send("#12345678");
  alignas(8) char bytes[16] = {};
  const String message = messages.Recv();
  for (int i = 0; i < 9; i++) bytes[i] = message[i];
  fmt::Println(NumberIn(bytes));
}
