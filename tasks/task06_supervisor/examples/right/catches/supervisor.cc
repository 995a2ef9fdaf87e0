#include "supervisor.h"

#include <exception>
#include <iostream>
#include <sstream>

namespace context = golab::context;

struct Supervisor::Inside {
  context::Context ctx;
  context::CancelFunc cancel;
  golab::sync::Mutex mutex;
  golab::sync::Cond none_left = golab::sync::NewCond(&mutex);
  std::vector<std::string> names;
  int left = 0;
};

namespace {

struct Locked {
  explicit Locked(golab::sync::Mutex& m) : mutex(m) { mutex.Lock(); }

  ~Locked() { mutex.Unlock(); }

  golab::sync::Mutex& mutex;
};

/// What C++ throws is caught; a panic is no exception that has a text, and is recovered.
std::string Attempt(const golab::Func<golab::Error(context::Context)>& work,
                    const context::Context& ctx) {
  std::ostringstream text;
  golab::WithDefers([&](golab::Defers& defer) {
    defer([&] {
      if (const auto p = golab::recover()) text << p.Text() << '\n' << golab::debug::Stack();
    });
    try {
      const golab::Error err = work(ctx);
      text << (err ? err.Text() : "returned");
    } catch (const std::exception& e) {
      text << e.what() << '\n' << golab::debug::Stack();
    }
  });
  return text.str();
}

}  // namespace

Supervisor::Supervisor(context::Context parent) : inside_(new Inside) {
  auto [ctx, cancel] = context::WithCancel(parent);
  inside_->ctx = ctx;
  inside_->cancel = cancel;
}

Supervisor::~Supervisor() {
  Stop();
  delete inside_;
}

void Supervisor::Go(golab::String name, golab::Func<golab::Error(context::Context)> work) {
  Inside* in = inside_;
  const std::string key = name.c_str();
  {
    Locked lock(in->mutex);
    for (const std::string& taken : in->names) {
      if (taken == key) {
        std::cerr << key << " is taken" << std::endl;
        return;
      }
    }
    if (in->ctx.Err() != nullptr) return;
    in->names.push_back(key);
    in->left++;
  }
  golab::go([in, key, work] {
    while (in->ctx.Err() == nullptr) {
      const std::string how = Attempt(work, in->ctx);
      if (in->ctx.Err() != nullptr) break;
      std::cerr << "[" << key << "] " << how << "\n[" << key << "] again in a second" << std::endl;
      auto [pause, done] = context::WithTimeout(in->ctx, golab::time::Second);
      pause.Done().Recv();
      done();
    }
    Locked lock(in->mutex);
    if (--in->left == 0) in->none_left.Broadcast();
  });
}

void Supervisor::Stop() {
  inside_->cancel();
  Locked lock(inside_->mutex);
  while (inside_->left > 0) inside_->none_left.Wait();
}
