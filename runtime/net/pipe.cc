// net.Pipe: two ends in one process, without a buffer. A write hands its bytes over piece by piece
// and waits after each for how much was taken. Waits are selects, as in Go.

#include "golab/chan.h"
#include "golab/os.h"
#include "golab/select.h"
#include "golab/sync.h"

#include "runtime/net/conn_rep.h"
#include "runtime/net/net_error.h"
#include "runtime/sched/sched.h"
#include "runtime/world/world.h"

namespace golab {
namespace rt {
namespace {

bool IsClosed(const RecvChan<Empty>& c) {
  return Select(Recv(c), Default) == 0;
}

/// A channel that is closed while the deadline has passed. Go: net.pipeDeadline.
class PipeDeadline {
 public:
  void Set(std::uint64_t when) {
    mu_.Lock();
    // A function that is on its way closes the channel that was.
    if (timer_set_ && !timer_.Stop()) passed_.Recv();
    timer_set_ = false;
    const bool closed = IsClosed(passed_);
    const std::uint64_t now = Now();
    const bool is_past = when <= now;
    if (closed && !is_past) passed_ = MakeChan<Empty>();
    if (is_past && !closed) passed_.Close();
    if (!is_past && when != Wheel::kNone) {
      const auto ahead = static_cast<std::int64_t>(when - now);
      timer_ = time::AfterFunc(time::Duration(ahead), [passed = passed_] { passed.Close(); });
      timer_set_ = true;
    }
    mu_.Unlock();
  }

  RecvChan<Empty> Passed() {
    mu_.Lock();
    RecvChan<Empty> passed = passed_;
    mu_.Unlock();
    return passed;
  }

 private:
  sync::Mutex mu_;
  bool timer_set_ = false;
  time::Timer timer_ = time::Timer({}, nullptr);
  Chan<Empty> passed_ = MakeChan<Empty>();
};

/// Bytes offered to the other end; they lie with the writer.
struct Piece {
  const char* data = nullptr;
  std::size_t size = 0;
};

/// One direction of a pipe.
struct Stream {
  Chan<Piece> pieces = MakeChan<Piece>();
  Chan<std::size_t> taken = MakeChan<std::size_t>();
};

class PipeConn final : public ConnRep {
 public:
  PipeConn(Stream in, Stream out, Chan<Empty> done, RecvChan<Empty> remote_done)
      : in_(std::move(in)),
        out_(std::move(out)),
        done_(std::move(done)),
        remote_done_(std::move(remote_done)) {}

  ~PipeConn() override {
    if (arch::ThisP() != nullptr) Close();
  }

  io::Transfer Read(void* buffer, std::size_t size) override {
    auto [n, err] = ReadOnce(buffer, size);
    if (err && err != io::Eof && err != ClosedPipeError()) err = Failure("read", err);
    return {n, err};
  }

  io::Transfer Write(const void* data, std::size_t size) override {
    auto [n, err] = WriteAll(static_cast<const char*>(data), size);
    if (err && err != ClosedPipeError()) err = Failure("write", err);
    return {n, err};
  }

  io::Transfer WriteVector(iovec* parts, int count) override {
    io::Transfer all;
    for (int i = 0; i < count && !all.err; ++i) {
      auto [n, err] = Write(parts[i].iov_base, parts[i].iov_len);
      all.n += n;
      all.err = err;
    }
    return all;
  }

  Error Close() override {
    if (__atomic_exchange_n(&closed_, true, __ATOMIC_SEQ_CST)) return nullptr;
    done_.Close();
    return nullptr;
  }

  net::Addr LocalAddr() const override { return net::Addr::OfPipe(); }

  net::Addr RemoteAddr() const override { return net::Addr::OfPipe(); }

  Error SetDeadline(bool read, bool write, std::uint64_t when) override {
    if (IsClosed(done_) || IsClosed(remote_done_)) return ClosedPipeError();
    if (read) read_deadline_.Set(when);
    if (write) write_deadline_.Set(when);
    return nullptr;
  }

 private:
  static Error Failure(const char* op, const Error& err) {
    return net::OpError{op, "pipe", nullptr, nullptr, err};
  }

  io::Transfer ReadOnce(void* buffer, std::size_t size) {
    const RecvChan<Empty> late = read_deadline_.Passed();
    if (IsClosed(done_)) return {0, ClosedPipeError()};
    if (IsClosed(remote_done_)) return {0, io::Eof};
    if (IsClosed(late)) return {0, os::ErrDeadlineExceeded};
    Piece piece;
    switch (Select(Recv(in_.pieces, piece), Recv(done_), Recv(remote_done_), Recv(late))) {
      case 0: {
        const std::size_t n = piece.size < size ? piece.size : size;
        if (n != 0) __builtin_memcpy(buffer, piece.data, n);
        in_.taken.Send(n);
        return {static_cast<int>(n), nullptr};
      }
      case 1:
        return {0, ClosedPipeError()};
      case 2:
        return {0, io::Eof};
      default:
        return {0, os::ErrDeadlineExceeded};
    }
  }

  io::Transfer WriteAll(const char* data, std::size_t size) {
    const RecvChan<Empty> late = write_deadline_.Passed();
    if (IsClosed(done_) || IsClosed(remote_done_)) return {0, ClosedPipeError()};
    if (IsClosed(late)) return {0, os::ErrDeadlineExceeded};
    writing_.Lock();  // whole writes, one after another
    std::size_t done = 0;
    Error err;
    // An empty write waits for a reader, too.
    for (bool once = true; !err && (once || done < size); once = false) {
      switch (Select(Send(out_.pieces, Piece{data + done, size - done}), Recv(done_),
                     Recv(remote_done_), Recv(late))) {
        case 0:
          done += out_.taken.Recv();
          break;
        case 3:
          err = os::ErrDeadlineExceeded;
          break;
        default:
          err = ClosedPipeError();
          break;
      }
    }
    writing_.Unlock();
    return {static_cast<int>(done), err};
  }

  Stream in_;
  Stream out_;
  Chan<Empty> done_;  // closed with this end
  RecvChan<Empty> remote_done_;
  bool closed_ = false;  // atomic
  sync::Mutex writing_;
  PipeDeadline read_deadline_;
  PipeDeadline write_deadline_;
};

}  // namespace
}  // namespace rt

net::PipeEnds net::Pipe() {
  GOLAB_AT_CALL();
  rt::CurrentG("net.Pipe");
  const rt::Stream there;
  const rt::Stream back;
  const auto first_done = MakeChan<Empty>();
  const auto second_done = MakeChan<Empty>();
  return {Conn(new rt::PipeConn(back, there, first_done, second_done)),
          Conn(new rt::PipeConn(there, back, second_done, first_done))};
}

}  // namespace golab
