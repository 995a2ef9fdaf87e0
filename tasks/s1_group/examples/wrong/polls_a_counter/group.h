#pragma once

#include <golab/golab.h>

#include <string>
#include <vector>

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
  struct Entry {
    std::string who;
    golab::Error err;
    bool over = false;
  };

  void Enter();

  bool Full() const { return options_.limit > 0 && running_ >= options_.limit; }

  golab::context::Context parent_, ctx_;
  golab::context::CancelFunc cancel_;
  Options options_;
  golab::sync::Mutex mu_;
  golab::sync::Cond changed_ = golab::sync::NewCond(&mu_);
  std::vector<Entry> entries_;
  golab::Error first_;
  int running_ = 0;
};
