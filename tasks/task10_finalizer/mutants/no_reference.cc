// must fail: in-order
// variation: order
// Neither object refers to the other.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

struct T {
  int id = 0;
  gc::Ptr<T> next;
};

// What each finalizer does. `ran` tells main, which cannot know otherwise when that is.
static void Say(const gc::Ptr<T>& t, sync::WaitGroup& ran) {
  std::printf("finalizer for T#%d (goroutines now: %d)\n", t->id, runtime::NumGoroutine());
  ran.Done();
}

static gc::Ptr<T> NewWatched(int id, sync::WaitGroup& ran) {
  auto t = gc::New<T>(id);
  ran.Add(1);
  runtime::SetFinalizer(t, [&ran](gc::Ptr<T> dropped) { Say(dropped, ran); });
  return t;
}

// Collects, and waits until all finalizers that are wanted have run.
static void Collect(sync::WaitGroup& ran) {
  runtime::GC();
  ran.Wait();
}

// Three objects, each dropped at the end of its turn of the loop.
static void Plain(sync::WaitGroup& ran) {
  for (int i = 0; i < 3; i++) NewWatched(i, ran);
  Collect(ran);
}

// A finalizer is given a reference, and may keep it: the object lives on. Its finalizer is used up,
// and has to be set again.
static void Resurrect(sync::WaitGroup& ran) {
  gc::Ptr<T> kept;
  ran.Add(1);
  runtime::SetFinalizer(gc::New<T>(0), [&](gc::Ptr<T> t) {
    kept = t;
    runtime::SetFinalizer(t, [&ran](gc::Ptr<T> again) { Say(again, ran); });
    Say(t, ran);
  });
  Collect(ran);
  runtime::GC();  // finds it reachable
  std::printf("T#%d is back\n", kept->id);
  ran.Add(1);
  kept = nullptr;
  Collect(ran);
}

// A refers to B: A goes in the first collection, B in the second.
static void Order(sync::WaitGroup& ran) {
  auto b = NewWatched(1, ran);
  {
    auto a = gc::New<T>(0);
    sync::WaitGroup first;
    first.Add(1);
    runtime::SetFinalizer(a, [&first](gc::Ptr<T> t) { Say(t, first); });
    a = nullptr;
    b = nullptr;
    Collect(first);
  }
  Collect(ran);
}

// The finalizer that blocks is the first to run: the newest. All others wait behind it.
static void Blocked(sync::WaitGroup& ran) {
  for (int i = 0; i < 2; i++) NewWatched(i, ran);
  const auto never = MakeChan<int>();
  const auto begun = MakeChan<int>();
  runtime::SetFinalizer(gc::New<T>(2), [=](gc::Ptr<T> t) {
    std::printf("finalizer for T#%d (goroutines now: %d) waits\n", t->id, runtime::NumGoroutine());
    begun.Send(1);
    never.Recv();
  });
  runtime::GC();
  begun.Recv();
  time::Sleep(100 * time::Millisecond);
  std::printf("goroutines: %d, and no finalizer has run to its end\n", runtime::NumGoroutine());
}

// A cleanup gets no reference, so it also comes where objects refer to each other in a circle.
static void Cleanup(sync::WaitGroup& ran) {
  auto t = gc::New<T>(0);
  t->next = t;
  ran.Add(1);
  runtime::AddCleanup(
      t,
      [&ran](int id) {
        std::printf("cleanup for T#%d (goroutines now: %d)\n", id, runtime::NumGoroutine());
        ran.Done();
      },
      t->id);
  t = nullptr;
  Collect(ran);
}

// An address keeps nothing. What is used by its address needs the Ptr until that use is over.
static void Alive(sync::WaitGroup& ran) {
  auto t = NewWatched(0, ran);
  const T* address = t.Get();
  runtime::GC();
  std::printf("used T#%d\n", address->id);
  runtime::KeepAlive(t);
  t = nullptr;
  Collect(ran);
}

GOLAB_MAIN() {
  const bool* resurrect = flag::Bool("resurrect", false, "a finalizer keeps its object");
  const bool* order = flag::Bool("order", false, "an object refers to another");
  const bool* blocked = flag::Bool("blocked", false, "a finalizer blocks");
  const bool* cleanup = flag::Bool("cleanup", false, "AddCleanup in place of SetFinalizer");
  const bool* alive = flag::Bool("alive", false, "an object is used by its address");
  flag::Parse();
  sync::WaitGroup ran;
  if (*resurrect) {
    Resurrect(ran);
  } else if (*order) {
    Order(ran);
  } else if (*blocked) {
    Blocked(ran);
  } else if (*cleanup) {
    Cleanup(ran);
  } else if (*alive) {
    Alive(ran);
  } else {
    Plain(ran);
  }
}
