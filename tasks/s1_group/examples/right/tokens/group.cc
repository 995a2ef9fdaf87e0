#include "group.h"

#include <vector>

using namespace golab;

Group::Group(context::Context parent, Options options) : parent_(parent), options_(options) {
  auto c = context::WithCancelCause(parent_);
  round_ = c.ctx;
  stop_ = c.cancel;
  if (options_.limit == 0) return;
  tokens_ = MakeChan<int>(options_.limit);
  for (int i = 0; i < options_.limit; ++i) tokens_.Send(i);
}

// Who calls from a work has Group::Work on its stack.
static bool FromWork() {
  return std::string(debug::Stack().c_str()).find("(*Group).Work(") != std::string::npos ||
         std::string(debug::Stack().c_str()).find("Group::Work") != std::string::npos ||
         std::string(debug::Stack().c_str()).find("Group.Work") != std::string::npos;
}

Error Group::Go(String name, Func<Error(context::Context)> work) {
  lock_.RLock();
  auto round = round_;
  lock_.RUnlock();
  if (round.Err()) return round.Err();
  int token = 0;
  if (options_.limit > 0) {
    switch (Select(Recv(tokens_, token), Default)) {
      case 0:
        break;
      default:
        if (FromWork()) return errors::New("the group is full");
        if (Select(Recv(round.Done()), Recv(tokens_, token)) == 0) return round.Err();
    }
  }
  lock_.Lock();
  if (round.Err()) {
    lock_.Unlock();
    if (options_.limit > 0) tokens_.Send(token);
    return round.Err();
  }
  working_.Add(1);
  const int turn = turns_++;
  lock_.Unlock();
  go([this, turn, token, n = std::string(name.c_str()), work] {
    Defer d{[&] {
      if (options_.limit > 0) tokens_.Send(token);
      working_.Done();
    }};
    Work(turn, n, work);
  });
  return nullptr;
}

void Group::Work(int turn, std::string name, Func<Error(context::Context)> work) {
  auto c = options_.timeout > 0 ? context::WithDeadline(round_, time::Now().Add(options_.timeout))
                                : context::WithCancel(round_);
  Error err;
  WithDefers([&](Defers& defer) {
    defer(c.cancel);
    defer([&] {
      if (auto p = recover()) {
        slog::New(slog::NewJSONHandler(os::Stdout()))
            .Error("panic", "work", name.c_str(), "what", p.Text());
        err = errors::New(fmt::Sprintf("panic: %s\n%s", p.Text(), p.Stack()));
      }
    });
    Error own = work(c.ctx);
    if (!own && errors::Is(c.ctx.Err(), context::DeadlineExceeded)) own = c.ctx.Err();
    if (own) err = fmt::Errorf("%s: %w", name.c_str(), own);
  });
  if (!err) return;
  lock_.Lock();
  failed_[turn] = err;
  if (options_.mode == Mode::kFirstError) stop_(err);
  lock_.Unlock();
}

Error Group::Wait() {
  working_.Wait();
  lock_.Lock();
  Defer d{[&] { lock_.Unlock(); }};
  Error result;
  if (options_.mode == Mode::kFirstError) {
    if (!failed_.empty()) result = context::Cause(round_);
  } else {
    std::vector<Error> all;
    for (auto& [turn, err] : failed_) all.push_back(err);
    result = errors::Join(Slice<Error>(all.data(), all.size()));
  }
  failed_.clear();
  stop_(nullptr);
  auto c = context::WithCancelCause(parent_);
  round_ = c.ctx;
  stop_ = c.cancel;
  return result;
}
