// s1: a group. What to do is in README.md (golab show s1).
//
// These names and signatures are what golab's programs use; all else is yours: members, helpers.
#pragma once

#include <golab/golab.h>

/// What an error does to the others.
enum class Mode {
  kFirstError,  ///< it ends them; Wait gives it
  kWaitAll,     ///< nothing; Wait gives all errors
};

struct Options {
  int limit = 0;                    ///< how many run at once; 0: any number
  golab::time::Duration timeout{};  ///< how long each may run; 0: as long as it likes
  Mode mode = Mode::kFirstError;
};

class Group {
 public:
  explicit Group(golab::context::Context parent, Options options = {});

  /// Runs `work` on a goroutine of its own as soon as a place is free, and waits for that.
  golab::Error Go(golab::String name, golab::Func<golab::Error(golab::context::Context)> work);

  /// Waits until all have ended, and gives the first error, or all.
  golab::Error Wait();

 private:
  golab::context::Context ctx_;
  Options options_;
  golab::sync::WaitGroup wg_;
};
