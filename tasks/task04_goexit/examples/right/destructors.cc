// A destructor is C++'s defer: one class prints, another counts down. The panic is caught by C++.
#include <golab/golab.h>

#include <cstdio>
#include <exception>

using namespace golab;

class Leaving {
 public:
  explicit Leaving(const char* name) : name_(name) {}

  ~Leaving() { std::printf("%s defer\n", name_); }

  Leaving(const Leaving&) = delete;

 private:
  const char* name_;
};

class Turn {
 public:
  explicit Turn(sync::WaitGroup& wg) : wg_(wg) { wg_.Add(1); }

  ~Turn() { wg_.Done(); }

  Turn(const Turn&) = delete;

 private:
  sync::WaitGroup& wg_;
};

struct Demo {
  bool panic_instead;

  void Level3() {
    Leaving here("level3");
    if (panic_instead) panic("x");
    runtime::Goexit();
  }

  void Level2() {
    Leaving here("level2");
    Level3();
    std::printf("level2 after\n");
  }

  void Level1() {
    WithDefers([this](Defers& defer) {
      defer([] {
        auto r = recover();
        if (!r) return;
        std::printf("recovered: %s\n", r.Text().c_str());
      });
      Leaving here("level1");
      Level2();
      std::printf("level1 after\n");
    });
  }
};

GOLAB_MAIN() {
  const bool* instead = flag::Bool("panic", false, "");
  flag::Parse();
  sync::WaitGroup wg;
  Demo demo{*instead};
  auto* turn = new Turn(wg);
  go([&demo, turn] {
    Defer d{[turn] { delete turn; }};
    demo.Level1();
  });
  wg.Wait();
}
