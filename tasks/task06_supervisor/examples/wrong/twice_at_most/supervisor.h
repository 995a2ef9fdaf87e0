// Gives up after three runs.
#pragma once

#include <golab/golab.h>

#include <set>
#include <string>

class Supervisor {
 public:
  explicit Supervisor(golab::context::Context parent);
  void Go(golab::String name, golab::Func<golab::Error(golab::context::Context)> work);
  void Stop();

 private:
  golab::context::Context ctx_;
  golab::context::CancelFunc cancel_;
  golab::sync::WaitGroup wg_;
  golab::sync::Mutex mu_;
  std::set<std::string> names_;
};
