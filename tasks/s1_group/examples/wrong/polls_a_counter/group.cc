// must fail: limit
// Looks at a counter until it is small enough, then counts up: a test and a change, apart.
#include "group.h"

using namespace golab;

static std::string Me() {
  std::string text(debug::Stack().c_str());
  return text.substr(0, text.find('['));
}

Group::Group(context::Context parent, Options options) : parent_(parent), options_(options) {
  Enter();
}

void Group::Enter() {
  auto c = context::WithCancel(parent_);
  ctx_ = c.ctx;
  cancel_ = c.cancel;
  entries_.clear();
  first_ = nullptr;
}

Error Group::Go(String name, Func<Error(context::Context)> work) {
  mu_.Lock();
  Defer unlock{[&] { mu_.Unlock(); }};
  if (Full()) {
    const std::string me = Me();
    for (const Entry& entry : entries_) {
      if (!entry.over && entry.who == me) return errors::New("no room for what a work starts");
    }
  }
  const auto wake = context::AfterFunc(ctx_, [this] {
    mu_.Lock();
    changed_.Broadcast();
    mu_.Unlock();
  });
  while (Full() && !ctx_.Err()) changed_.Wait();
  wake();
  if (ctx_.Err()) return ctx_.Err();
  mu_.Unlock();
  fmt::Fprintf(os::Stderr(), "start %s\n", name);
  mu_.Lock();
  ++running_;
  const std::size_t mine = entries_.size();
  entries_.emplace_back();
  go([this, mine, name, work] {
    mu_.Lock();
    entries_[mine].who = Me();
    auto c = options_.timeout > 0 ? context::WithTimeout(ctx_, options_.timeout)
                                  : context::WithCancel(ctx_);
    mu_.Unlock();
    Error err;
    Defer out{[&] {
      c.cancel();
      mu_.Lock();
      entries_[mine].err = err;
      entries_[mine].over = true;
      if (err && !first_) {
        first_ = err;
        if (options_.mode == Mode::kFirstError) cancel_();
      }
      --running_;
      changed_.Broadcast();
      mu_.Unlock();
    }};
    WithDefers([&](Defers& defer) {
      defer([&] {
        if (auto p = recover()) {
          const String stack = debug::Stack();
          slog::Warn("recovered", slog::String("name", name), slog::String("panic", p.Text()));
          err = errors::New(fmt::Sprintf("%s: %s\n%s", name, p.Text(), stack));
        }
      });
      err = work(c.ctx);
    });
    if (!err && c.ctx.Err() == context::DeadlineExceeded) err = context::DeadlineExceeded;
  });
  return nullptr;
}

Error Group::Wait() {
  mu_.Lock();
  Defer unlock{[&] { mu_.Unlock(); }};
  while (running_ > 0) changed_.Wait();
  Error result = first_;
  if (options_.mode == Mode::kWaitAll) {
    result = nullptr;
    for (const Entry& entry : entries_) result = errors::Join(result, entry.err);
  }
  cancel_();
  Enter();
  return result;
}
