// Functions and types that exercises use.

#include "lab/explain/terms_data.h"

namespace golab::lab {

const std::vector<Term>& ApiTerms() {
  static const std::vector<Term> terms = {
      {"go", "go statement|newproc|std::async|std::thread::thread",
       R"term(go: creates a goroutine that calls f(x), and returns at once
  go(f, x);            f and x are copied now, f runs later
  go([=] { f(x); });   the same; [=] copies what the lambda uses
  go(f(x));            no: calls f here and now, and passes its result on
  Arguments are evaluated by the creator. What f returns is dropped.
  Not: a call, a promise of when.   Go: go f(x)
  run: golab run task1    next: spawn, capture, join
)term"},
      {"Chan", "channel|MakeChan|make chan|chan",
       R"term(Chan: a reference to a channel, which hands values from goroutine to goroutine
  auto ch = MakeChan<int>(2);     room for 2 values
  Send(1) Send(2) | room is full: Send(3) waits     Recv gives 1, then 2
  Copies refer to the same channel, so pass a Chan by value. Without room each
  Send meets a Recv: both go on together.
  Not: a queue that grows.   Go: chan T
  run: golab run task2    next: send, "chan receive", close
)term"},
      {"testing", "test|GOLAB_TEST|GOLAB_TEST_MAIN|testing.T|t.Fatalf|go test",
       R"term(testing: a function that checks, run on a goroutine of its own
  GOLAB_TEST(NoLeak, t) { ...; if (lost) t.Fatalf("leak: %d", n); }
  Fatalf ends the test by Goexit, so what is deferred runs. The runner waits for
  the test, and for nothing that it started. The program ends with status 1 if
  a test has failed. GOLAB_TEST_MAIN(m) looks at all of them together.
  Go: testing, go test    run: golab run task3    next: baseline, goleak, Goexit
)term"},
      {"flag", "flags|parameter|flag.Int|flag.Bool|flag.Duration|flag.Parse|--workers",
       R"term(flag: a value that a program takes from its command line
  const auto* workers = flag::Int("workers", 10, "how many");   a pointer
  flag::Parse();                    from here on *workers is what was given
  golab gives other values than the defaults to some runs, within the range that
  golab show -v names, so a number that stands in the code will not do.
  Go: flag    run: golab run task1 --workers 3    next: check, schedule
)term"},
      {"KeepAlive", "runtime.KeepAlive|keep alive|liveness|dead code",
       R"term(KeepAlive: a use of a value that no compiler may leave out
  sum += i; ...            nobody reads sum: the whole loop may be left out
  runtime::KeepAlive(sum)  it is read here, so it must have been computed
  It also marks until where an object is needed, so that its finalizer does not
  run before. It does nothing when it runs.
  Not: volatile, which is about each single access.   Go: runtime.KeepAlive
  run: golab run task9    next: finalizer, reachable, busy-wait
)term"},
      {"send", "Send()|ch <- v|Chan.Send",
       R"term(send: gives a value to a receiver, or puts it into the channel's room
  receiver waits   -> it gets the value and is ready; the sender goes on
  room is free     -> the value is kept; the sender goes on
  neither          -> the sender waits: [chan send]
  closed           -> panic: send on closed channel
  For each send, know which receive takes it.   Go: ch <- v
  run: golab run task2    next: "chan send", Chan, close
)term"},
      {"close", "Close()|closed channel|closing",
       R"term(close: says that no further value comes through a channel
  Send(1) Close()    Recv: 1    Recv: 0, ok is false    ... for ever, at once
  Every goroutine that waits for a receive is woken, which makes it a broadcast.
  A send after it, and a second close, panic. So the side that sends closes,
  once, after its last send.
  Go: close(ch)    run: golab run task1    next: range, send, cancel
)term"},
      {"range", "for range|range over channel|for (T v : ch)",
       R"term(range: receives from a channel until it is closed and empty
  for (int v : ch) use(v);      waits as [chan receive] between values
  Without a Close it never ends, and a goroutine in it is leaked.
  Not: a loop over what is in the room now.   Go: for v := range ch
  next: close, "chan receive", leak
)term"},
      {"defer", "Defer|WithDefers|Defers|destructor|scope guard|RAII",
       R"term(defer: runs a function when the current one ends, whichever way it does
  Defer d{[&] { wg.Done(); }};      return, panic, Goexit: runs on all three
  Several run last in, first out. A line after the call runs on return alone.
  Defer has no power to recover: for that, WithDefers and its defer(...).
  C++: a destructor. It needs a name: without one it runs at once.   Go: defer
  run: golab run task4    next: Goexit, recover, panic
)term"},
      {"panic", "throw|exception|panics|std::exception",
       R"term(panic: unwinds the goroutine's calls, running what they deferred
  Level3 panics -> deferred of Level3 -> of Level2 -> of Level1 -> exit status 2
                                         recover() in one of these stops it
  Not recovered, it ends the program, whichever goroutine it was in. A C++
  exception that leaves a goroutine is one, too.
  Not: Goexit, which ends one goroutine in order.   Go: panic(v)
  run: golab run task4 --variation panic    next: recover, defer, Goexit
)term"},
      {"recover", "recover()|catch|recovered",
       R"term(recover: stops a panic of its own goroutine, when a deferred function calls it
  WithDefers([&](Defers& defer) {
    defer([&] { if (auto p = recover()) ... });     p.Text() is what it said
    ...                                             panics
  });                                               goes on here
  Elsewhere it gives nil: in a helper of that function, in a Defer, in another
  goroutine, during Goexit.
  Go: recover()    run: golab run task4 --variation panic
  next: panic, defer, Goexit
)term"},
      {"Goexit", "runtime.Goexit|runtime::Goexit|pthread_exit|exit a goroutine",
       R"term(Goexit: ends the goroutine that calls it, running all that is deferred
  Level1 -> Level2 -> Level3 -> Goexit
  deferred of Level3, of Level2, of Level1; then the goroutine has ended
  No line after the calls runs. Others go on. Nothing can stop it: recover()
  gives nil, catch (...) only delays it. On main it ends main, not the program.
  Not: return (leaves one function), exit (ends the program).
  Go: runtime.Goexit    run: golab run task4    next: defer, recover, _Gdead
)term"},
      {"WaitGroup", "sync.WaitGroup|sync::WaitGroup|Add|Done|std::latch",
       R"term(WaitGroup: counts who is still at work, so that one can wait for all
  wg.Add(1); go(worker);     before the go, in the goroutine that starts it
  worker: Defer d{[&] { wg.Done(); }};
  wg.Wait();                 until the counter is 0
  Add inside the worker may come after Wait has looked. A copy counts apart: let
  a lambda capture it by reference, and keep it alive.
  Go: sync.WaitGroup    run: golab run task1
  next: join, defer, sync.WaitGroup.Wait
)term"},
      {"context",
       "ctx|context.Context|context::Context|WithCancel|WithTimeout|WithoutCancel|"
       "Background",
       R"term(context: carries the news that work is no longer needed, down a tree
  Background -- WithCancel -- WithTimeout(2 s)
                    |              '-- worker: Recv(ctx.Done())
                 cancel()  closes Done here and in all below
  Check ctx.Err(), or select on ctx.Done() at each wait. Call cancel on every
  way out: else its timer and its entry in the parent stay.
  Go: context    next: cancel, select, defer
)term"},
      {"timer", "After|AfterFunc|NewTimer|time.After|time::After",
       R"term(timer: sends the time on its channel once, when it is due
  switch (Select(Recv(work), Recv(time::After(time::Second)))) ...   a deadline
  Stop takes it back; a timer that nobody refers to is collected.
  In virtual time the clock jumps to the next one when nothing can run.
  Not: a sleep, which cannot be one case of several.   Go: time.Timer
  next: ticker, sleep, virtual-time
)term"},
      {"ticker", "Tick|NewTicker|time.Tick|time.Ticker",
       R"term(ticker: sends the time on its channel again and again, at an interval
  NewTicker(100 ms)  |----|----|----|---- Stop
  A receiver that is late misses ticks: at most one is kept. Stop ends it, and
  does not close its channel: a range over it would wait for ever.
  Go: time.Ticker    run: golab run task1    next: timer, select, busy-wait
)term"},
      {"Shutdown", "http.Server.Shutdown|graceful shutdown|server shutdown",
       R"term(Shutdown: stops accepting connections, then waits for requests under way
  Shutdown(ctx)  listener closed | requests end by themselves | returns
  Close          listener closed | connections cut            | returns
  The context is the deadline. Goroutines that are no requests are not waited
  for: cancel and join those.   Go: http.Server.Shutdown
  run: golab run task7    next: signal, context, join
)term"},
      {"signal", "os/signal|signal.Notify|NotifyContext|SIGINT|SIGTERM|Ctrl-C|interrupt",
       R"term(signal: news from outside the program, such as Ctrl-C or kill
  kill -TERM ---> nobody asked for it: the default action ends the program
             ---> NotifyContext(.., os::Terminate): ctx ends, nothing else
  stop() gives the default action back, so that a second Ctrl-C ends it at once.
  Not: Cond.Signal, which wakes a goroutine.   Go: os/signal
  run: golab run task7    next: context, Shutdown
)term"},
      {"handler", "http.Handler|http.HandlerFunc|HandleFunc|http.Serve|r.Context()|request context",
       R"term(handler: a function that answers a request, on its connection's goroutine
  client   asks ----------------- has the whole answer
  handler       begins --- Write, Flush --- returns
  ctx           r.Context() ............... ends; or before: the client leaves
  Its request's context ends when it returns. What it starts with go may outlive
  it, and must not use w or r then. A panic ends this connection alone.
  Go: http.Handler    run: golab run task12    next: context, Shutdown, go
)term"},
      {"Listen", "net.Listen|net.Listener|listener",
       R"term(Listen: takes an address; from here on clients can connect
  auto [listener, err] = net::Listen("tcp", "localhost:8080");
  server    Listen ------------ Accept ---- Accept        Close
  clients        connect, wait: a queue     served        refused
  A port that is taken is an error of Listen, in the goroutine that calls it:
  main can end with it. Of ListenAndServe only the server's goroutine knows.
  Go: net.Listen    run: golab run task7 --variation port-taken
  next: handler, Shutdown
)term"},
      {"LockOSThread", "runtime.LockOSThread|UnlockOSThread|lock os thread",
       R"term(LockOSThread: ties a goroutine to its M until it unlocks or ends
  goroutine 7 = M3      no other runs on M3, and 7 runs nowhere else
  One that ends while locked ends its M as well. Calls count: as many unlocks.
  Not: a lock for data.   Go: runtime.LockOSThread
  run: golab run task8    next: M, P
)term"},
      {"finalizer",
       "SetFinalizer|AddCleanup|runtime.SetFinalizer|runtime::SetFinalizer|"
       "runtime.AddCleanup|runtime::AddCleanup|cleanup",
       R"term(finalizer: a function that runs after an object was found unreachable
  last reference gone --> a collection finds it --> finalizer goroutine runs it
  When is open: not before a collection, and never if the program ends first.
  Not: a destructor, which runs at a known line.   Go: runtime.SetFinalizer
  run: golab run task10    next: reachable, KeepAlive, "finalizer wait"
)term"},
      {"NumGoroutine", "runtime.NumGoroutine|runtime::NumGoroutine|goroutine count",
       R"term(NumGoroutine: the number of goroutines that are alive now, main included
  main + monitor + 10 workers = 12     all states but ended, whoever made them
  One number, true for one instant: compare two, and let things settle first.
  Not counted: the runtime's own.   Go: runtime.NumGoroutine
  run: golab run task1    next: baseline, settle, leak
)term"},
      {"Stack", "runtime.Stack|runtime::Stack|debug.Stack|dump|stack dump|traceback|SIGQUIT",
       R"term(Stack: gives the stacks as text: of the caller, or with true of all
  goroutine 7 [chan receive]:            id, wait reason or state
  main.Worker(...)                       innermost call first
          main.cc:9
  created by main.main in goroutine 1    who called go, and where
  With true all others are stopped meanwhile, so a busy one shows [runnable].
  Go: runtime.Stack    run: golab run task2    next: wait-reason, created-by
)term"},
      {"created-by", "created by|gopc|creation site|creator",
       R"term(created-by: the last line of a stack: which function called go, and where
  created by main.StartAll in goroutine 1
          main.cc:19                     the line of the go call
  Of many goroutines that wait at one place, it tells which go made them.
  Not: who calls whom; the creator may have ended.   Go: gopc
  run: golab run task5    next: Stack, spawn, pprof, leak
)term"},
      {"pprof", "goroutine profile|net/http/pprof|profile",
       R"term(pprof: profiles of a running program, fetched over HTTP
  /debug/pprof/goroutine?debug=1     equal stacks together, with their number
  /debug/pprof/goroutine?debug=2     every goroutine, as in a dump
  Twice, a minute apart: what grew is the leak.   Go: net/http/pprof
  golab pprof diff --every 60s --of http://localhost:6060
  run: golab run task5    next: Stack, created-by, leak
)term"},
      {"trace",
       "runtime/trace|execution trace|go tool trace|trace.Start|trace.Stop|trace.NewTask|"
       "trace.StartRegion|trace.Log",
       R"term(trace: a record of what every goroutine did, for a viewer
  trace::Start(file) ... trace::Stop()     Stop writes what is still in buffers
  created, ran, waited and why, ended; each with its time.
  Not: a recording of golab, which is always made.   Go: runtime/trace
  run: golab run task9    next: recording, states
)term"},
      {"goleak",
       "go.uber.org/goleak|VerifyNone|VerifyTestMain|leak test|IgnoreAnyFunction|"
       "IgnoreTopFunction|IgnoreCurrent",
       R"term(goleak: fails a test that leaves goroutines behind
  VerifyNone(t), deferred     after this test
  VerifyTestMain(m)           after all tests
  IgnoreAnyFunction("main.f") leaves out who is in main.f, on purpose
  It looks again for a while before it fails, so that late ones can end.
  Go: go.uber.org/goleak    run: golab run task11    next: leak, settle
)term"},
  };
  return terms;
}

}  // namespace golab::lab
