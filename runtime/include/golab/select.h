#pragma once
// Select: waits for the first of several channel operations.
//
//   switch (Select(Recv(done), Recv(results, r), Send(out, v), Default)) {
//     case 0: return;
//     case 1: Use(r); break;
//     case 2: break;
//     case kDefault: break;
//   }

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "golab/chan.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {

/// What Select returns when the Default case ran.
inline constexpr int kDefault = -1;

struct DefaultCase {};

/// The case that runs when no other is ready. Go: default:
inline constexpr DefaultCase Default{};

namespace rt {

/// One case, as the library sees it.
struct SelectCase {
  Hchan* c;
  void* elem;  ///< send: the value; receive: where it goes, or null
  bool* ok;    ///< receive: set to whether the value was sent; may be null
  bool is_send;
};

/// The index of the case that ran, kDefault if none was ready and has_default.
int SelectN(SelectCase* cases, int n, bool has_default);

template <class T>
struct SendCase {
  Hchan* c;
  T value;

  SelectCase Raw() { return {c, &value, nullptr, true}; }
};

struct RecvCase {
  Hchan* c;
  void* elem;
  bool* ok;

  SelectCase Raw() const { return {c, elem, ok, false}; }
};

template <class C>
concept SendEnd = requires(const C& c) {
  c.Close();
  c.raw();
};

template <class C>
concept RecvEnd = requires(const C& c) {
  c.RecvOk();
  c.raw();
};

template <class Case>
inline constexpr bool kIsDefault = std::is_same_v<std::decay_t<Case>, DefaultCase>;

template <class... Cases>
constexpr int CountCases() {
  return (0 + ... + (kIsDefault<Cases> ? 0 : 1));
}

}  // namespace rt

/// Cases of a Select. The channel and the value are evaluated where they stand, once.
template <rt::SendEnd C>
[[gnu::always_inline]] inline auto Send(const C& ch, typename C::Elem value) {
  return rt::SendCase<typename C::Elem>{ch.raw(), static_cast<typename C::Elem&&>(value)};
}

template <rt::RecvEnd C>
[[gnu::always_inline]] inline rt::RecvCase Recv(const C& ch) {
  return {ch.raw(), nullptr, nullptr};
}

template <rt::RecvEnd C>
[[gnu::always_inline]] inline rt::RecvCase Recv(const C& ch, typename C::Elem& into) {
  return {ch.raw(), &into, nullptr};
}

template <rt::RecvEnd C>
[[gnu::always_inline]] inline rt::RecvCase Recv(const C& ch, typename C::Elem& into, bool& ok) {
  return {ch.raw(), &into, &ok};
}

/// Waits until one of the cases can run, runs it, returns its place among the cases (Default does
/// not count and is last); several ready: one at random, all alike. With Default it never waits and
/// returns kDefault if none is ready. Cases of nil channels are never ready. Wait reason "select";
/// with one case and no Default that of the operation alone; without cases for ever,
/// "select (no cases)". A send on a closed channel panics as Send does. Goroutines only.
/// Go: the select statement.
template <class... Cases>
[[gnu::always_inline]] inline int Select(Cases&&... cases) {
  constexpr int n = rt::CountCases<Cases...>();
  constexpr bool has_default = n != sizeof...(Cases);
  rt::SelectCase raw[n == 0 ? 1 : n];
  [[maybe_unused]] int i = 0;
  [[maybe_unused]] const auto add = [&](auto& one) __attribute__((always_inline)) {
    if constexpr (!rt::kIsDefault<decltype(one)>) raw[i++] = one.Raw();
  };
  (add(cases), ...);
  return rt::SelectN(raw, n, has_default);
}

}  // namespace golab

#pragma GCC visibility pop
