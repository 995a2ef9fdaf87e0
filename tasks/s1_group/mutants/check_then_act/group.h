// A group runs functions together: so many at once, each for so long at most, and tells of all of
// them as one error.
#pragma once

#include <golab/golab.h>

#include <cstddef>
#include <set>
#include <string>
#include <vector>

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
  /// What is run ends with `parent`, at the latest.
  explicit Group(golab::context::Context parent, Options options = {});

  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  /// Runs `work` on a goroutine of its own as soon as a place is free, and waits for that. An
  /// error: it is not run. That is the context's error if the context has ended, before or while
  /// Go waited. Called by a work of this group Go does not wait: the place may be its own.
  golab::Error Go(golab::String name, golab::Func<golab::Error(golab::context::Context)> work);

  /// Waits until all have ended. The first error by time, or all, joined in the order of Go; nil
  /// if there is none. The group is then as new.
  golab::Error Wait();

 private:
  using Work = golab::Func<golab::Error(golab::context::Context)>;

  golab::Error TakePlace(const golab::context::Context& ctx);
  bool Within();
  void FreePlace();
  void Begin();
  void Run(std::size_t number, const golab::String& name, const Work& work);
  golab::Error RunOnce(const golab::String& name, const Work& work) const;
  void Record(std::size_t number, const golab::Error& err);

  const golab::context::Context parent_;
  const Options options_;
  golab::Chan<golab::Empty> places_;  // has a value for each place that is taken
  golab::sync::WaitGroup wg_;
  golab::sync::Mutex mu_;  // guards what follows
  int taken_ = 0;
  golab::Chan<golab::Empty> freed_ = golab::MakeChan<golab::Empty>(100);
  golab::context::Context ctx_;
  golab::context::CancelFunc cancel_;
  golab::Error first_;
  std::vector<golab::Error> errors_;  // by the order of Go
  std::set<std::string> running_;     // the goroutines that run a work
};
