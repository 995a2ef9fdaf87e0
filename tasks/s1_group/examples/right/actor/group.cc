#include "group.h"

#include <map>
#include <set>
#include <string>
#include <vector>

using namespace golab;

namespace {

std::string Caller() {
  const std::string text(debug::Stack().c_str());
  return text.substr(0, text.find(" ["));
}

struct Asked {
  std::string by;
  Chan<Error> answer;
};

struct Ended {
  int number = 0;
  Error err;
};

}  // namespace

struct Group::Round {
  context::Context ctx;
  context::CancelFunc cancel;
  Chan<Asked*> asks = MakeChan<Asked*>();
  Chan<Ended> ends = MakeChan<Ended>();
  Chan<std::string> begins = MakeChan<std::string>();
  Chan<Chan<Error>*> waits = MakeChan<Chan<Error>*>();
  Chan<int> numbers = MakeChan<int>();

  void Own(const Options& options) {
    std::set<std::string> inside;
    std::map<int, Error> errs;
    Error first;
    int running = 0, given = 0;
    std::vector<Asked*> queue;
    Chan<Error>* waiting = nullptr;
    RecvChan<Empty> done = ctx.Done();
    const auto full = [&] { return options.limit > 0 && running >= options.limit; };
    for (;;) {
      while (!queue.empty() && (ctx.Err() || !full())) {
        Asked* next = queue.front();
        queue.erase(queue.begin());
        if (!ctx.Err()) ++running;
        next->answer.Send(ctx.Err());
      }
      if (waiting != nullptr && running == 0 && queue.empty()) {
        std::vector<Error> all;
        for (auto& [number, err] : errs) all.push_back(err);
        waiting->Send(options.mode == Mode::kFirstError
                          ? first
                          : errors::Join(Slice<Error>(all.data(), all.size())));
        cancel();
        return;
      }
      Asked* asked = nullptr;
      Ended ended;
      std::string begun;
      switch (Select(Recv(asks, asked), Recv(ends, ended), Recv(begins, begun),
                     Recv(waits, waiting), Send(numbers, given), Recv(done))) {
        case 0:
          if (full() && inside.count(asked->by) > 0) {
            asked->answer.Send(errors::New("full"));
          } else {
            queue.push_back(asked);
          }
          break;
        case 1:
          --running;
          if (ended.err) {
            errs[ended.number] = ended.err;
            if (!first) first = ended.err;
            if (options.mode == Mode::kFirstError) cancel();
          }
          break;
        case 2:
          inside.insert(begun);
          break;
        case 4:
          ++given;
          break;
        case 5:
          done = nullptr;
          break;
      }
    }
  }
};

Group::Group(context::Context parent, Options options) : parent_(parent), options_(options) {}

std::shared_ptr<Group::Round> Group::Current() {
  mu_.Lock();
  Defer unlock{[&] { mu_.Unlock(); }};
  if (!round_) {
    round_ = std::make_shared<Round>();
    auto [ctx, cancel] = context::WithCancel(parent_);
    round_->ctx = ctx;
    round_->cancel = cancel;
    go([round = round_, options = options_] { round->Own(options); });
  }
  return round_;
}

Error Group::Go(String name, Func<Error(context::Context)> work) {
  auto round = Current();
  Asked asked{Caller(), MakeChan<Error>()};
  round->asks.Send(&asked);
  if (Error err = asked.answer.Recv()) return err;
  const int number = round->numbers.Recv();
  go([this, round, number, name, work] {
    round->begins.Send(Caller());
    Ended ended{number, nullptr};
    Defer tell{[&] { round->ends.Send(ended); }};
    auto c = context::WithCancel(round->ctx);
    if (options_.timeout > 0) c = context::WithTimeout(round->ctx, options_.timeout);
    WithDefers([&](Defers& defer) {
      defer([&] {
        c.cancel();
        if (auto p = recover()) {
          slog::With("name", name).Error("panic in a work", "panic", p.Value());
          ended.err = fmt::Errorf("panic in %q: %v\n%s", name, p.Text(), debug::Stack());
        }
      });
      ended.err = work(c.ctx);
      if (!ended.err && errors::Is(c.ctx.Err(), context::DeadlineExceeded)) ended.err = c.ctx.Err();
    });
  });
  return nullptr;
}

Error Group::Wait() {
  auto round = Current();
  auto answer = MakeChan<Error>();
  round->waits.Send(&answer);
  const Error err = answer.Recv();
  mu_.Lock();
  round_ = nullptr;
  mu_.Unlock();
  return err;
}
