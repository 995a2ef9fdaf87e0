#include "group.h"

#include <exception>
#include <list>
#include <string>

using namespace golab;
using Job = Func<Error(context::Context)>;

struct Slot {
  Error err;
};

struct State {
  context::Context parent;
  Options options;
  Chan<Empty> room;
  sync::Mutex mu;
  sync::WaitGroup left;
  context::Context ctx;
  context::CancelFunc cancel;
  std::list<Slot> slots;  // addresses stay
  Error first;
  std::list<std::string> busy;
};

static std::string Id() {
  const std::string text(debug::Stack().c_str());
  return text.substr(0, text.find('[') - 1);
}

static void Fresh(State& s) {
  const auto [ctx, cancel] = context::WithCancel(s.parent);
  s.ctx = ctx;
  s.cancel = cancel;
  s.first = nullptr;
  s.slots.clear();
}

Group::Group(context::Context parent, Options options) : state_(std::make_shared<State>()) {
  state_->parent = parent;
  state_->options = options;
  if (options.limit > 0) state_->room = MakeChan<Empty>(options.limit);
  Fresh(*state_);
}

static void Fail(State& s, Slot& slot, const Error& err) {
  s.mu.Lock();
  slot.err = err;
  const bool is_first = !s.first;
  if (is_first) s.first = err;
  if (is_first && s.options.mode == Mode::kFirstError) s.cancel();
  s.mu.Unlock();
}

static Error Attempt(const String& name, const Job& job, const context::Context& ctx) {
  Error err;
  WithDefers([&](Defers& defer) {
    defer([&] {
      if (auto p = recover()) {
        slog::LogAttrs(context::Background(), slog::LevelError, "panic", slog::String("name", name),
                       slog::String("text", p.Text()));
        err = fmt::Errorf("%s: panic: %s\n\n%s", name, p.Text(), debug::Stack());
      }
    });
    try {
      err = job(ctx);
    } catch (const std::exception& e) {
      err = errors::New(e.what());
    }
  });
  return err;
}

static void Perform(State& s, Slot& slot, const String& name, const Job& job) {
  s.mu.Lock();
  const auto mine = s.busy.insert(s.busy.end(), Id());
  const auto group = s.ctx;
  s.mu.Unlock();
  Defer out{[&] {
    s.mu.Lock();
    s.busy.erase(mine);
    s.mu.Unlock();
    if (s.options.limit > 0) s.room.Recv();
    s.left.Done();
  }};
  if (s.options.timeout == 0) {
    if (const Error err = Attempt(name, job, group)) Fail(s, slot, err);
    return;
  }
  const auto [ctx, cancel] = context::WithTimeout(group, s.options.timeout);
  Defer end{cancel};
  const time::Time begin = time::Now();
  Error err = Attempt(name, job, ctx);
  if (!err && time::Since(begin) >= s.options.timeout) err = context::DeadlineExceeded;
  if (err) Fail(s, slot, err);
}

Error Group::Go(String name, Job job) {
  State& s = *state_;
  s.mu.Lock();
  const auto ctx = s.ctx;
  bool own = false;
  for (const std::string& id : s.busy) own = own || id == Id();
  s.mu.Unlock();
  if (ctx.Err()) return ctx.Err();
  if (s.options.limit > 0) {
    if (own) {
      if (Select(Send(s.room, Empty{}), Default) == kDefault) return errors::New("busy");
    } else if (Select(Recv(ctx.Done()), Send(s.room, Empty{})) == 0) {
      return ctx.Err();
    }
  }
  s.mu.Lock();
  Defer unlock{[&] { s.mu.Unlock(); }};
  if (ctx.Err()) {
    if (s.options.limit > 0) s.room.Recv();
    return ctx.Err();
  }
  Slot& slot = s.slots.emplace_back();
  s.left.Add(1);
  go([state = state_, &slot, name, job] { Perform(*state, slot, name, job); });
  return nullptr;
}

Error Group::Wait() {
  State& s = *state_;
  s.left.Wait();
  s.mu.Lock();
  Error all;
  for (const Slot& slot : s.slots) all = errors::Join(all, slot.err);
  const Error result = s.options.mode == Mode::kWaitAll ? all : s.first;
  s.cancel();
  Fresh(s);
  s.mu.Unlock();
  return result;
}
