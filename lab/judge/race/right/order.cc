// Every way that golab has to order two accesses, and none is a race.
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <golab/golab.h>

using namespace golab;

namespace {

const std::string& Name() {
  static const std::string name = "made once";
  return name;
}

void Check(bool good) {
  if (!good) panic("wrong");
}

void StdLocks() {
  std::mutex mu;
  std::vector<int> list;
  sync::WaitGroup wg;
  for (int i = 0; i < 20; ++i) {
    wg.Add(1);
    go([&, i] {
      int local = i;
      int* volatile on_stack = &local;
      *on_stack += 1;
      {
        const std::lock_guard lock(mu);
        list.push_back(i);
      }
      Check(Name() == "made once");
      wg.Done();
    });
  }
  wg.Wait();
  Check(list.size() == 20);
}

void Channels() {
  auto text = MakeChan<std::string>();
  go([=] {
    for (int i = 0; i < 3; ++i) text.Send("value " + std::to_string(i));
    text.Close();
  });
  int count = 0;
  for (const std::string& one : text) count += static_cast<int>(one.size());
  Check(count == 21);
  // A buffer as a lock: a receive comes before the send of value k + capacity.
  auto places = MakeChan<bool>(1);
  int shared = 0;
  sync::WaitGroup wg;
  for (int i = 0; i < 5; ++i) {
    wg.Add(1);
    go([&] {
      places.Send(true);
      shared++;
      time::Sleep(time::Millisecond);
      places.Recv();
      wg.Done();
    });
  }
  wg.Wait();
  Check(shared == 5);
  // Without a buffer the receive comes before the send's return, too.
  auto meet = MakeChan<bool>();
  int before = 0;
  go([&] {
    before = 1;
    meet.Recv();
  });
  meet.Send(true);
  Check(before == 1);
  // Elements with pointers, through buffers and selects.
  auto boxes = MakeChan<std::shared_ptr<int>>(2);
  auto quit = MakeChan<bool>();
  for (int i = 0; i < 3; ++i) {
    go([=] {
      for (int k = 0; k < 5; ++k) {
        auto box = std::make_shared<int>(k);
        switch (Select(Send(boxes, box), Recv(quit))) {
          case 1:
            return;
        }
      }
    });
  }
  int sum = 0;
  for (int i = 0; i < 15; ++i) sum += *boxes.Recv();
  quit.Close();
  Check(sum == 30);
}

void Locks() {
  sync::RWMutex rw;
  sync::Mutex mu;
  sync::Once once;
  atomic::Int32 ready;
  int guarded = 0, made = 0, published = 0;
  sync::WaitGroup wg;
  for (int i = 0; i < 6; ++i) {
    wg.Add(1);
    go([&, i] {
      once.Do([&] { made = 1; });
      Check(made == 1);
      if (i % 2 == 0) {
        rw.Lock();
        guarded++;
        rw.Unlock();
      } else {
        rw.RLock();
        Check(guarded >= 0);
        rw.RUnlock();
      }
      wg.Done();
    });
  }
  wg.Wait();
  Check(guarded == 3);
  sync::Cond cond(sync::NewCond(&mu));
  go([&] {
    published = 1;
    ready.Store(1);
    mu.Lock();
    guarded = 10;
    cond.Broadcast();
    mu.Unlock();
  });
  mu.Lock();
  while (guarded != 10) cond.Wait();
  mu.Unlock();
  Check(ready.Load() == 1 && published == 1);
}

void Contexts() {
  int cause = 0;
  auto [ctx, cancel] = context::WithCancel(context::Background());
  auto ended = MakeChan<bool>();
  go([&cause, ended, ctx = ctx] {
    ctx.Done().Recv();
    Check(cause == 7);
    ended.Send(true);
  });
  cause = 7;
  cancel();
  ended.Recv();
  int value = 1;
  auto fired = MakeChan<bool>(1);
  time::AfterFunc(time::Millisecond, [&value, fired] {
    value++;
    fired.Send(true);
  });
  fired.Recv();
  Check(value == 2);
}

void Panics() {
  auto said = MakeChan<String>(1);
  go([=] {
    WithDefers([&](Defers& defer) {
      defer([&] {
        if (auto p = recover()) said.Send(p.Text());
      });
      panic("caught");
    });
  });
  Check(said.Recv() == "caught");
  sync::WaitGroup wg;
  wg.Add(1);
  std::string last;
  go([&] {
    Defer done{[&] { wg.Done(); }};
    std::string text = "unwound";
    Defer note{[&] { last = text; }};
    runtime::Goexit();
  });
  wg.Wait();
  Check(last == "unwound");
}

}  // namespace

GOLAB_MAIN() {
  StdLocks();
  Channels();
  Locks();
  Contexts();
  Panics();
}
