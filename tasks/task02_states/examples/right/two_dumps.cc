// Two dumps: the first too early, the second right. Printed line by line with a margin.
#include <golab/golab.h>

#include <iostream>
#include <sstream>
#include <string>

using namespace golab;

static void Print(const String& dump) {
  std::istringstream lines(std::string(dump.data(), dump.size()));
  for (std::string line; std::getline(lines, line);) std::cout << "  | " << line << '\n';
}

GOLAB_MAIN() {
  flag::Parse();
  auto nobody = MakeChan<String>();
  go([=] { nobody.Recv(); });
  auto deaf = MakeChan<String>();
  go([=] { deaf.Send("hello"); });
  go(time::Sleep, time::Minute);
  auto* mu = new sync::Mutex;
  go([mu] {
    mu->Lock();
    go([mu] { mu->Lock(); });
    Select();
  });
  go([] {
    volatile bool stop = false;
    while (!stop) {
    }
  });
  Print(runtime::Stack(true));
  time::Sleep(time::Second);
  Print(runtime::Stack(true));
}
