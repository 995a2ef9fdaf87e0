// The goroutines say when they are about to wait; main hears them all, then gives them a moment.
#include <golab/golab.h>

using namespace golab;

class Zoo {
 public:
  Zoo() { held_.Lock(); }

  template <class F>
  void Add(F f) {
    ++animals_;
    go([f, ready = ready_] {
      ready.Send(1);
      f();
    });
  }

  void Settle() {
    for (; animals_ > 0; --animals_) ready_.Recv();
    time::Sleep(20 * time::Millisecond * 5);
  }

  sync::Mutex held_;

 private:
  int animals_ = 0;
  Chan<int> ready_ = MakeChan<int>(16);
};

GOLAB_MAIN() {
  flag::Parse();
  static Zoo zoo;
  auto a = MakeChan<int>(), b = MakeChan<int>();
  zoo.Add([a] { a.Recv(); });
  zoo.Add([b] { b.Send(0); });
  zoo.Add([] { time::Sleep(time::Second); });
  zoo.Add([] { zoo.held_.Lock(); });
  zoo.Add([] {
    volatile double x = 1;
    for (;;) x = x * 1.0000001;
  });
  zoo.Settle();
  log::Print(runtime::Stack(true));
}
