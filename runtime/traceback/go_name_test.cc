#include "runtime/traceback/go_name.h"

#include <gtest/gtest.h>

namespace golab::rt {
namespace {

constexpr FrameKind kStudent = FrameKind::kStudent;
constexpr FrameKind kPublic = FrameKind::kPublic;
constexpr FrameKind kRuntime = FrameKind::kRuntime;
constexpr FrameKind kStd = FrameKind::kStd;

TEST(GoName, RendersDemangledNames) {
  struct {
    const char* in;
    const char* want;
    FrameKind kind;
  } const cases[] = {
      // Free functions of the program.
      {"Level1()", "main.Level1", kStudent},
      {"GolabMain_()", "main.main", kStudent},
      {"GolabMain_", "main.main", kStudent},
      {"(anonymous namespace)::GolabMain_()", "main.main", kStudent},
      {"(anonymous namespace)::worker(int, golab::Chan<int>)", "main.worker", kStudent},
      {"a::b::F()", "main.a.b.F", kStudent},
      {"a::(anonymous namespace)::F(int)", "main.a.F", kStudent},
      {"work(std::function<void (int)>, char (*)(double))", "main.work", kStudent},
      {"Level1() [clone .cold]", "main.Level1", kStudent},
      {"Level1(int) [clone .constprop.0] [clone .isra.0]", "main.Level1", kStudent},
      {"name[abi:cxx11]()", "main.name", kStudent},
      {"worker", "main.worker", kStudent},
      {"worker.part.0", "main.worker", kStudent},
      // Templates and their return types.
      {"int Tmpl<int>(int)", "main.Tmpl", kStudent},
      {"void ns::Each<std::vector<int>, void (*)(int)>(std::vector<int>&, void (*)(int))",
       "main.ns.Each", kStudent},
      {"std::enable_if<(1 > 0), int>::type Pick<int>(int)", "main.Pick", kStudent},
      {"decltype ({parm#1}()) Call<int (*)()>(int (*)())", "main.Call", kStudent},
      {"auto f<int>(int)::{lambda(auto:1)#1}::operator()<long>(long) const", "main.f.func1",
       kStudent},
      {"int (*Choose<int>(bool))(char)", "main.Choose", kStudent},
      {"std::array<int, 3ul>& Ref<int>(int)", "main.Ref", kStudent},
      {"bool Less<&(operator< <int>(A<int> const&))>(int)", "main.Less", kStudent},
      // Methods.
      {"Supervisor::Go(std::function<void ()>)", "main.(*Supervisor).Go", kStudent},
      {"pool::run() const", "main.(*pool).run", kStudent},
      {"pool::run()", "main.pool.run", kStudent},
      {"pool::pool(int)", "main.(*pool).pool", kStudent},
      {"pool::~pool()", "main.(*pool).~pool", kStudent},
      {"queue<int>::push(int)", "main.(*queue).push", kStudent},
      {"a::Pool<std::pair<int, int> >::Run(int)", "main.a.(*Pool).Run", kStudent},
      {"Outer::Inner::m()", "main.(*Outer.Inner).m", kStudent},
      {"GolabMain_()::Local::m()", "main.main.(*Local).m", kStudent},
      {"non-virtual thunk to Derived::Run()", "main.(*Derived).Run", kStudent},
      {"virtual thunk to Derived::Run()", "main.(*Derived).Run", kStudent},
      // Operators.
      {"Adder::operator()(int) const", "main.(*Adder).Call", kStudent},
      {"operator==(Point const&, Point const&)", "main.Equal", kStudent},
      {"Point::operator<=>(Point const&) const", "main.(*Point).Compare", kStudent},
      {"std::ostream& operator<< <int>(std::ostream&, Box<int> const&)", "main.ShiftLeft",
       kStudent},
      {"Point::operator bool() const", "main.(*Point).Convert", kStudent},
      {"Point::operator std::vector<int>() const", "main.(*Point).Convert", kStudent},
      {"Point::operator+=(int)", "main.(*Point).AddAssign", kStudent},
      {"operator\"\"_ms(unsigned long long)", "main.Literal", kStudent},
      {"operator new(unsigned long)", "std.New", kStd},
      // Closures, with the compiler's numbers.
      {"GolabMain_()::{lambda()#1}::operator()() const", "main.main.func1", kStudent},
      {"GolabMain_()::{lambda()#1}::operator()() const::{lambda(int)#2}::operator()(int) const",
       "main.main.func1.2", kStudent},
      {"pool::start(int)::{lambda()#3}::operator()() const", "main.pool.start.func3", kStudent},
      {"Pool::Start()::{lambda()#1}::operator()() const", "main.(*Pool).Start.func1", kStudent},
      {"Pool::Size() const::{lambda()#1}::operator()() const", "main.(*Pool).Size.func1", kStudent},
      {"GolabMain_()::$_2::operator()() const", "main.main.func3", kStudent},
      {"GolabMain_()::'lambda'(int)::operator()(int) const", "main.main.func1", kStudent},
      {"GolabMain_()::{lambda()#1}::_FUN()", "main.main.func1._FUN", kStudent},
      {"{lambda()#1}::operator()() const", "main.func1", kStudent},
      // golab's packages.
      {"golab::time::Sleep(golab::time::Duration)", "time.Sleep", kPublic},
      {"golab::sync::WaitGroup::Wait()", "sync.(*WaitGroup).Wait", kPublic},
      {"golab::sync::Once::Do(golab::Func<void ()>)", "sync.(*Once).Do", kPublic},
      {"golab::http::Server::ListenAndServe()", "net/http.(*Server).ListenAndServe", kPublic},
      {"golab::http::ServerConn::Serve(golab::http::ServerConn*)", "net/http.(*conn).serve",
       kPublic},
      {"golab::http::ServerConn::Run(golab::http::Request*)", "net/http.(*ServerConn).Run",
       kRuntime},
      {"golab::http::Handler::ServeHTTP(golab::http::ResponseWriter&, golab::http::Request&) const",
       "net/http.HandlerFunc.ServeHTTP", kPublic},
      {"golab::signal::Notify(golab::Chan<golab::os::Signal>)", "os/signal.Notify", kPublic},
      {"golab::atomic::Int32::Add(int)", "sync/atomic.(*Int32).Add", kPublic},
      {"golab::runtime::Goexit()", "runtime.Goexit", kPublic},
      {"golab::runtime::park()", "runtime.park", kRuntime},
      {"golab::net::(anonymous namespace)::Poll(int)", "net.Poll", kRuntime},
      {"golab::sync::detail::Wait(int)", "sync.detail.Wait", kRuntime},
      {"golab::gc::Collect()", "golab/gc.Collect", kPublic},
      // golab's language level and inside.
      {"void golab::go<GolabMain_()::{lambda()#1}>(GolabMain_()::{lambda()#1})", "golab.go",
       kRuntime},
      {"golab::Chan<int>::Send(int) const", "golab.(*Chan).Send", kRuntime},
      {"golab::panic(golab::Any)", "golab.panic", kRuntime},
      {"golab::WithDefers(golab::Func<void (golab::Defers&)>)", "golab.WithDefers", kRuntime},
      {"golab::rt::Park(golab::rt::G*)", "golab/rt.Park", kRuntime},
      {"golab::rt::Scheduler::FindWork(golab::rt::P&)", "golab/rt.(*Scheduler).FindWork", kRuntime},
      {"golab::rt::(anonymous namespace)::Loop()", "golab/rt.Loop", kRuntime},
      {"golab::lab::Judge::Run()", "golab/lab.(*Judge).Run", kRuntime},
      {"golab_switch", "golab.golab_switch", kRuntime},
      {"main", "runtime.main", kRuntime},
      // Everybody else's.
      {"std::vector<int, std::allocator<int> >::at(unsigned long)", "std.(*vector).at", kStd},
      {"std::function<void ()>::operator()() const", "std.(*function).Call", kStd},
      {"void std::__invoke_impl<void, GolabMain_()::{lambda()#4}&>(std::__invoke_other, "
       "GolabMain_()::{lambda()#4}&)",
       "std.__invoke_impl", kStd},
      {"GolabMain_()::{lambda()#4} const& std::_Any_data::_M_access<GolabMain_()::{lambda()#4}>() "
       "const",
       "std.(*_Any_data)._M_access", kStd},
      {"__gnu_cxx::new_allocator<int>::allocate(unsigned long)",
       "__gnu_cxx.(*new_allocator).allocate", kStd},
      {"__cxa_throw", "__cxa_throw", kStd},
      {"_start", "_start", kStd},
      {"frame_dummy", "frame_dummy", kStd},
      {"testing::Test::Run()", "testing.(*Test).Run", kStd},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.in);
    const GoName name = RenderGoName(c.in);
    EXPECT_EQ(name.text, c.want);
    EXPECT_EQ(name.kind, c.kind);
  }
}

TEST(GoName, AsksForClosureNumbersAndClasses) {
  GoNameContext context;
  context.closure_number = [](std::string_view closure) {
    return closure == "pool::run()::{lambda()#7}" ? 2U : 0U;
  };
  context.is_class = [](std::string_view scope) { return scope == "pool"; };
  EXPECT_EQ(RenderGoName("pool::run()::{lambda()#7}::operator()() const", context).text,
            "main.(*pool).run.func2");
  EXPECT_EQ(RenderGoName("pool::run()::{lambda()#3}::operator()() const", context).text,
            "main.(*pool).run.func3");
  EXPECT_EQ(RenderGoName("lake::run()", context).text, "main.lake.run");
}

TEST(GoName, ListsClosuresOutermostFirst) {
  using Views = std::vector<std::string_view>;
  EXPECT_EQ(
      Closures("f()::{lambda()#1}::operator()() const::{lambda(int)#2}::operator()(int) const"),
      (Views{"f()::{lambda()#1}", "f()::{lambda()#1}::operator()() const::{lambda(int)#2}"}));
  EXPECT_EQ(Closures("void go<f()::{lambda()#1}>(f()::{lambda()#1})"), Views{});
}

TEST(GoName, SurvivesAnyText) {
  const std::string_view seeds[] = {
      "std::enable_if<(1 > 0), int>::type f<a::b>(c)::{lambda(int)#1}::operator()(int) const",
      "int (*Choose<int>(bool))(char)", "Point::operator std::vector<int>() const [clone .cold]"};
  for (const std::string_view seed : seeds) {
    for (std::size_t from = 0; from <= seed.size(); ++from) {
      for (std::size_t size = 0; size <= seed.size() - from; ++size) {
        (void)RenderGoName(seed.substr(from, size));
      }
    }
  }
}

TEST(GoName, DemanglesAndLeavesPlainNames) {
  EXPECT_EQ(Demangle("_ZZL10GolabMain_vENKUlvE0_clEv"),
            "GolabMain_()::{lambda()#2}::operator()() const");
  EXPECT_EQ(Demangle("golab_switch"), "golab_switch");
  EXPECT_EQ(RenderGoName(Demangle("_ZZL10GolabMain_vENKUlDpT_E1_clIJEEEDaS0_")).text,
            "main.main.func1");
}

}  // namespace
}  // namespace golab::rt
