// Random operations on channels, and a model of what Go says they do.

#include <deque>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "golab/golab.h"

#include "runtime/tests/on_goroutine.h"

namespace golab {
namespace {

constexpr unsigned kSeeds = 1000;

/// One channel as the language describes it: a buffer, and two queues of operations that wait.
class Model {
 public:
  explicit Model(std::size_t capacity) : capacity_(capacity) {}

  // Each operation has a number; what it came to, once it is over, is in done().
  void Send(int operation, int value) {
    if (closed_) {
      done_[operation] = "panic";
    } else if (!receivers_.empty()) {
      done_[receivers_.front()] = std::to_string(value);
      receivers_.pop_front();
      done_[operation] = "sent";
    } else if (buffer_.size() < capacity_) {
      buffer_.push_back(value);
      done_[operation] = "sent";
    } else {
      senders_.push_back({operation, value});
    }
  }

  void Recv(int operation) {
    if (!buffer_.empty()) {
      done_[operation] = std::to_string(buffer_.front());
      buffer_.pop_front();
      if (!senders_.empty()) buffer_.push_back(TakeSender());
    } else if (!senders_.empty()) {
      done_[operation] = std::to_string(TakeSender());
    } else if (closed_) {
      done_[operation] = "closed";
    } else {
      receivers_.push_back(operation);
    }
  }

  void Close(int operation) {
    if (closed_) {
      done_[operation] = "panic";
      return;
    }
    closed_ = true;
    done_[operation] = "closed it";
    for (const int waiting : receivers_) done_[waiting] = "closed";
    for (const auto& waiting : senders_) done_[waiting.operation] = "panic";
    receivers_.clear();
    senders_.clear();
  }

  std::size_t Len() const { return buffer_.size(); }

  const std::map<int, std::string>& done() const { return done_; }

 private:
  struct Sender {
    int operation;
    int value;
  };

  int TakeSender() {
    const Sender s = senders_.front();
    senders_.pop_front();
    done_[s.operation] = "sent";
    return s.value;
  }

  const std::size_t capacity_;
  bool closed_ = false;
  std::deque<int> buffer_;
  std::deque<Sender> senders_;
  std::deque<int> receivers_;
  std::map<int, std::string> done_;
};

/// The same operations on a real channel, each on a goroutine of its own.
class Real {
 public:
  explicit Real(std::size_t capacity) : ch_(MakeChan<int>(static_cast<std::int64_t>(capacity))) {}

  void Send(int operation, int value) {
    Start(operation, [=, this]() -> std::string {
      ch_.Send(value);
      return "sent";
    });
  }

  void Recv(int operation) {
    Start(operation, [this]() -> std::string {
      auto [v, ok] = ch_.RecvOk();
      return ok ? std::to_string(v) : "closed";
    });
  }

  // The same as Recv and Send, by way of a select with a case that is never ready.
  void SelectRecv(int operation) {
    Start(operation, [this]() -> std::string {
      int v = 0;
      bool ok = false;
      Select(golab::Recv(never_), golab::Recv(ch_, v, ok));
      return ok ? std::to_string(v) : "closed";
    });
  }

  void SelectSend(int operation, int value) {
    Start(operation, [=, this]() -> std::string {
      Select(golab::Send(ch_, value), golab::Recv(never_));
      return "sent";
    });
  }

  void Close(int operation) {
    Start(operation, [this]() -> std::string {
      ch_.Close();
      return "closed it";
    });
  }

  std::size_t Len() const { return ch_.Len(); }

  const std::map<int, std::string>& done() const { return done_; }

 private:
  template <class F>
  void Start(int operation, F f) {
    go([=, this] {
      WithDefers([&](Defers& defer) {
        defer([&] {
          if (recover()) done_[operation] = "panic";
        });
        const std::string result = f();
        done_[operation] = result;
      });
    });
    time::Sleep(time::Millisecond);  // virtual: until nobody can go on
  }

  Chan<int> ch_;
  Chan<int> never_ = MakeChan<int>();
  std::map<int, std::string> done_;
};

void RandomOperations(unsigned seed) {
  std::mt19937 random(seed);
  const std::size_t capacity = random() % 4;
  Model model(capacity);
  auto* real = new Real(capacity);  // goroutines that wait for ever keep using it
  for (int operation = 0; operation < 40; ++operation) {
    const unsigned kind = random() % 20;
    if (kind < 5) {
      model.Send(operation, operation);
      real->Send(operation, operation);
    } else if (kind < 10) {
      model.Send(operation, operation);
      real->SelectSend(operation, operation);
    } else if (kind < 14) {
      model.Recv(operation);
      real->Recv(operation);
    } else if (kind < 19) {
      model.Recv(operation);
      real->SelectRecv(operation);
    } else if (operation > 20) {
      model.Close(operation);
      real->Close(operation);
    }
    ASSERT_EQ(real->done(), model.done()) << "after operation " << operation;
    ASSERT_EQ(real->Len(), model.Len()) << "after operation " << operation;
  }
}

GO_TEST(ChanModel, RandomOperationsDoWhatTheModelSays) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomOperations(seed);
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace golab
