// What a plain thread may not do. The first flag says what it tries.

#include <golab/golab.h>

#include <cstring>
#include <thread>

using namespace golab;

/// Writes through a pointer that points nowhere.
[[gnu::noinline]] void WriteTo(int* where) {
  *where = 1;
}

GOLAB_MAIN() {
  const Slice<String> args = os::Args();
  const String what = args[1];
  auto ch = MakeChan<int>(1);
  std::thread([&] {
    if (what == "send") ch.Send(1);
    if (what == "receive") ch.Recv();
    if (what == "close") ch.Close();
    if (what == "select") Select(Recv(ch), Default);
    if (what == "sleep") time::Sleep(time::Second);
    if (what == "go") go([] {});
    if (what == "gosched") runtime::Gosched();
    if (what == "goexit") runtime::Goexit();
    if (what == "panic") panic("x");
    if (what == "fault") WriteTo(reinterpret_cast<int*>(0x10));
    if (what == "wait") {
      sync::WaitGroup wg;
      wg.Add(1);
      wg.Wait();
    }
  }).join();
}
