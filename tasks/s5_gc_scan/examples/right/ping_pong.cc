// The work is two goroutines that talk to each other; the wait is a range over a channel.
#include <golab/golab.h>

#include <iostream>

namespace {

struct Sum {
  int total = 0;
};

void Waiter(golab::Chan<int> in, golab::Chan<int> out) {
  golab::gc::Ptr<Sum> sum = golab::gc::New<Sum>();
  for (int n : in) sum->total += n;
  out.Send(sum->total);
}

}  // namespace

GOLAB_MAIN() {
  using namespace golab;
  auto in = MakeChan<int>(), out = MakeChan<int>(), ping = MakeChan<int>(), pong = MakeChan<int>();
  go(Waiter, in, out);
  go([=] {
    for (int n : ping) pong.Send(n + 1);
  });
  in.Send(1);
  time::Sleep(50 * time::Millisecond);
  auto stop = MakeChan<bool>();
  sync::WaitGroup worker;
  worker.Add(1);
  go([=, &worker] {
    Defer done{[&] { worker.Done(); }};
    for (int n = 0; Select(Recv(stop), Default) == kDefault; n++) {
      ping.Send(n);
      pong.Recv();
      runtime::Gosched();
    }
    ping.Close();
  });
  for (int i = 0; i < 5; i++) {
    time::Sleep(time::Millisecond);
    runtime::GC();
  }
  in.Send(2);
  in.Close();
  std::cout << out.Recv() << "\n";
  stop.Close();
  worker.Wait();
}
