// Goroutines are kept for the next work: as many as the limit, until Wait.
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
  struct Job {
    std::string name;
    golab::Func<golab::Error(golab::context::Context)> work;
    std::size_t place = 0;
  };

  void Serve(golab::Chan<Job> jobs);
  void Do(const Job& job);

  golab::context::Context parent_, ctx_;
  golab::context::CancelFunc cancel_;
  Options options_;
  golab::Chan<Job> jobs_;
  golab::Chan<bool> free_;
  golab::sync::WaitGroup jobs_left_, servants_left_;
  golab::sync::Mutex mu_;
  std::vector<golab::Error> errs_;
  golab::Error first_;
  std::vector<std::string> servants_;
};
