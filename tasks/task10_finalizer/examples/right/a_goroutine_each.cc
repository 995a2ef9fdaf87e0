// Finalizers are short: each starts a goroutine for what takes long.
#include <iostream>
#include <memory>
#include <sstream>
#include <vector>

#include "golab/golab.h"

namespace {

class Session {
 public:
  explicit Session(int id) : id_(id), log_(std::make_shared<std::ostringstream>()) {}

  int id() const { return id_; }

 private:
  int id_;
  std::shared_ptr<std::ostringstream> log_;
};

}  // namespace

GOLAB_MAIN() {
  using namespace golab;
  sync::WaitGroup pending;
  pending.Add(4);
  {
    std::vector<gc::Ptr<Session>> sessions;
    for (int i = 0; i < 4; i++) {
      sessions.push_back(gc::New<Session>(i));
      runtime::SetFinalizer(sessions.back(), [&pending](gc::Ptr<Session> s) {
        go([&pending, id = s->id()] {
          Defer done{[&] { pending.Done(); }};
          std::ostringstream line;
          line << "session T#" << id << " closed, goroutines now: " << runtime::NumGoroutine() << "\n";
          std::cout << line.str() << std::flush;
        });
      });
    }
  }
  runtime::GC();
  pending.Wait();
}
