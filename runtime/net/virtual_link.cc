#include "runtime/net/virtual_link.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "runtime/arch/fiber.h"
#include "runtime/net/netpoll.h"
#include "runtime/sched/sched.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab::rt::virtual_net {
namespace {

constexpr std::uint64_t kLongestLatency = 2'000'000;
constexpr std::size_t kMostBytewise = 4096;
constexpr std::uint64_t kBytewiseIn = 8;  // of so many seeds one delivers byte by byte

std::uint64_t SeedKey() noexcept {
  const Plan* plan = world.plan;
  return plan == nullptr ? 0 : MixPath(plan->secret ^ MixPath(plan->seed));
}

std::uint64_t TheSeed() noexcept {
  return world.plan == nullptr ? 0 : world.plan->seed | world.plan->secret;
}

}  // namespace

bool IsPlain() noexcept {
  return TheSeed() == 0 || world.plan->strategy == Strategy::kSystematic;
}

Draws::Draws(std::uint64_t stream) noexcept : key_(MixPath(SeedKey() ^ MixPath(~stream))) {}

std::uint64_t Draws::Below(std::uint64_t n) noexcept {
  const std::uint64_t draw = MixPath(key_ + ++count_ * 0x9e3779b97f4a7c15ULL);
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(draw) * n) >> 64);
}

std::uint64_t Draws::Latency() noexcept {
  return IsPlain() ? 0 : Below(kLongestLatency + 1);
}

void Flow::Init(Link* link, int to, std::uint64_t stream) noexcept {
  link_ = link;
  to_ = to;
  draws_ = Draws(stream);
  bytewise_ = !IsPlain() && SeedKey() % kBytewiseIn == 0;
  timer_.fire = &Fire;
  timer_.context = this;
}

/// How many of `size` bytes go in one piece.
std::size_t Flow::NextCut(std::size_t size) noexcept {
  if (IsPlain()) return size;
  if (bytewise_ && cut_so_far_ < kMostBytewise) return 1;
  return draws_.Below(2) == 0 ? size : 1 + draws_.Below(size);
}

std::size_t Flow::Send(const char* data, std::size_t size) {
  const std::size_t room = HasRoom() ? kCapacity - on_way_bytes_ - unread() : 0;
  const std::size_t taken = std::min(size, room);
  for (std::size_t done = 0; done < taken;) {
    const std::size_t n = NextCut(taken - done);
    on_way_bytes_ += n;
    cut_so_far_ += n;
    // What is sent soon after may travel with what is on its way.
    const bool joins = !bytewise_ && !IsPlain() && !on_way_.empty() &&
                       on_way_.back().what == What::kBytes && draws_.Below(4) == 0;
    if (joins) {
      on_way_.back().bytes.append(data + done, n);
    } else {
      Add(What::kBytes, std::string(data + done, n));
    }
    done += n;
  }
  return taken;
}

void Flow::SendReset() {
  Add(What::kReset, {});
}

void Flow::Add(What what, std::string bytes) {
  last_due_ = std::max(last_due_, world.now + draws_.Latency());
  on_way_.push_back(Piece{what, last_due_, std::move(bytes)});
  Arm();
}

void Flow::Arm() noexcept {
  if (on_way_.empty() || timer_.Armed()) return;
  timer_.when = std::max(on_way_.front().due, world.now);
  ArmTimer(&timer_);
}

void Flow::Fire(Timer* timer, std::uint64_t /*now*/) {
  const fiber::Unseen unseen;
  Touch(kTheNetwork, AccessMode::kWrite);
  static_cast<Flow*>(timer->context)->Deliver();
}

void Flow::Deliver() {
  Piece piece = std::move(on_way_.front());
  on_way_.pop_front();
  Arm();
  // The link may be gone after each of these.
  switch (piece.what) {
    case What::kBytes:
      on_way_bytes_ -= piece.bytes.size();
      arrived_ += piece.bytes;
      return link_->BytesArrived(to_);
    case What::kEnd:
      ended_ = true;
      return link_->EndArrived(to_);
    case What::kReset:
      return link_->ResetArrived(to_);
  }
}

std::size_t Flow::Take(char* to, std::size_t size) {
  const std::size_t n = std::min(size, unread());
  std::memcpy(to, arrived_.data() + read_, n);
  read_ += n;
  if (read_ == arrived_.size()) Drop();
  return n;
}

void Flow::Drop() noexcept {
  arrived_.clear();
  read_ = 0;
}

void Flow::Stop() noexcept {
  DisarmTimer(&timer_);
  on_way_.clear();
  on_way_bytes_ = 0;
}

void End::Watch(PollDesc* d) noexcept {
  desc = d;
  tag = d->tag();
}

void End::Tell(std::uint8_t events) noexcept {
  if (desc == nullptr) return;
  GList woken;
  desc->Tell(tag, events, &woken);
  ReadyAll(&woken, /*behind=*/true);
}

Link::Link(std::uint64_t number, const Endpoint& client, const Endpoint& server) {
  ends[0].at = client;
  ends[1].at = server;
  for (int i = 0; i < 2; ++i) flows[i].Init(this, i, number * 2 + static_cast<std::uint64_t>(i));
}

bool Link::Over() const noexcept {
  return ends[0].state == End::State::kGone && ends[1].state == End::State::kGone &&
         flows[0].Idle() && flows[1].Idle();
}

void Link::DeleteIfOver() {
  if (Over()) delete this;
}

void Link::BytesArrived(int to) {
  if (ends[to].state == End::State::kGone) {
    // Nobody is there: the sender is told so.
    flows[to].Drop();
    if (ends[1 - to].state != End::State::kGone && !ends[1 - to].reset) flows[1 - to].SendReset();
    return DeleteIfOver();
  }
  ends[to].Tell(kNetReadable);
}

void Link::EndArrived(int to) {
  if (ends[to].state == End::State::kGone) return DeleteIfOver();
  ends[to].Tell(kNetReadable | kNetHangUp);
}

void Link::ResetArrived(int to) {
  End& end = ends[to];
  if (end.state == End::State::kGone) return DeleteIfOver();
  // As Linux: after the other's end, what is broken is our writing.
  end.error = flows[to].ended() ? EPIPE : ECONNRESET;
  end.reset = true;
  flows[1 - to].Stop();
  end.Tell(kNetReadable | kNetWritable | kNetHangUp);
}

long Link::Read(int at, char* to, std::size_t size) {
  End& end = ends[at];
  if (flows[at].unread() != 0) {
    const std::size_t n = flows[at].Take(to, size);
    End& other = ends[1 - at];
    if (other.wants_room && flows[at].HasRoom()) {
      other.wants_room = false;
      other.Tell(kNetWritable);
    }
    return static_cast<long>(n);
  }
  if (flows[at].ended() || end.read_ended) return 0;
  if (end.error != 0) return -std::exchange(end.error, 0);
  if (end.reset) return 0;
  return end.state == End::State::kConnecting ? -ENOTCONN : -EAGAIN;
}

long Link::Write(int at, const char* from, std::size_t size) {
  End& end = ends[at];
  if (end.end_sent) return -EPIPE;
  if (end.error != 0) return -std::exchange(end.error, 0);
  if (end.reset) return -EPIPE;
  if (size == 0) return 0;
  const std::size_t n = flows[1 - at].Send(from, size);
  if (n < size) end.wants_room = true;
  return n == 0 ? -EAGAIN : static_cast<long>(n);
}

void Link::Shutdown(int at, Direction direction) {
  End& end = ends[at];
  if (direction == Direction::kRead) {
    end.read_ended = true;
    return end.Tell(kNetReadable | kNetHangUp);
  }
  if (end.end_sent || end.reset) return;
  end.end_sent = true;
  flows[1 - at].SendEnd();
}

void Link::Watch(int at, PollDesc* d) {
  End& end = ends[at];
  end.Watch(d);
  std::uint8_t events = 0;
  if (flows[at].unread() != 0) events |= kNetReadable;
  if (flows[at].ended()) events |= kNetReadable | kNetHangUp;
  if (end.state == End::State::kOpen) events |= kNetWritable;
  if (end.reset) events |= kNetReadable | kNetWritable | kNetHangUp;
  if (events != 0) end.Tell(events);
}

void Link::Close(int at) {
  End& end = ends[at];
  const bool was_open = end.state == End::State::kOpen;
  end.state = End::State::kGone;
  end.desc = nullptr;
  const bool unread = flows[at].unread() != 0;
  flows[at].Drop();
  if (was_open && !end.reset) {
    if (unread || end.linger == 0) {
      flows[1 - at].SendReset();
    } else if (!end.end_sent) {
      flows[1 - at].SendEnd();
    }
  }
  end.end_sent = true;
  DeleteIfOver();
}

}  // namespace golab::rt::virtual_net
