#include "supervisor.h"

#include <cstdio>
#include <vector>

using namespace golab;

Supervisor::Supervisor(context::Context parent)
    : requests_(MakeChan<Request>()),
      ended_(MakeChan<Ended>()),
      due_(MakeChan<std::string>()),
      over_(MakeChan<bool>()) {
  auto made = context::WithCancel(parent);
  ctx_ = made.ctx;
  cancel_ = made.cancel;
  go([this] { Control(); });
}

void Supervisor::Launch(const std::string& name, const Work& work) {
  go([this, name, work] {
    String why = "ok";
    WithDefers([&](Defers& defer) {
      defer([&] {
        auto p = recover();
        if (p) why = "panic: " + p.Text() + "\n" + debug::Stack();
      });
      Error err = work(ctx_);
      if (err) why = err.Text();
    });
    ended_.Send({name, why});
  });
}

void Supervisor::Control() {
  struct Known {
    Work work;
    bool runs;
    time::Timer timer;
  };

  std::map<std::string, Known> all;
  int running = 0;
  bool open = true;
  while (open || running > 0) {
    Request request;
    Ended ended;
    std::string name;
    // What is over takes no requests any more: a nil channel is never ready.
    switch (Select(Recv(open ? ctx_.Done() : nullptr), Recv(open ? requests_ : nullptr, request),
                   Recv(ended_, ended), Recv(open ? due_ : nullptr, name))) {
      case 0:
        open = false;
        for (auto& [key, known] : all) {
          if (!known.runs) known.timer.Stop();
        }
        break;
      case 1:
        if (all.count(request.name) != 0) {
          std::printf("refused: %s\n", request.name.c_str());
          break;
        }
        all[request.name] = {request.work, true, {}};
        running++;
        Launch(request.name, request.work);
        break;
      case 2: {
        running--;
        if (!open) break;
        std::printf("%s: %s\n", ended.name.c_str(), ended.why.c_str());
        Known& known = all[ended.name];
        known.runs = false;
        known.timer = time::AfterFunc(
            time::Second, [this, key = ended.name] { Select(Recv(over_), Send(due_, key)); });
        break;
      }
      case 3:
        all[name].runs = true;
        running++;
        Launch(name, all[name].work);
        break;
    }
  }
  over_.Close();
}

void Supervisor::Go(String name, Work work) {
  Select(Recv(over_), Recv(ctx_.Done()), Send(requests_, Request{name.c_str(), work}));
}

void Supervisor::Stop() {
  cancel_();
  over_.Recv();
}
