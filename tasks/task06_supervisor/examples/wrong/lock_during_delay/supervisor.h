// The lock is held during the delay, and Stop needs it.
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
  using Work = golab::Func<golab::Error(golab::context::Context)>;
  void Run(std::string name, Work work);

  golab::context::Context ctx_;
  golab::context::CancelFunc cancel_;
  golab::sync::WaitGroup alive_;
  golab::sync::RWMutex lock_;
  std::map<std::string, int> runs_;
  bool closed_ = false;
};
