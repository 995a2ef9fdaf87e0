// States of a goroutine and the reasons why one waits. Numbers and texts are Go 1.24's.

#include "lab/explain/terms_data.h"

namespace golab::lab {

const std::vector<Term>& StateTerms() {
  static const std::vector<Term> terms = {
      {"states", "status|goroutine states|gstatus|lifecycle",
       R"term(states: where a goroutine is in its life; it is in one at any instant
  go --> _Grunnable --picked--> _Grunning --returns, Goexit--> _Gdead
             ^    ^                |   |
             |    '--- yield ------'   | waits: Recv, Lock, Sleep
             '------- _Gwaiting <------'
  Not: wait reasons, which say why a waiting one waits.   Go: runtime2.go
  run: golab run task2    next: _Grunnable, _Grunning, _Gwaiting
)term"},
      {"_Gidle", "Gidle|idle", R"term(_Gidle (0): memory for a goroutine that is not one yet
  allocated --> _Gidle --> _Gdead --go--> _Grunnable
  It has no stack and no function; a dump never shows it.
  Not: a goroutine with nothing to do; that one is _Gwaiting.
  Go: _Gidle, left as soon as the memory is set up.    next: _Gdead, _Grunnable
)term"},
      {"_Grunnable", "Grunnable|runnable|runnable goroutine",
       R"term(_Grunnable (1): could run at once and stands in a run queue for its turn
  run queue:  [ 9 ][ 12 ][ 7 ]  --next--> P      9, 12 and 7 are _Grunnable
  It got there by go, by the end of a wait, or by giving up its turn.
  In a dump a busy goroutine shows this too: taking the dump stops it first.
  Not: _Gwaiting, which must be made ready by somebody.   Go: _Grunnable
  run: golab run task2    next: run-queue, ready, _Grunning
)term"},
      {"_Grunning", "Grunning|running",
       R"term(_Grunning (2): its instructions are being executed, on an M that holds a P
  goroutine 7  --------########------        # has a P: one goroutine a P
  At most GOMAXPROCS goroutines are in this state at the same instant.
  A dump shows [running] for the one that takes the dump, and for no other.
  Not: alive, which waiting ones are as well.   Go: _Grunning
  run: golab run task2    next: P, preempt, _Grunnable
)term"},
      {"_Gsyscall", "Gsyscall|syscall|system call",
       R"term(_Gsyscall (3): in a call of the operating system, or in blocking C code
  M1  goroutine 7: read(...) ______________      keeps its M, gives up its P
  M2                 goroutine 8 ##########      which runs others meanwhile
  When the call returns it needs a P again, and may stand in a queue for one.
  Not: "IO wait", which parks and occupies no M.   Go: _Gsyscall
  C++: syscall::Blocking([&] { ... }).    next: M, P, "IO wait"
)term"},
      {"_Gwaiting", "Gwaiting|waiting|blocked|parked",
       R"term(_Gwaiting (4): parked until somebody or something makes it ready again
  _Grunning --Recv, Lock, Wait, Sleep--> _Gwaiting
  _Gwaiting --Send, Close, Unlock, Done, a timer--> _Grunnable
  It stands in no run queue and costs no processor, only memory.
  A dump prints the reason in its place:  goroutine 7 [chan receive]:
  Not: _Grunnable, which lacks nothing but its turn.   Go: _Gwaiting
  run: golab run task2    next: park, ready, wait-reason
)term"},
      {"_Gdead", "Gdead|dead|ended|end",
       R"term(_Gdead (6): its function has returned; what is left is memory to be used again
  go f() --> ... --> f returns --> _Gdead --next go--> _Grunnable
  NumGoroutine no longer counts it, and no dump shows it. Its id is not reused.
  Ways to get there: return, Goexit, and nothing else; a panic that is not
  recovered ends the whole program.
  Not: waiting for ever; that one is alive, and leaked.   Go: _Gdead
  run: golab run task1    next: Goexit, NumGoroutine, leak
)term"},
      {"_Gcopystack", "Gcopystack|copystack|stack growth",
       R"term(_Gcopystack (8): its stack is being moved to a larger place
  | frames |  --copy, adjust pointers-->  |        |
                                          | frames |
  Lasts for the copy alone; nobody runs or scans the goroutine meanwhile.
  golab's stacks grow in place, since C++ pointers cannot be adjusted; only
  exercises about this state show it.   Go: _Gcopystack    next: stack, states
)term"},
      {"_Gpreempted", "Gpreempted|preempted|suspended",
       R"term(_Gpreempted (9): stopped in the middle on request, and parked until resumed
  _Grunning --asked to stop--> _Gpreempted --resumed--> _Grunnable
  Used when the runtime needs one goroutine to stand still, to scan its stack.
  A turn that is over by time leads to _Grunnable instead.
  Not: _Gwaiting: nothing in the program resumes it.   Go: _Gpreempted
  next: preempt, _Gscan
)term"},
      {"_Gscan", "Gscan|scan|_Gscanwaiting|_Gscanrunnable|_Gscanrunning",
       R"term(_Gscan (0x1000): a bit set beside a state while the collector reads the stack
  _Gwaiting (4)  --scan begins-->  _Gscanwaiting (0x1004)  --ends-->  _Gwaiting
  A parked goroutine is scanned where it stands and is not woken by it; who
  wants to make it ready in that moment has to wait for the scan's end.
  Not: a state of its own.   Go: _Gscan    next: _Gwaiting, reachable
)term"},
  };
  return terms;
}

const std::vector<Term>& WaitReasonTerms() {
  static const std::vector<Term> terms = {
      {"wait-reason", "wait reason|waitreason|reason|tag",
       R"term(wait-reason: why a waiting goroutine waits, in words of the runtime
  goroutine 7 [chan receive]:       <- the reason stands in the brackets
  goroutine 8 [sleep]:
  It is set when the goroutine parks and says what kind of event ends the wait.
  In Go's dumps a wait of a minute or more shows its length, too.
  Not: a state; all of these are _Gwaiting.   Go: waitReason
  run: golab run task2    next: _Gwaiting, "chan receive", sleep
)term"},
      {"chan receive", "receive|recv|chan-receive|<-ch|waitReasonChanReceive",
       R"term(chan receive: waits for a value from a channel that has none
  goroutine 7  ch.Recv()  ---------####      receives 1
  main                    ####^#######       ^ ch.Send(1) makes 7 ready
  Ends by: a Send, or Close (then: the zero value, and ok is false).
  A range over a channel waits with this reason, too, once an element.
  Not: [select], which waits for one of several.   Go: ch's <- operator
  run: golab run task2    next: "chan send", close, range
)term"},
      {"chan send", "chan-send|waitReasonChanSend",
       R"term(chan send: waits with a value that no receiver and no room takes
  room 0:  Send(1) waits until somebody calls Recv
  room 1:  Send(1) goes on at once, Send(2) waits
  Ends by: a Recv. A Close while it waits makes it panic: the channel is closed.
  The usual leak: who should receive has left.   Go: ch <- v
  run: golab run task2    next: send, Chan, leak
)term"},
      {"select", "waitReasonSelect|Select()|switch",
       R"term(select: does the first of several channel operations that can go on
  Recv(done) -------.
  Recv(tick.C) ------+--> one that is ready; if none is, waits here: [select]
  Send(out, v) -----'
  Of several that are ready any may be taken. With Default it never waits, and
  a loop around that is a busy-wait. One case alone waits as that operation.
  C++: switch (Select(Recv(done), Default)) { case 0: ... case kDefault: ... }
  run: golab run task1    next: "chan receive", "select (no cases)", cancel
)term"},
      {"select (no cases)", "select-no-cases|empty select|select{}|Select() without cases",
       R"term(select (no cases): waits for nothing, so for ever
  Select();     no operation is listed, none can ever be ready
  Other goroutines go on. Where all of them wait as well, that is a deadlock.
  Used to keep main from returning; waiting for something real is better.
  Not: [select], which some operation ends.   Go: select {}
  next: select, deadlock, join
)term"},
      {"nil-channel", "nil channel|chan receive (nil chan)|chan send (nil chan)|nil",
       R"term(nil-channel: a Chan that refers to no channel; operations on it wait for ever
  Chan<int> ch;              is nil
  ch = MakeChan<int>();      now it refers to one
  Reasons: [chan receive (nil chan)], [chan send (nil chan)]. Close panics.
  In a select a nil channel is never ready: a way to switch a case off.
  Not: a closed channel, which gives zero values at once.   Go: a nil chan
  next: Chan, close, select
)term"},
      {"sleep", "time.Sleep|Sleep|waitReasonSleep",
       R"term(sleep: waits until a time has passed, and for nothing else
  Sleep(1 s)  |-----------------------|####      made ready by the clock
  Nobody can end it early. A wait that must be cancelled is a select of a timer
  and a done channel. A sleep promises no order: others may still not be done.
  Not: waiting in general; most waits are for somebody.   Go: time.Sleep
  run: golab run task1    next: timer, cancel, happens-before
)term"},
      {"sync.Mutex.Lock", "mutex|lock|sync::Mutex|Mutex.Lock|mutex-lock|waitReasonSyncMutexLock",
       R"term(sync.Mutex.Lock: waits for a lock that another goroutine holds
  main         Lock ################ Unlock
  goroutine 7        Lock ----------^####### Unlock     ^ its turn
  Ends by: Unlock, by whoever calls it. A second Lock by the holder itself waits
  for ever: the lock knows no owner.
  Not: a std::mutex, which stops its M with all on it.   Go: sync.Mutex
  run: golab run task2    next: happens-before, deadlock
)term"},
      {"sync.RWMutex.Lock", "rwmutex|sync::RWMutex|RLock|sync.RWMutex.RLock|rw-mutex",
       R"term(sync.RWMutex.Lock: waits to write, until the readers have left
  readers  RLock ##### RUnlock        several at a time
  writer      Lock --^########        alone; new readers queue up behind it
  Reasons: [sync.RWMutex.Lock] for a writer, [sync.RWMutex.RLock] for a reader.
  A reader that calls RLock again while a writer waits can deadlock.
  Go: sync.RWMutex    run: golab run task2    next: sync.Mutex.Lock, deadlock
)term"},
      {"sync.Cond.Wait", "cond|sync::Cond|Cond.Wait|condition variable",
       R"term(sync.Cond.Wait: waits for a Signal or Broadcast, with its lock given up
  Lock; while (!condition) cond.Wait(); ...; Unlock
  other:  Lock; change; Signal; Unlock        wakes one; Broadcast wakes all
  Wait has the lock again when it returns. A Signal that comes before the Wait
  is lost, hence the condition in the loop.
  Go: sync.Cond    run: golab run task2    next: sync.Mutex.Lock, wake
)term"},
      {"sync.WaitGroup.Wait", "WaitGroup.Wait|waitReasonSyncWaitGroupWait",
       R"term(sync.WaitGroup.Wait: waits until the group's counter is 0
  counter  0 -Add(2)-> 2 -Done-> 1 -Done-> 0     Wait goes on
  Ends by: the last Done. One Done too few, and it waits for ever.
  With the counter at 0 it does not wait at all, even if Add comes later.
  Go: sync.WaitGroup    run: golab run task1    next: WaitGroup, join, deadlock
)term"},
      {"IO wait", "io-wait|netpoll|waitReasonIOWait|network",
       R"term(IO wait: waits for the network: bytes to read, room to write, a connection
  conn.Read()  ------------####      made ready when the system reports bytes
  One poll serves all such goroutines; none of them keeps an M.
  Ends by: bytes, Close of the connection, or its deadline.
  Not: _Gsyscall, where a call of the system is under way.   Go: netpoll
  next: _Gsyscall, wait-reason
)term"},
      {"semacquire", "runtime_Semacquire|waitReasonSemacquire|sync.runtime_Semacquire",
       R"term(semacquire: parked on a semaphore of the runtime's own
  goroutine 7  o###------------------   [semacquire]
  Go's sync.Mutex and WaitGroup stand on such semaphores, and say so themselves:
  [sync.Mutex.Lock], [sync.WaitGroup.Wait]. The plain tag is left to internal
  users, such as a second writer on one file descriptor.
  Not: [chan send], which is what a semaphore made of a channel shows.
  Go: semacquire1    next: sync.Mutex.Lock, semaphore, wait-reason
)term"},
      {"finalizer wait", "finalizer-wait|runfinq|waitReasonFinalizerWait",
       R"term(finalizer wait: the runtime's own goroutine, waiting for finalizers to run
  collection finds T --> queue --> that goroutine runs its finalizer, waits on
  One goroutine runs all finalizers: one that waits for ever holds up the rest.
  It is the runtime's own, and NumGoroutine does not count it.
  Go: runfinq    next: finalizer, NumGoroutine
)term"},
  };
  return terms;
}

}  // namespace golab::lab
