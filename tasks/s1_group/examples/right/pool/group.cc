#include "group.h"

using namespace golab;

Group::Group(context::Context parent, Options options) : parent_(parent), options_(options) {
  auto c = context::WithCancel(parent_);
  ctx_ = c.ctx;
  cancel_ = c.cancel;
  jobs_ = MakeChan<Job>();
  if (options_.limit > 0) {
    free_ = MakeChan<bool>(options_.limit);
    for (int i = 0; i < options_.limit; ++i) free_.Send(true);
  }
}

static std::string Number() {
  const std::string text(debug::Stack().c_str());
  return text.substr(0, text.find(" ["));
}

void Group::Serve(Chan<Job> jobs) {
  Defer d{[this] { servants_left_.Done(); }};
  mu_.Lock();
  servants_.push_back(Number());
  mu_.Unlock();
  for (;;) {
    auto [job, ok] = jobs.RecvOk();
    if (!ok) return;
    Do(job);
  }
}

void Group::Do(const Job& job) {
  Error err;
  Defer over{[&] {
    mu_.Lock();
    errs_[job.place] = err;
    if (err && !first_) {
      first_ = err;
      if (options_.mode == Mode::kFirstError) cancel_();
    }
    mu_.Unlock();
    if (options_.limit > 0) free_.Send(true);
    jobs_left_.Done();
  }};
  auto c = options_.timeout > 0 ? context::WithTimeoutCause(ctx_, options_.timeout, nullptr)
                                : context::WithCancel(ctx_);
  Defer cancel{c.cancel};
  WithDefers([&](Defers& defer) {
    defer([&] {
      if (auto p = recover()) {
        slog::Error("panic", "who", job.name.c_str(), "why", p.Text());
        err = errors::New(fmt::Sprintf("%s: panic: %s\n%s", job.name.c_str(), p.Text(), p.Stack()));
      }
    });
    err = job.work(c.ctx);
  });
  if (!err && errors::Is(c.ctx.Err(), context::DeadlineExceeded)) err = c.ctx.Err();
}

Error Group::Go(String name, Func<Error(context::Context)> work) {
  mu_.Lock();
  const auto ctx = ctx_;
  bool within = false;
  for (const std::string& servant : servants_) within = within || servant == Number();
  mu_.Unlock();
  if (Error err = ctx.Err()) return err;
  if (options_.limit > 0 && Select(Recv(free_), Default) != 0) {
    if (within) return errors::New("all are busy, and you are one of them");
    if (Select(Recv(ctx.Done()), Recv(free_)) == 0) return ctx.Err();
  }
  mu_.Lock();
  if (Error err = ctx.Err()) {
    mu_.Unlock();
    if (options_.limit > 0) free_.Send(true);
    return err;
  }
  const Job job{name.c_str(), work, errs_.size()};
  errs_.emplace_back();
  jobs_left_.Add(1);
  mu_.Unlock();
  if (Select(Send(jobs_, job), Default) == 0) return nullptr;
  servants_left_.Add(1);
  go([this, jobs = jobs_, job] {
    Defer left{[&] { servants_left_.Done(); }};
    mu_.Lock();
    servants_.push_back(Number());
    mu_.Unlock();
    Do(job);
    servants_left_.Add(1);
    Serve(jobs);
  });
  return nullptr;
}

Error Group::Wait() {
  jobs_left_.Wait();
  jobs_.Close();
  servants_left_.Wait();
  mu_.Lock();
  Defer unlock{[&] { mu_.Unlock(); }};
  const Error result = options_.mode == Mode::kFirstError
                           ? first_
                           : errors::Join(Slice<Error>(errs_.data(), errs_.size()));
  cancel_();
  auto c = context::WithCancel(parent_);
  ctx_ = c.ctx;
  cancel_ = c.cancel;
  jobs_ = MakeChan<Job>();
  first_ = nullptr;
  errs_.clear();
  servants_.clear();
  return result;
}
