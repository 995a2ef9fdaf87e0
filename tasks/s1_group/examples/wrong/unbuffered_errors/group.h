#pragma once

#include <golab/golab.h>

#include <map>
#include <string>

enum class Mode { kFirstError, kWaitAll };

struct Options {
  int limit = 0;
  golab::time::Duration timeout{};
  Mode mode = Mode::kFirstError;
};

class Group {
 public:
  explicit Group(golab::context::Context parent, Options options = {});
  golab::Error Go(golab::String name, golab::Func<golab::Error(golab::context::Context)> work);
  golab::Error Wait();

 private:
  void Work(int turn, std::string name, golab::Func<golab::Error(golab::context::Context)> work);

  golab::context::Context parent_, round_;
  golab::context::CancelCauseFunc stop_;
  Options options_;
  golab::Chan<int> tokens_;
  golab::sync::RWMutex lock_;
  golab::sync::WaitGroup working_;
  std::map<int, golab::Error> failed_;
  golab::Chan<golab::Error> errs_ = golab::MakeChan<golab::Error>();
  int turns_ = 0;
};
