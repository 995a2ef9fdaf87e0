// Two goroutines a worker: one works, one watches it. The delay is cut into pieces.
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
  golab::context::Context ctx_;
  golab::context::CancelFunc cancel_;
  golab::Chan<bool> ends_ = golab::MakeChan<bool>(1000);
  golab::sync::Mutex mu_;
  std::map<std::string, bool> names_;
  int started_ = 0;
  bool stopped_ = false;
};
