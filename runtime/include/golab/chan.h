#pragma once
// Channels: Chan<T>, SendChan<T>, RecvChan<T>, MakeChan.
//
// A Chan is a reference, like Go's: copies mean the same channel, and all its methods are const.
// The zero value is the nil channel. An element type must be default constructible (its zero value)
// and movable; moving it must not throw.

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {
namespace rt {

struct Hchan;

/// What the library must know of an element type.
struct ElemOps {
  std::uint32_t size;
  std::uint32_t align;
  bool trivial;  ///< may be copied as bytes; the functions are null
  void (*move_construct)(void* to, void* from);
  void (*move_assign)(void* to, void* from);
  void (*destroy)(void* elem);
  void (*zero)(void* elem);  ///< *elem = T{}; never null
};

template <class T>
struct ElemType {
  static_assert(!std::is_reference_v<T>,
                "a channel carries values: use a pointer instead of a reference");
  static_assert(std::is_default_constructible_v<T>, "a channel's element needs a zero value");
  static_assert(std::is_move_constructible_v<T>, "a channel moves its elements");

  static void MoveConstruct(void* to, void* from) {
    ::new (to) T(static_cast<T&&>(*static_cast<T*>(from)));
  }

  static void MoveAssign(void* to, void* from) {
    *static_cast<T*>(to) = static_cast<T&&>(*static_cast<T*>(from));
  }

  static void Destroy(void* elem) { static_cast<T*>(elem)->~T(); }

  static void Zero(void* elem) { *static_cast<T*>(elem) = T{}; }

  static constexpr bool kTrivial = std::is_trivially_copyable_v<T>;
  static constexpr ElemOps kOps{sizeof(T),
                                alignof(T),
                                kTrivial,
                                kTrivial ? nullptr : &MoveConstruct,
                                kTrivial ? nullptr : &MoveAssign,
                                kTrivial ? nullptr : &Destroy,
                                &Zero};
};

Hchan* ChanMake(const ElemOps* ops, std::int64_t capacity);
void ChanRetain(Hchan* c);
void ChanRelease(Hchan* c);
void ChanSend(Hchan* c, void* elem);
bool ChanRecv(Hchan* c, void* elem);  ///< elem may be null; false: closed and empty
void ChanClose(Hchan* c);
std::size_t ChanLen(const Hchan* c);
std::size_t ChanCap(const Hchan* c);

/// Shared ownership of a channel's memory: what Go's collector does.
class ChanRef {
 public:
  constexpr ChanRef() = default;

  explicit ChanRef(Hchan* adopted) : c_(adopted) {}

  [[gnu::always_inline]] ChanRef(const ChanRef& other) : c_(other.c_) {
    if (c_ != nullptr) ChanRetain(c_);
  }

  [[gnu::always_inline]] ChanRef(ChanRef&& other) noexcept : c_(other.c_) { other.c_ = nullptr; }

  [[gnu::always_inline]] ChanRef& operator=(ChanRef other) noexcept {
    Hchan* mine = c_;
    c_ = other.c_;
    other.c_ = mine;
    return *this;
  }

  [[gnu::always_inline]] ~ChanRef() {
    if (c_ != nullptr) ChanRelease(c_);
  }

  Hchan* get() const { return c_; }

 private:
  Hchan* c_ = nullptr;
};

}  // namespace rt

/// What RecvOk gives; bind it: `auto [v, ok] = ch.RecvOk();`.
template <class T>
struct Received {
  T value;
  bool ok;  ///< false: the channel is closed and empty, value is the zero value
};

/// Ranges over a channel until it is closed and empty. Go: for v := range ch.
template <class T>
class ChanIterator {
 public:
  ChanIterator() = default;

  explicit ChanIterator(rt::Hchan* c) : c_(c) { Next(); }

  T& operator*() { return value_; }

  ChanIterator& operator++() {
    Next();
    return *this;
  }

  bool operator!=(const ChanIterator&) const { return c_ != nullptr; }

 private:
  [[gnu::always_inline]] void Next() {
    if (!rt::ChanRecv(c_, &value_)) c_ = nullptr;
  }

  rt::Hchan* c_ = nullptr;
  T value_{};
};

/// The receiving end of a channel. Go: <-chan T.
template <class T>
class RecvChan {
 public:
  using Elem = T;
  constexpr RecvChan() = default;

  constexpr RecvChan(std::nullptr_t) {}  // NOLINT(google-explicit-constructor): nil, as in Go

  explicit RecvChan(rt::ChanRef ref) : ref_(static_cast<rt::ChanRef&&>(ref)) {}

  /// Receives a value; waits until there is one or the channel is closed (then T{}). Wait reason
  /// "chan receive"; on a nil channel for ever, "chan receive (nil chan)". Goroutines only.
  /// Go: v := <-ch.
  [[gnu::always_inline]] T Recv() const {
    T value{};
    rt::ChanRecv(ref_.get(), &value);
    return value;
  }

  /// As Recv, and says whether the value was sent. Go: v, ok := <-ch.
  [[gnu::always_inline]] Received<T> RecvOk() const {
    Received<T> r{};
    r.ok = rt::ChanRecv(ref_.get(), &r.value);
    return r;
  }

  /// Values that wait in the buffer; 0 for nil and for timers' channels. Go: len(ch).
  std::size_t Len() const { return rt::ChanLen(ref_.get()); }

  /// Size of the buffer. Go: cap(ch).
  std::size_t Cap() const { return rt::ChanCap(ref_.get()); }

  [[gnu::always_inline]] ChanIterator<T> begin() const { return ChanIterator<T>(ref_.get()); }

  ChanIterator<T> end() const { return {}; }

  rt::Hchan* raw() const { return ref_.get(); }

  friend bool operator==(const RecvChan& a, const RecvChan& b) { return a.raw() == b.raw(); }

  friend bool operator==(const RecvChan& a, std::nullptr_t) { return a.raw() == nullptr; }

 private:
  rt::ChanRef ref_;
};

/// The sending end of a channel. Go: chan<- T.
template <class T>
class SendChan {
 public:
  using Elem = T;
  constexpr SendChan() = default;

  constexpr SendChan(std::nullptr_t) {}  // NOLINT(google-explicit-constructor): nil, as in Go

  explicit SendChan(rt::ChanRef ref) : ref_(static_cast<rt::ChanRef&&>(ref)) {}

  /// Sends a value; waits until there is room or a receiver takes it. Wait reason "chan send"; on a
  /// nil channel for ever, "chan send (nil chan)". Panics "send on closed channel". Goroutines
  /// only. Go: ch <- v.
  [[gnu::always_inline]] void Send(T value) const { rt::ChanSend(ref_.get(), &value); }

  /// Says that no value will follow. Receivers get what is buffered, then zero values. Panics
  /// "close of closed channel", "close of nil channel". Go: close(ch).
  [[gnu::always_inline]] void Close() const { rt::ChanClose(ref_.get()); }

  std::size_t Len() const { return rt::ChanLen(ref_.get()); }

  std::size_t Cap() const { return rt::ChanCap(ref_.get()); }

  rt::Hchan* raw() const { return ref_.get(); }

  friend bool operator==(const SendChan& a, const SendChan& b) { return a.raw() == b.raw(); }

  friend bool operator==(const SendChan& a, std::nullptr_t) { return a.raw() == nullptr; }

 private:
  rt::ChanRef ref_;
};

/// A channel, both ends. Converts to either end, as in Go. Go: chan T.
template <class T>
class Chan {
 public:
  using Elem = T;
  constexpr Chan() = default;

  constexpr Chan(std::nullptr_t) {}  // NOLINT(google-explicit-constructor): nil, as in Go

  explicit Chan(rt::ChanRef ref) : ref_(static_cast<rt::ChanRef&&>(ref)) {}

  /// See SendChan::Send.
  [[gnu::always_inline]] void Send(T value) const { rt::ChanSend(ref_.get(), &value); }

  /// See RecvChan::Recv.
  [[gnu::always_inline]] T Recv() const {
    T value{};
    rt::ChanRecv(ref_.get(), &value);
    return value;
  }

  /// See RecvChan::RecvOk.
  [[gnu::always_inline]] Received<T> RecvOk() const {
    Received<T> r{};
    r.ok = rt::ChanRecv(ref_.get(), &r.value);
    return r;
  }

  /// See SendChan::Close.
  [[gnu::always_inline]] void Close() const { rt::ChanClose(ref_.get()); }

  std::size_t Len() const { return rt::ChanLen(ref_.get()); }

  std::size_t Cap() const { return rt::ChanCap(ref_.get()); }

  [[gnu::always_inline]] ChanIterator<T> begin() const { return ChanIterator<T>(ref_.get()); }

  ChanIterator<T> end() const { return {}; }

  operator SendChan<T>() const { return SendChan<T>(ref_); }  // NOLINT(google-explicit-constructor)

  operator RecvChan<T>() const { return RecvChan<T>(ref_); }  // NOLINT(google-explicit-constructor)

  rt::Hchan* raw() const { return ref_.get(); }

  friend bool operator==(const Chan& a, const Chan& b) { return a.raw() == b.raw(); }

  friend bool operator==(const Chan& a, std::nullptr_t) { return a.raw() == nullptr; }

 private:
  rt::ChanRef ref_;
};

/// Makes a channel with room for `capacity` values; 0: a send waits for its receiver. Panics
/// "makechan: size out of range" if it is negative or too large. Any thread. Go: make(chan T, n).
template <class T>
[[gnu::always_inline]] inline Chan<T> MakeChan(std::int64_t capacity = 0) {
  return Chan<T>(rt::ChanRef(rt::ChanMake(&rt::ElemType<T>::kOps, capacity)));
}

}  // namespace golab

#pragma GCC visibility pop
