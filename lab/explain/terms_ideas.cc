// Ideas, and the words that are golab's own.

#include "lab/explain/terms_data.h"

namespace golab::lab {

const std::vector<Term>& IdeaTerms() {
  static const std::vector<Term> terms = {
      {"leak", "goroutine leak|leaked|left over|leaks",
       R"term(leak: a goroutine that stays alive though nobody needs its work any more
  call 1  ----      call 2  --------      call 3  ------------      never fewer
  It keeps its stack and all that it refers to. Usual causes: a send that nobody
  receives, a range over a channel that nobody closes, a wait without cancel.
  Ask of each wait: who ends it, on every way through the program?
  Not: a deadlock; here others go on.   Go: found by goleak, pprof
  run: golab run task1 --variation leak    next: park, baseline, cancel
)term"},
      {"deadlock", "all goroutines are asleep|deadlocks|fatal error",
       R"term(deadlock: every goroutine waits, and only a waiting one could end a wait
  main         waits for goroutine 7 to call Done
  goroutine 7  waits to send to main
  Go ends the program: "fatal error: all goroutines are asleep - deadlock!",
  exit status 2. A single timer or a busy goroutine is enough to prevent that
  report, not the wait.
  Not: a leak (some go on), a busy-wait (nobody waits).
  run: golab run task2    next: wake, "select (no cases)", leak
)term"},
      {"data-race", "data race|race|race condition|TSan|ThreadSanitizer",
       R"term(data-race: two goroutines use one variable, one writes, and nothing orders them
  goroutine 7  total += part;
  main         return total;        before or after? no schedule promises it
  In C++ its result is undefined, also for a counter, also if it looks right.
  Cure: one lock for all uses of that variable, or an order between the two.
  Not: check-then-act, which can go amiss with locks as well.
  Go: -race    next: happens-before, sync.Mutex.Lock, check-then-act
)term"},
      {"happens-before", "happens before|memory model|order|synchronizes|ordering",
       R"term(happens-before: an order between two actions that holds in every schedule
  main         x = 1   go(f)              Wait()   reads x
                          \                 ^
  goroutine 7              '-> x = 2   Done()
  Made by: go, a Send and its Recv, Close, Unlock and the next Lock, Done and
  Wait. Not made by: time, Sleep, printing, lines of two goroutines.
  Two uses without it, one of them a write, are a data race.
  Go: the memory model    next: data-race, join, schedule
)term"},
      {"check-then-act", "check then act|TOCTOU|atomicity|atomic",
       R"term(check-then-act: a test and the change that relies on it, with a gap between
  main         reads running: 2                 starts one: 3
  goroutine 9          reads running: 2                      starts one: 4
  Both tests were true, the limit of 3 was not kept. One step must do both: a
  lock around the two, a compare-and-swap, a send into a channel with room.
  Not: a data race; each single use may be locked.
  next: sync.Mutex.Lock, data-race, schedule
)term"},
      {"semaphore", "bounded concurrency|places|SetLimit|std::counting_semaphore|backpressure",
       R"term(semaphore: a count of free places; to take one may mean to wait for it
  places  [x][x][x]    main  ####-------####     waits in Send until one is free
  goroutine 6  #######o                          ends, and receives one
  A channel with room for n values is one: Send takes a place, Recv frees it,
  and a select can give up the wait when a context ends. Who waits is slowed
  down; a count that is read and then changed is none.
  Not: sync.Mutex, which is one place, given back by who took it.
  Go: chan struct{}, errgroup.SetLimit    next: check-then-act, group, send
)term"},
      {"group", "errgroup|structured concurrency|Group|first error",
       R"term(group: goroutines that are started together, waited for and answered for as one
  main         Go Go Go  ----------------------  Wait: the first error
  goroutine 6  #####x    error: the context of the others ends
  goroutine 7  ########x told, and ends          goroutine 8  #########x
  To wait for all errors, none may end the others; each has its own place.
  Not: a supervisor, which runs again what has failed.
  Go: golang.org/x/sync/errgroup    run: golab run s1
  next: join, semaphore, supervisor
)term"},
      {"timeout", "deadline|context.WithTimeout|DeadlineExceeded",
       R"term(timeout: the length of time after which a context ends by itself
  context  o-------------x 1 s              work  o##################x 1.8 s
  It ends the context, not the work: who does not look at ctx.Done() goes on,
  and keeps what it holds. So ask ctx.Err() when it returns. The time runs
  from WithTimeout, also while you wait for a lock or a place.
  Not: a sleep, which no cancel ends.   Go: context.WithTimeout
  run: golab run s1    next: context, cancel, timer
)term"},
      {"wrap", "errors.Is|errors.As|errors.Join|errors.New|fmt.Errorf|%w|wrapping|Unwrap",
       R"term(wrap: to make an error of another one, which stays inside and can be found
  fmt::Errorf("%s: %w", name, err)     errors::Is(it, err) is true
  fmt::Errorf("%s: %v", name, err)     the text alone; errors::Is is false
  errors::Join makes one of many, and Is looks at each. Ask by Is, never by
  the text: who calls you cannot compare what changes with every wording.
  Go: errors, %w    run: golab run s1    next: panic, context, group
)term"},
      {"slog", "structured logging|structured log|log/slog|key=value|log|log.Printf",
       R"term(slog: log lines of a message, keys and values, so that programs can read them
  slog::Error("work panicked", "name", name, "panic", p.Text());
  2009/11/10 23:00:00 ERROR work panicked name=ledger panic="disk 7 is full"
  A value keeps its key however the sentence is worded; NewJSONHandler writes
  the same as JSON. A line says who, of what, and what happens next.
  Go: log/slog    run: golab run s1    next: panic, Stack, supervisor
)term"},
      {"busy-wait", "busy wait|spin|polling|spinning|livelock|busy loop",
       R"term(busy-wait: looking again and again for what one could wait for
  while (!done) {}                     runs all the time, a P is never free
  done.Recv();                         parked until somebody closes done
  A select with Default in a loop is one, too, and a loop around a short sleep.
  Not: waiting; a busy goroutine is ready or runs.
  run: golab run task2    next: park, select, preempt
)term"},
      {"baseline", "base line|before and after|count before",
       R"term(baseline: the number of goroutines before the work, to compare with after it
  before = NumGoroutine()   work   settle   after = NumGoroutine()
  leak: after > before                     not: after > 1, after != before
  Others may be alive already, and may end meanwhile; a constant knows neither.
  run: golab run task3    next: settle, NumGoroutine, leak
)term"},
      {"capture", "lambda capture|[=]|[&]|closure|lambda|captures|dangling",
       R"term(capture: how a lambda gets at the variables around it
  [=]  copies, made when the lambda is made      safe in a goroutine
  [&]  the variables themselves                  only while they exist
  []   none
  A goroutine with [&] may run after the block that holds the variable has
  ended: then it uses memory that is no variable any more. A WaitGroup, which
  must not be copied, is taken by [&] and joined before the block ends.
  Go: closures keep variables alive, C++ does not.    next: go, join, data-race
)term"},
      {"undefined", "undefined behaviour|undefined behavior|UB|UBSan|overflow|signed overflow",
       R"term(undefined: what C++ gives no meaning to; after it a program promises nothing
  INT_MAX + 1     1 << 40     a[4] of four     *p after delete     a data race
  The compiler may assume that none of it happens: it may look right today, and
  fail with the next flag or line. Go gives most of it a meaning: an int wraps
  around, an index outside panics.
  Looked for by UBSan and ASan (no-dangling) and by TSan (no-race).
  Not: a panic, which ends in a known way.   Go: data races alone
  next: data-race, capture, panic
)term"},
      {"supervisor", "supervise|supervision|supervised|restart|let it crash|one-for-one",
       R"term(supervisor: starts workers by name, and starts those again that have ended
  worker  o####x  1 s  o####x  1 s  o####------ Stop
          runs, fails; the log says who, of what; a delay; runs again
  A panic is recovered on the worker's own goroutine, nowhere else. Stop ends a
  delay as well; it tells all, waits for all, and then nothing is left.
  Not: a retry of one call, which gives a result.   Go: none; Erlang: supervisor
  run: golab run task6    next: recover, cancel, backoff
)term"},
      {"backoff", "back off|exponential backoff|jitter|retry delay|budget|crash loop",
       R"term(backoff: a delay that grows with each failure in a row, up to a cap
  fails . fails .. fails .... fails ........ fails ........ runs well; fails .
  Jitter lengthens or shortens each delay a little, so that many that failed at
  one moment do not all come back at one moment. A good run starts anew.
  A budget goes further: so many failures a minute, and no restart any more.
  Go: none in the library    run: golab run task6 --variation backoff
  next: supervisor, timer
)term"},
      {"reachable",
       "reachability|garbage|gc|garbage collection|root|runtime.GC|runtime::GC|gc::New|gc::Ptr",
       R"term(reachable: referred to by something that is in use; all else can be collected
  handle in a scope --> A --> B        A and B are reachable
                              C        is not, and is collected some time
  What a waiting goroutine refers to stays reachable: a leaked one keeps it all.
  Go: the garbage collector    next: finalizer, leak, _Gscan
)term"},
  };
  return terms;
}

const std::vector<Term>& GolabTerms() {
  static const std::vector<Term> terms = {
      {"check", "checks|rule",
       R"term(check: one rule over the recording of a run, with an explanation
  task1.hold  "none of the workers ends before its sleep is over"
  It looks at what happened, not at the code, and not at what was printed but
  where the task asks for lines. golab show TASK lists them.
  run: golab check task1    next: verdict, recording, advice
)term"},
      {"advice", "advise|warning|style",
       R"term(advice: a remark about something that works and could work better
  advice joined: main waits by a longer sleep
  It has no points, never fails, and changes no exit status.
  next: check, verdict
)term"},
      {"verdict", "outcome|FAIL|ERROR|ok|pass|result",
       R"term(verdict: what a check found: ok, FAIL, ERROR or skip
  ok     the rule held in every schedule that was run
  FAIL   the rule was broken; the block shows where
  ERROR  it could not be judged to the end: did not build, or hit a limit
  skip   not judged, with the reason
  One failure is the root and has the block; what depends on it is not judged.
  next: check, not-judged, schedule
)term"},
      {"not-judged", "not judged|skip|skipped",
       R"term(not-judged: a check that had nothing to look at, because another one failed
  FAIL  hold                   workers were cut off
  skip  fall   not judged: it needs hold
  It neither passed nor failed. Mend the one it names, and it will be judged.
  Also: the starter is unchanged, a flag is missing, real time cannot judge it.
  next: verdict, check
)term"},
      {"recording", "event log|evidence|events",
       R"term(recording: all that happened in one run, event by event
  created  started  waits [sleep] at main.cc:9  made ready by the clock  ended
  The runtime writes it; golab judges from it, outside the program. A program
  that crashes or never ends leaves it behind, too.
  run: golab run task1 --events    next: check, trace
)term"},
      {"schedule", "schedules|interleaving|order of execution",
       R"term(schedule: one order in which the ready goroutines got their turns
  schedule 0:  main main 7 7 8      Go's own order
  schedule 1:  main 8 main 7 7      another that Go may take as well
  A program is right if it is right in all. "in 3 of 200 schedules" means that
  the others hide the fault.
  Not: a plan of the program's.   next: seed, replay, happens-before
)term"},
      {"proof", "proved|systematic|all schedules that differ|partial-order reduction",
       R"term(proof: no schedule of the program fails, since all that differ were tried
  differ:  a send before or after a close, one Lock before another, two prints
  not:     two goroutines, each with a channel of its own, in either order
  Every third run is systematic (d1, d2, ...): an order that no other had. Where
  none is left, and all pass, golab stops and says "proved".
  Within: this input, timers on time, switches at runtime calls, no data race.
  run: golab check task4 --seeds 100    next: schedule, seed, happens-before
)term"},
      {"seed", "seeds|--seed|randomness",
       R"term(seed: the number from which a schedule is drawn; same seed, same schedule
  --seed 0     Go's own order         --seed d12   the 12th systematic one
  --seed 41    a walk, always the same one
  With the same golab, compiler and sources it gives the same text each time.
  run: golab check task1 --seed 0    next: schedule, replay
)term"},
      {"replay", "reproduce|rerun|reproduction",
       R"term(replay: to run a failing schedule again, exactly
  replay: golab check task1 --seed 41
  The line under a failure is the whole command. The schedule is first made as
  short as it can be while it still fails; that is what the block shows.
  Add -v for all goroutines and the schedule before it was shortened.
  next: seed, schedule
)term"},
      {"virtual-time", "virtual time|virtual clock|clock|fake time|simulated time",
       R"term(virtual-time: a clock that jumps to the next timer when nothing can run
  real     ##----------1 s----------##       1 s
  virtual  ##|##                             no time at all, says 1 s
  golab check uses it: sleeps cost nothing, and a loaded machine changes no
  verdict. golab run uses real time. Running takes no virtual time, except that
  a goroutine which never waits is charged 10 ms a turn.
  next: timer, sleep, schedule
)term"},
      {"limit", "limits|time limit|memory limit|out of memory",
       R"term(limit: how much of the machine one run may use: time, memory, output
  ERROR task5.ends: stopped at 256 MiB of memory
  Reached, the run is stopped and its check is ERROR, never ok. Virtual time has
  a limit as well: 60 s unless the task says otherwise.
  next: verdict, virtual-time, sandbox
)term"},
      {"sandbox", "isolation|bubblewrap|--no-sandbox|seccomp",
       R"term(sandbox: what keeps a program away from the rest of the machine
  sees: its own folder, the libraries     not: network, other files and users
  Sockets of the system are off: net::Listen and net::Dial use a network in
  memory. golab doctor says how much of it this machine allows.
  next: limit, check
)term"},
  };
  return terms;
}

}  // namespace golab::lab
