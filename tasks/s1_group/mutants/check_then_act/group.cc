// must fail: limit
// Reads how many run, then adds one: two callers may read the same.
#include "group.h"

#include <utility>

using namespace golab;

/// "goroutine 7", as the first line of a stack says it. Go gives no other way to ask who one is, on
/// purpose. Here a Go must know whether it would wait for the place of its own caller.
static std::string Self() {
  const String stack = debug::Stack();
  const std::string text(stack.c_str());
  return text.substr(0, text.find(" ["));
}

Group::Group(context::Context parent, Options options)
    : parent_(std::move(parent)), options_(options) {
  if (options_.limit > 0) places_ = MakeChan<Empty>(options_.limit);
  Begin();
}

void Group::Begin() {
  auto [ctx, cancel] = context::WithCancel(parent_);
  ctx_ = ctx;
  cancel_ = cancel;
  first_ = nullptr;
  errors_.clear();
}

Error Group::Go(String name, Work work) {
  mu_.Lock();
  const context::Context ctx = ctx_;
  mu_.Unlock();
  if (const Error err = TakePlace(ctx)) return err;

  // Under the lock that Record takes: after the first error nothing is added.
  mu_.Lock();
  Defer unlock{[this] { mu_.Unlock(); }};
  if (const Error err = ctx_.Err()) {
    FreePlace();
    return err;
  }
  const std::size_t number = errors_.size();
  errors_.emplace_back();
  wg_.Add(1);
  go([this, number, name, work] {
    Defer done{[this] { wg_.Done(); }};
    Defer free{[this] { FreePlace(); }};
    Run(number, name, work);
  });
  return nullptr;
}

Error Group::TakePlace(const context::Context& ctx) {
  if (const Error err = ctx.Err()) return err;
  if (options_.limit <= 0) return nullptr;
  for (;;) {
    mu_.Lock();
    const bool free = taken_ < options_.limit;
    mu_.Unlock();
    const bool within = Within();
    if (free) break;
    if (within) return errors::New("no place is free, and this work would wait for its own");
    if (Select(Recv(freed_), Recv(ctx.Done())) == 1) return ctx.Err();
  }
  mu_.Lock();
  ++taken_;
  mu_.Unlock();
  return nullptr;
}

bool Group::Within() {
  const std::string self = Self();
  mu_.Lock();
  Defer unlock{[this] { mu_.Unlock(); }};
  return running_.count(self) > 0;
}

void Group::FreePlace() {
  mu_.Lock();
  --taken_;
  mu_.Unlock();
  Select(Send(freed_, Empty{}), Default);
}

void Group::Run(std::size_t number, const String& name, const Work& work) {
  const std::string self = Self();
  mu_.Lock();
  running_.insert(self);
  mu_.Unlock();
  // Deferred: a work may end by Goexit.
  Defer leave{[&] {
    mu_.Lock();
    running_.erase(self);
    mu_.Unlock();
  }};
  if (const Error err = RunOnce(name, work)) Record(number, err);
}

/// A panic becomes an error: on its own goroutine, the only one that can recover it.
Error Group::RunOnce(const String& name, const Work& work) const {
  // The time of a work begins here, when it has its place, and not when Go was called.
  const auto [ctx, cancel] = options_.timeout > 0 ? context::WithTimeout(ctx_, options_.timeout)
                                                  : context::WithCancel(ctx_);
  Defer end{cancel};
  Error err;
  WithDefers([&](Defers& defer) {
    defer([&] {
      const auto p = recover();
      if (!p) return;
      const String stack = debug::Stack();
      err = fmt::Errorf("%s panicked: %s\n%s", name, p.Text(), stack);
      slog::Error("work panicked", "name", name, "panic", p.Text(), "stack", stack);
    });
    err = work(ctx);
  });
  // What comes too late is a timeout, whatever it says itself.
  if (!err && errors::Is(ctx.Err(), context::DeadlineExceeded)) err = ctx.Err();
  return err;
}

void Group::Record(std::size_t number, const Error& err) {
  mu_.Lock();
  Defer unlock{[this] { mu_.Unlock(); }};
  errors_[number] = err;
  if (first_) return;
  first_ = err;
  if (options_.mode == Mode::kFirstError) cancel_();
}

Error Group::Wait() {
  wg_.Wait();
  mu_.Lock();
  Defer unlock{[this] { mu_.Unlock(); }};
  const Error result = options_.mode == Mode::kFirstError
                           ? first_
                           : errors::Join(Slice<Error>(errors_.data(), errors_.size()));
  cancel_();
  Begin();
  return result;
}
