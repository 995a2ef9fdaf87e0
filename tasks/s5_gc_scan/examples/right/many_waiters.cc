// Ten wait; a channel is closed for all; the collector is a goroutine of its own.
#include <golab/golab.h>

#include <cstdio>
#include <string>

using namespace golab;

struct Note {
  std::string text;
};

GOLAB_MAIN() {
  const auto gate = MakeChan<int>();
  sync::WaitGroup wg;
  for (int i = 0; i < 10; i++) {
    wg.Add(1);
    go([&wg, gate, i] {
      Defer done{[&wg] { wg.Done(); }};
      auto note = gc::New<Note>("note " + std::to_string(i));
      gate.RecvOk();
      std::printf("%s\n", note->text.c_str());
    });
  }
  time::Sleep(50 * time::Millisecond);
  atomic::Bool collected;
  go([&] {
    runtime::GC();
    runtime::GC();
    collected.Store(true);
  });
  while (!collected.Load()) runtime::Gosched();
  gate.Close();
  wg.Wait();
}
