#pragma once
// One connection of the virtual network: two flows of bytes, each with what is on its way and what
// has arrived, in order; the ends of a flow and resets travel in the same order.
//
// Thread safety: the virtual world has one P.

#include <cstdint>
#include <deque>
#include <string>

#include "runtime/net/endpoint.h"
#include "runtime/net/poll_desc.h"
#include "runtime/timer/wheel.h"

namespace golab::rt::virtual_net {

inline constexpr std::size_t kCapacity = std::size_t{256} << 10;  // on its way and unread, a flow

/// Numbers that depend on the plan's seed, a stream and the place in it alone: the same network
/// whatever else is drawn in a run.
class Draws {
 public:
  explicit Draws(std::uint64_t stream) noexcept;

  std::uint64_t Below(std::uint64_t n) noexcept;

  /// How long something takes to the other end: 0 under seed 0.
  std::uint64_t Latency() noexcept;

 private:
  std::uint64_t key_;
  std::uint64_t count_ = 0;
};

/// Whether bytes travel as they were written, and at once: seed 0, and systematic runs, whose proof
/// is for that network.
bool IsPlain() noexcept;

class Link;

/// What goes from one end of a link to the other.
class Flow {
 public:
  enum class What : std::uint8_t { kBytes, kEnd, kReset };

  void Init(Link* link, int to, std::uint64_t stream) noexcept;

  /// Takes as many bytes as there is room for, 0 if there is none.
  std::size_t Send(const char* data, std::size_t size);

  void SendEnd() { Add(What::kEnd, {}); }

  void SendReset();

  std::size_t unread() const noexcept { return arrived_.size() - read_; }

  std::size_t Take(char* to, std::size_t size);

  bool ended() const noexcept { return ended_; }

  bool HasRoom() const noexcept { return on_way_bytes_ + unread() < kCapacity; }

  bool Idle() const noexcept { return on_way_.empty(); }

  /// Nobody reads any more: what has arrived is dropped.
  void Drop() noexcept;
  void Stop() noexcept;  ///< nothing of what is on its way arrives

 private:
  struct Piece {
    What what;
    std::uint64_t due;
    std::string bytes;
  };

  void Add(What what, std::string bytes);
  std::size_t NextCut(std::size_t size) noexcept;
  void Arm() noexcept;
  static void Fire(Timer* timer, std::uint64_t now);
  void Deliver();

  Link* link_ = nullptr;
  int to_ = 0;
  Draws draws_{0};
  bool bytewise_ = false;       // each byte by itself, for the first ones
  std::size_t cut_so_far_ = 0;  // bytes
  std::deque<Piece> on_way_;
  std::size_t on_way_bytes_ = 0;
  std::uint64_t last_due_ = 0;
  std::string arrived_;
  std::size_t read_ = 0;  // of arrived_
  bool ended_ = false;    // the end has arrived
  Timer timer_;
};

/// One end of a link, as its descriptor sees it.
struct End {
  enum class State : std::uint8_t { kConnecting, kOpen, kGone } state = State::kOpen;

  int error = 0;            // to be told by the next operation
  bool reset = false;       // has arrived
  bool end_sent = false;    // nothing more is written
  bool read_ended = false;  // nothing more is read: shutdown
  bool wants_room = false;  // a write was refused
  int linger = -1;
  Endpoint at;
  PollDesc* desc = nullptr;  // null: nobody watches
  std::uint32_t tag = 0;

  void Watch(PollDesc* d) noexcept;
  void Tell(std::uint8_t events) noexcept;
};

class Link {
 public:
  Link(std::uint64_t number, const Endpoint& client, const Endpoint& server);

  End ends[2];    // 0: the client's
  Flow flows[2];  // to the end of that number

  void BytesArrived(int to);
  void EndArrived(int to);
  void ResetArrived(int to);

  long Read(int end, char* to, std::size_t size);
  long Write(int end, const char* from, std::size_t size);
  void Shutdown(int end, Direction direction);
  void Watch(int end, PollDesc* d);
  void Close(int end);

  /// Ends that are gone and nothing on its way: nobody needs the link any more.
  bool Over() const noexcept;

 private:
  void DeleteIfOver();
};

}  // namespace golab::rt::virtual_net
