// recover() by its rule, "called directly by the deferred function", whatever the program was
// compiled with. A program of GOLAB_TESTs.

#include "golab/golab.h"

using namespace golab;  // NOLINT(google-build-using-namespace): as programs do

namespace {

/// What `recovers`, deferred, leaves of a panic: "recovered", or the panic itself.
String After(const Func<void(Defers&)>& defer_it) {
  String said = "recovered";
  WithDefers([&](Defers& outer) {
    outer([&] {
      if (auto p = recover()) said = p.Text();
    });
    WithDefers([&](Defers& defer) {
      defer_it(defer);
      panic("boom");
    });
  });
  return said;
}

[[gnu::noinline]] void Recovers() {
  if (recover()) fmt::Sprint("something to do");
}

[[gnu::noinline]] void CallsOneThatRecovers() {
  Recovers();
  fmt::Sprint("no tail call");
}

[[gnu::noinline]] void RecoversWith(int n) {
  if (recover()) fmt::Sprint(n);
}

struct Object {
  void operator()() const {
    if (recover()) fmt::Sprint("something to do");
  }
};

}  // namespace

GOLAB_TEST(OnlyTheDeferredFunctionRecovers, t) {
  const struct {
    const char* name;
    Func<void(Defers&)> defer;
    const char* want;
  } cases[] = {
      {"lambda", [](Defers& defer) { defer([] { recover(); }); }, "recovered"},
      {"lambda that uses it", [](Defers& defer) { defer([] { fmt::Sprint(recover().Text()); }); },
       "recovered"},
      {"function", [](Defers& defer) { defer(Recovers); }, "recovered"},
      {"function with an argument", [](Defers& defer) { defer(RecoversWith, 1); }, "recovered"},
      {"object", [](Defers& defer) { defer(Object{}); }, "recovered"},
      {"called by a lambda",
       [](Defers& defer) {
         defer([] {
           Recovers();
           fmt::Sprint("no tail call");
         });
       },
       "boom"},
      {"called by a function", [](Defers& defer) { defer(CallsOneThatRecovers); }, "boom"},
      {"recover itself", [](Defers& defer) { defer(recover); }, "boom"},
      {"a guard", [](Defers& defer) { defer([] { Defer guard{[] { recover(); }}; }); }, "boom"},
  };

  for (const auto& c : cases) {
    const String got = After(c.defer);
    if (got != c.want) t.Errorf("%s: got %q, want %q", c.name, got, c.want);
  }
}

GOLAB_TEST(NilWithoutAPanic, t) {
  if (recover()) t.Error("outside a deferred function");
  WithDefers([&](Defers& defer) {
    defer([&] {
      if (recover()) t.Error("without a panic");
    });
  });
}
