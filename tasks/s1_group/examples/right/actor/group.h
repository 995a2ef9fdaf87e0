// One goroutine a round owns all that the group knows; others talk to it.
#pragma once

#include <golab/golab.h>

#include <memory>

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
  struct Round;
  std::shared_ptr<Round> Current();

  golab::context::Context parent_;
  Options options_;
  golab::sync::Mutex mu_;
  std::shared_ptr<Round> round_;
};
