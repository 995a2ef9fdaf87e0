// Channels under every schedule: nothing is lost, doubled or reordered, whatever is preempted
// where.

#include <golab/golab.h>

#include <string>
#include <vector>

#include "verify.h"

using namespace golab;

namespace {

void UnbufferedKeepsOrder() {
  auto ch = MakeChan<int>();
  go([=] {
    for (int i = 0; i < 5; ++i) ch.Send(i);
    ch.Close();
  });
  int want = 0;
  for (int v : ch) {
    VERIFY(v == want);
    ++want;
  }
  VERIFY(want == 5);
  VERIFY(!ch.RecvOk().ok);
}

void BufferedKeepsOrderOfEachSender() {
  auto ch = MakeChan<int>(3);
  sync::WaitGroup senders;
  for (int s = 0; s < 3; ++s) {
    senders.Add(1);
    go([=, &senders] {
      for (int i = 0; i < 4; ++i) ch.Send(s * 10 + i);
      senders.Done();
    });
  }
  go([=, &senders] {
    senders.Wait();
    ch.Close();
  });
  int next[3] = {0, 0, 0};
  int all = 0;
  for (int v : ch) {
    VERIFY(v % 10 == next[v / 10]);
    ++next[v / 10];
    ++all;
  }
  VERIFY(all == 12);
}

void StringsAreMovedOnce() {
  auto ch = MakeChan<std::string>(1);
  go([=] {
    for (int i = 0; i < 4; ++i) ch.Send(std::string(40, static_cast<char>('a' + i)));
    ch.Close();
  });
  char want = 'a';
  for (const std::string& v : ch) {
    VERIFY(v == std::string(40, want));
    ++want;
  }
  VERIFY(want == 'e');
}

void CloseWakesEverybody() {
  auto ch = MakeChan<int>();
  auto done = MakeChan<bool>(4);
  for (int i = 0; i < 4; ++i) {
    go([=] {
      const auto [v, ok] = ch.RecvOk();
      VERIFY(!ok && v == 0);
      done.Send(true);
    });
  }
  ch.Close();
  for (int i = 0; i < 4; ++i) done.Recv();
}

void SelectTakesEachValueOnce() {
  auto a = MakeChan<int>();
  auto b = MakeChan<int>(1);
  auto quit = MakeChan<bool>();
  go([=] {
    for (int i = 0; i < 3; ++i) a.Send(1);
    quit.Close();
  });
  go([=] {
    for (int i = 0; i < 3; ++i) b.Send(10);
    b.Close();
  });
  RecvChan<int> from_b = b;
  int sum = 0;
  bool a_done = false;
  while (!a_done || from_b != nullptr) {
    int v = 0;
    bool ok = false;
    switch (Select(Recv(a, v), Recv(from_b, v, ok), Recv(quit))) {
      case 0:
        sum += v;
        break;
      case 1:
        if (ok) {
          sum += v;
        } else {
          from_b = nullptr;
        }
        break;
      case 2:
        if (!a_done) a_done = true;
        if (from_b == nullptr) continue;
        break;
      default:
        VERIFY(false);
    }
  }
  VERIFY(sum == 33);
}

void SelectSendsAndReceives() {
  auto in = MakeChan<int>();
  auto out = MakeChan<int>();
  go([=] {
    int sent = 0;
    int got = 0;
    while (sent < 3 || got < 3) {
      int v = 0;
      switch (
          Select(Send(sent < 3 ? out : Chan<int>{}, sent), Recv(got < 3 ? in : Chan<int>{}, v))) {
        case 0:
          ++sent;
          break;
        case 1:
          VERIFY(v == got * 7);
          ++got;
          break;
        default:
          VERIFY(false);
      }
    }
  });
  go([=] {
    for (int i = 0; i < 3; ++i) in.Send(i * 7);
  });
  for (int i = 0; i < 3; ++i) VERIFY(out.Recv() == i);
}

void TimersFireInTime() {
  const time::Time start = time::Now();
  auto ticker = time::NewTicker(10 * time::Millisecond);
  ticker.C.Recv();
  ticker.C.Recv();
  ticker.Stop();
  VERIFY(time::Since(start) >= 20 * time::Millisecond);
  switch (Select(Recv(time::After(5 * time::Millisecond)), Recv(Chan<int>{}))) {
    case 0:
      break;
    default:
      VERIFY(false);
  }
  auto timer = time::NewTimer(time::Hour);
  VERIFY(timer.Stop());
  auto fired = MakeChan<bool>(1);
  time::AfterFunc(time::Millisecond, [=] { fired.Send(true); });
  VERIFY(fired.Recv());
}

}  // namespace

GOLAB_MAIN() {
  UnbufferedKeepsOrder();
  BufferedKeepsOrderOfEachSender();
  StringsAreMovedOnce();
  CloseWakesEverybody();
  SelectTakesEachValueOnce();
  SelectSendsAndReceives();
  TimersFireInTime();
}
