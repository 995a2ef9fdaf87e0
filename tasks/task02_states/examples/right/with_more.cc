// The variation too: waits of every kind, started from a table.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

namespace {

sync::Mutex mutex, inner;
sync::RWMutex book;
sync::WaitGroup group;
sync::Cond bell = sync::NewCond(&inner);

void Spin() {
  volatile int x = 1;
  while (x != 0) x = x ^ 2;
}

void Nap() {
  time::Sleep(time::Hour);
}

void Take() {
  MakeChan<char>(8).Recv();
}

void Give() {
  MakeChan<char>().Send('x');
}

void Lock() {
  mutex.Lock();
}

void EitherOf() {
  Select(Recv(MakeChan<int>()), Send(MakeChan<int>(), 1));
}

void Nothing() {
  Select();
}

void SendNil() {
  SendChan<int>().Send(1);
}

void Await() {
  group.Wait();
}

void Listen() {
  inner.Lock();
  bell.Wait();
  inner.Unlock();
}

void Write() {
  book.Lock();
}

using Exhibit = void (*)();
constexpr Exhibit kBasic[] = {Spin, Nap, Take, Give, Lock};
constexpr Exhibit kMore[] = {EitherOf, Nothing, SendNil, Await, Listen, Write};

}  // namespace

GOLAB_MAIN() {
  bool more = false;
  flag::BoolVar(&more, "more", false, "all wait reasons");
  flag::Parse();
  mutex.Lock();
  book.RLock();
  group.Add(1);
  for (Exhibit e : kBasic) go(e);
  if (more) {
    for (Exhibit e : kMore) go(e);
  }
  time::Sleep(time::Second / 2);
  const String dump = runtime::Stack(true);
  std::printf("%.*s", static_cast<int>(dump.size()), dump.data());
}
