// A supervisor runs workers by name, each on a goroutine of its own, and starts them again when
// they fail.
#pragma once

#include <golab/golab.h>

#include <deque>
#include <map>
#include <string>

class Supervisor {
 public:
  /// Workers end with `parent`, at the latest.
  explicit Supervisor(golab::context::Context parent);

  ~Supervisor() { Stop(); }

  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Runs `work`, and again a second after it has ended, until Stop. The context that it gets ends
  /// with Stop. Refused, with a log line, while a worker of that name is there; does nothing after
  /// Stop.
  void Go(golab::String name, golab::Func<golab::Error(golab::context::Context)> work);

  /// Ends the workers' context and waits until all of them have ended. A worker may call it; it
  /// does not wait for itself, then.
  void Stop();

  /// The flags of the variations.
  static void Flags();

 private:
  using Work = golab::Func<golab::Error(golab::context::Context)>;

  /// How often and when one worker has failed.
  struct Failures {
    int in_a_row = 0;
    std::deque<golab::time::Time> latest;
  };

  void Supervise(const golab::String& name, const Work& work);
  golab::Error RunOnce(const golab::String& name, const Work& work);
  golab::time::Duration DelayAfter(golab::time::Duration lasted, Failures* failures) const;
  bool TooMany(bool crashed, Failures* failures) const;

  golab::context::Context ctx_;
  golab::context::CancelFunc cancel_;
  golab::sync::WaitGroup wg_;
  golab::sync::Mutex mu_;  // guards what follows
  bool stopped_ = false;
  std::map<std::string, std::string> workers_;  // name -> its goroutine
};
