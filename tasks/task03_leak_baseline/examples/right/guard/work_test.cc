// A guard that counts when it is made, and compares when its scope is left.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

void RunWork();

class LeakGuard {
 public:
  explicit LeakGuard(testing::T& t) : t_(t), before_(runtime::NumGoroutine()) {}

  ~LeakGuard() {
    time::After(time::Second / 10).Recv();
    const int now = runtime::NumGoroutine();
    if (now > before_) t_.Errorf("goroutine leak: %d before, %d now", before_, now);
  }

  LeakGuard(const LeakGuard&) = delete;

 private:
  testing::T& t_;
  int before_;
};

GOLAB_TEST(NoLeak, t) {
  LeakGuard guard(t);
  RunWork();
}
