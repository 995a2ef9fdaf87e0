// task6: a supervisor. What to do is in README.md (golab show task6).
//
// The three functions are what golab's programs call; all else is yours: members, helpers, names.
#pragma once

#include <golab/golab.h>

class Supervisor {
 public:
  explicit Supervisor(golab::context::Context parent);

  /// Runs `work` on a goroutine of its own, and again one second after it has ended.
  void Go(golab::String name, golab::Func<golab::Error(golab::context::Context)> work);

  /// Ends the context that work was given, and returns when nothing runs any more.
  void Stop();

  /// Defines the flags of the variations; called before flag::Parse. May stay empty.
  static void Flags();

 private:
  golab::context::Context ctx_;
};
