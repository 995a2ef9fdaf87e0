// One goroutine decides all: it hears of ends over a channel, and of restarts by timers.
#pragma once

#include <golab/golab.h>

#include <map>
#include <string>

class Supervisor {
 public:
  explicit Supervisor(golab::context::Context parent);
  void Go(golab::String name, golab::Func<golab::Error(golab::context::Context)> work);
  void Stop();

 private:
  struct Ended {
    std::string name;
    golab::String why;
  };

  using Work = golab::Func<golab::Error(golab::context::Context)>;

  struct Request {
    std::string name;
    Work work;
  };

  void Control();
  void Launch(const std::string& name, const Work& work);

  golab::context::Context ctx_;
  golab::context::CancelFunc cancel_;
  golab::Chan<Request> requests_;
  golab::Chan<Ended> ended_;
  golab::Chan<std::string> due_;
  golab::Chan<bool> over_;
};
