#pragma once
// go.uber.org/goleak: tests fail if they leave goroutines behind.
//
//   GOLAB_TEST_MAIN(m) { goleak::VerifyTestMain(m); }        // once, for all tests together
//
//   GOLAB_TEST(NoLeak, t) {                                   // or each by itself
//     Defer verified{[&] { goleak::VerifyNone(t); }};         // defer goleak.VerifyNone(t)
//     ...
//   }
//
// A goroutine may take a moment to end: a look is repeated up to 20 times, after 1 us, 2 us and so
// on, each pause twice as long, at most 100 ms; together 0.4 s of the world's clock. The goroutine
// that looks, those of package testing that wait for it and that of package signal do not count.
// Names of functions are Go's, as dumps show them: "main.Poll", "main.Cache.refresh".

#include "golab/errors.h"
#include "golab/func.h"
#include "golab/string.h"
#include "golab/testing.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {
namespace rt {

struct LeakOptions;

}  // namespace rt

namespace goleak {

/// What Find and Verify should leave out, or do besides. Go: goleak.Option.
class Option {
 public:
  Option() noexcept = default;  ///< none

  explicit Option(Func<void(rt::LeakOptions&)> apply) : apply_(std::move(apply)) {}

  void ApplyTo(rt::LeakOptions& options) const {
    if (apply_ != nullptr) apply_(options);
  }

 private:
  Func<void(rt::LeakOptions&)> apply_;
};

/// Leaves out those in which `function` runs, or waits, at the top of the stack.
/// Go: goleak.IgnoreTopFunction.
[[nodiscard]] Option IgnoreTopFunction(const String& function);

/// Leaves out those with `function` anywhere on their stack. Go: goleak.IgnoreAnyFunction.
[[nodiscard]] Option IgnoreAnyFunction(const String& function);

/// Leaves out those that `function` has created. Go: goleak.IgnoreCreatedBy.
[[nodiscard]] Option IgnoreCreatedBy(const String& function);

/// Leaves out those that are alive now, when the option is made. Go: goleak.IgnoreCurrent.
[[nodiscard]] Option IgnoreCurrent();

/// Calls f at the end of the check: in VerifyTestMain with the status, in place of os::Exit; in
/// VerifyNone with 0. Not for Find. Go: goleak.Cleanup.
[[nodiscard]] Option Cleanup(Func<void(int exit_code)> f);

/// VerifyTestMain looks also when tests have failed. Go: goleak.RunOnFailure.
[[nodiscard]] Option RunOnFailure();

// Go's functions take any number of options, these up to six.

/// `found unexpected goroutines:` with the stack of each, nil if there are none, at the latest
/// after all repetitions. Goroutines only. Go: goleak.Find.
[[nodiscard]] Error Find(const Option& o1 = {}, const Option& o2 = {}, const Option& o3 = {},
                         const Option& o4 = {}, const Option& o5 = {}, const Option& o6 = {});

/// Fails the test by t.Error if Find finds any. Call it when the test's work is over: by a Defer
/// in its first line, or t.Cleanup. Goroutines of tests before it count, too.
/// Go: goleak.VerifyNone.
void VerifyNone(const testing::T& t, const Option& o1 = {}, const Option& o2 = {},
                const Option& o3 = {}, const Option& o4 = {}, const Option& o5 = {},
                const Option& o6 = {}, rt::Place place = rt::Here());

/// Runs the tests; if all have passed, looks for what they have left behind, prints that to
/// stderr and makes the status 1. Then os::Exit. In GOLAB_TEST_MAIN. Go: goleak.VerifyTestMain.
void VerifyTestMain(testing::M& m, const Option& o1 = {}, const Option& o2 = {},
                    const Option& o3 = {}, const Option& o4 = {}, const Option& o5 = {},
                    const Option& o6 = {});

}  // namespace goleak

namespace rt {

/// VerifyTestMain for any runner of tests, which gives a status.
void VerifyTestRun(const Func<int()>& run, const goleak::Option& o1, const goleak::Option& o2,
                   const goleak::Option& o3, const goleak::Option& o4, const goleak::Option& o5,
                   const goleak::Option& o6);

}  // namespace rt
}  // namespace golab

#pragma GCC visibility pop
