// C++ ways: catch, a destructor, a condition to wait on; streams for the log.
#pragma once

#include <golab/golab.h>

#include <string>
#include <vector>

class Supervisor {
 public:
  explicit Supervisor(golab::context::Context parent);
  ~Supervisor();
  void Go(golab::String name, golab::Func<golab::Error(golab::context::Context)> work);
  void Stop();

 private:
  struct Inside;
  Inside* inside_;
};
