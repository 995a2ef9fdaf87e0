// What goroutines do, and what the scheduler is made of.

#include "lab/explain/terms_data.h"

namespace golab::lab {

const std::vector<Term>& VerbTerms() {
  static const std::vector<Term> terms = {
      {"park", "gopark|block|blocks|parking",
       R"term(park: to stop running until a goroutine, a timer or the network makes you ready
  goroutine 7  ###--------------====###      - parked, at ch.Recv()
  main         ###---###########^######      ^ ch.Send(1): 7 is ready (=)
  A parked goroutine uses memory and no processor. It cannot end its own wait.
  Not: preempted (still ready), an M that is blocked.   Go: gopark
  run: golab run task2    next: ready, wait-reason, leak
)term"},
      {"ready", "goready|make ready|unblock|unpark",
       R"term(ready: able to run and waiting for its turn alone; also: to make one so
  [chan receive] --somebody sends--> ready --picked--> runs
  Whoever ends a wait only puts the goroutine into a run queue, and goes on; the
  woken one runs later. The order of the two is open until one waits again.
  Not: running.   Go: goready, _Grunnable
  run: golab run task2    next: _Grunnable, run-queue, wake
)term"},
      {"run", "execute|runs|schedule in",
       R"term(run: to execute instructions, on an M that holds a P
  ready --picked by a P--> runs --waits, yields, is preempted, ends--> ...
  One goroutine a P runs at a time; main has no priority over others.
  Not: alive, or started: go alone runs nothing.   Go: execute, _Grunning
  next: _Grunning, P, go
)term"},
      {"wake", "wakes|wakeup|wake-up",
       R"term(wake: to end another's wait, so that it is ready
  wait                          woken by
  [chan receive]                Send, Close
  [chan send]                   Recv
  [sync.Mutex.Lock]             Unlock
  [sync.WaitGroup.Wait]         the Done that makes the counter 0
  [sleep]                       the clock
  For every wait, ask who that is. If nobody is left, the goroutine has leaked.
  run: golab run task2    next: ready, leak
)term"},
      {"spawn", "spawns|start a goroutine",
       R"term(spawn: to create a goroutine with go; it is ready at once and runs later
  main  go(f) ############      goes on
  f           ====###           = its turn comes when a P picks it
  Creator and created are equals from then on: neither waits for the other, and
  only main's end touches the others.
  Not: a call.   Go: the go statement, newproc
  run: golab run task1    next: go, join, created-by
)term"},
      {"join", "joins|joined|joining|wait for", R"term(join: to wait until goroutines have ended
  main         Add  go(f) Wait -----------#### returns
  goroutine 7             ########## Done '          last Done lets main go on
  When main returns, all others are cut off where they stand. A WaitGroup, or
  one receive a goroutine, is a join. A long enough sleep is none: how long is
  enough changes with the schedule.
  Not: starting, which waits for nobody.   Go: sync.WaitGroup
  run: golab run task1    next: WaitGroup, happens-before, sleep
)term"},
      {"yield", "Gosched|runtime.Gosched|yields", R"term(yield: to give up one's turn and stay ready
  goroutine 7  ####====####      = runtime::Gosched(): others first, then 7
  It ends no wait and promises no order; with no other ready it runs on at once.
  Not: parking: nobody has to wake it.   Go: runtime.Gosched
  next: preempt, run-queue, busy-wait
)term"},
      {"preempt", "preemption|preempts|sysmon",
       R"term(preempt: to take the turn from a goroutine that has had a P for 10 ms
  busy loop    ##########===========##########      = still ready
  goroutine 8  ==========###########==========      got the P
  So a loop without calls does not keep others from running. It stays ready, and
  continues where it stopped.
  Not: yielding (by itself), parking (it waits for nothing).   Go: preemptone
  run: golab run task2    next: _Grunnable, yield, busy-wait
)term"},
      {"steal", "stealing|work stealing|runqsteal",
       R"term(steal: a P without work takes half of another P's run queue
  P0  [ 7 ][ 8 ][ 9 ][ 12 ]          P1  [ ]
  P0  [ 9 ][ 12 ]                    P1  [ 7 ][ 8 ]
  So a goroutine may run on several Ps in its life, and order in one queue is no
  order of execution.
  Go: runqsteal    next: P, run-queue, scheduler
)term"},
      {"cancel", "cancelled|cancellation|cancels|done channel",
       R"term(cancel: to tell goroutines that their work is no longer needed
  ctx, cancel       worker:  Select(Recv(ctx.Done()), Recv(work, w))
  cancel() ------> Done is closed: each receive from it goes on, at once
  It asks and stops nobody: a goroutine that does not look at Done runs on.
  Cancel, then join: after that it is certain that they have ended.
  Go: context, or close of a channel    run: golab run task1
  next: context, close, join
)term"},
      {"settle", "settles|settled|settling",
       R"term(settle: to let everything that is ready run until it waits or ends
  go x5  ready ready ready ready ready
  pause  all five now stand in their waits: what is seen is what stays
  A dump or a count taken before shows starts, not states. In golab's checks
  50 to 100 ms of virtual time are always enough for that.
  Not: joining; a pause proves nothing about the end.
  run: golab run task3    next: baseline, join, virtual-time
)term"},
  };
  return terms;
}

const std::vector<Term>& PartTerms() {
  static const std::vector<Term> terms = {
      {"goroutine", "G|green thread|coroutine|fiber|goroutines",
       R"term(goroutine: a function that runs by itself, with its own stack, beside others
  M (thread of the system)  [ P [ goroutine 7 ] ]     many share few Ms
  goroutine 7: created by go at main.cc:12 in goroutine 1 (main)
  It begins with a go call, ends when its function returns, and has no handle:
  no other can stop it, ask for its result or wait for it without arrangement.
  Not: a thread of the system (an M), a task (an exercise).   Go: goroutine, G
  run: golab run task1    next: go, states, M
)term"},
      {"M", "thread|OS thread|machine|kernel thread|std::thread",
       R"term(M: a thread of the operating system; it runs goroutines while it holds a P
  M1 + P0: goroutine 7      M2 + P1: goroutine 8      M3: in a system call
  There are as many as needed: those that run, and those in system calls.
  std::thread makes one that golab does not schedule; use go.
  Not: a goroutine.   Go: M, for machine    next: P, _Gsyscall, LockOSThread
)term"},
      {"P", "processor|GOMAXPROCS|runtime.GOMAXPROCS",
       R"term(P: the right to run one goroutine, with a run queue of its own
  GOMAXPROCS = 2:   P0 [ 7 ][ 9 ]    P1 [ 12 ]    at most two run at a time
  An M must hold a P to run goroutines; in a system call it hands its P on.
  golab check and run use one P; golab run --procs 2 shows two at once.
  Not: a core of the machine, though there are as many by default.   Go: P
  next: M, run-queue, schedule
)term"},
      {"run-queue", "run queue|runq|queue|runnext",
       R"term(run-queue: the ready goroutines of one P, first come first served
  runnext [ 12 ]   queue [ 7 ][ 8 ][ 9 ] ...   global queue [ 20 ][ 21 ] ...
  The one made ready last goes to runnext and is next; what was there moves to
  the queue's end. Waiting goroutines stand in no run queue.
  Go: runq, runnext, sched.runq    next: ready, steal, scheduler
)term"},
      {"scheduler", "findRunnable|GMP",
       R"term(scheduler: the part that picks which ready goroutine a P runs next
  runnext, own queue, global queue, timers, network, steal from another P
  It acts when a goroutine waits, yields, ends or is preempted. It knows no
  priorities and promises no order; what must be in order needs a join, a
  channel or a lock.
  Go: schedule, findRunnable    next: run-queue, preempt, schedule
)term"},
      {"stack", "stacks|goroutine stack|stack overflow",
       R"term(stack: the frames of the calls that a goroutine is in, innermost first
  main.Worker        main.cc:9      <- waits here
  main.main.func1    main.cc:14
  created by main.main in goroutine 1 at main.cc:12
  Each goroutine has its own, a page of memory at least, for as long as it is
  alive: leaked ones keep theirs, and all that it refers to.
  Not: Stack, the function that prints it.   next: Stack, created-by, leak
)term"},
  };
  return terms;
}

}  // namespace golab::lab
