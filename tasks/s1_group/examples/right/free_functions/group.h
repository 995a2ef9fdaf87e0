// All state is in one shared object behind a pointer; the work is a free function; C++ exceptions
// are errors as well.
#pragma once

#include <golab/golab.h>

#include <memory>

enum class Mode { kFirstError, kWaitAll };

struct Options {
  int limit = 0;
  golab::time::Duration timeout{};
  Mode mode = Mode::kFirstError;
};

struct State;

class Group {
 public:
  explicit Group(golab::context::Context parent, Options options = {});
  golab::Error Go(golab::String name, golab::Func<golab::Error(golab::context::Context)> work);
  golab::Error Wait();

 private:
  std::shared_ptr<State> state_;
};
