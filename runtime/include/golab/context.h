#pragma once
// Go's context: deadlines, cancellation and values that travel down a tree of calls.
//
//   auto [ctx, cancel] = context::WithTimeout(parent, 2 * time::Second);
//   Defer d{cancel};
//   switch (Select(Recv(ctx.Done()), Recv(answers, answer))) {
//     case 0: return ctx.Err();
//     case 1: ...
//   }

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "golab/any.h"
#include "golab/chan.h"
#include "golab/duration.h"
#include "golab/errors.h"
#include "golab/func.h"
#include "golab/string.h"
#include "golab/time.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {

/// Go's struct{}: a value without contents, for channels that only tell that something has
/// happened.
struct Empty {
  friend constexpr bool operator==(Empty, Empty) noexcept { return true; }
};

namespace context {

class Context;

/// What Context::Deadline gives: `auto [deadline, ok] = ctx.Deadline();`.
struct DeadlineSet {
  time::Time deadline;
  bool ok = false;  ///< false: there is none
};

}  // namespace context

namespace rt {

struct ContextRep;
const Error& CanceledError();
const Error& DeadlineExceededError();

/// What the library must know of a context's type.
struct ContextOps {
  const Type* type;
  void (*destroy)(ContextRep* rep);
  context::DeadlineSet (*deadline)(const ContextRep* rep);
  RecvChan<Empty> (*done)(const ContextRep* rep);
  Error (*err)(const ContextRep* rep);
  Any (*value)(const ContextRep* rep, const Any& key);
  String (*string)(const ContextRep* rep);  ///< null: it has no String()
  /// Null: it has no AfterFunc.
  Func<bool()> (*after_func)(const ContextRep* rep, const Func<void()>& f);
};

struct ContextRep {
  std::uint32_t references;  // the last one destroys
  const ContextOps* ops;
  const void* value;  // what As() gives; null for the library's own
};

void ContextRelease(ContextRep* rep) noexcept;

/// A type of the program that is a context: it has the four methods.
template <class C>
concept ContextType = std::is_class_v<C> && !std::is_same_v<C, context::Context> &&
                      requires(const C& c, const Any& key) {
  c.Deadline().ok;
  c.Done().RecvOk();
  Error(c.Err());
  Any(c.Value(key));
};

template <class C>
concept ContextValue = ContextType<std::decay_t<C>>;

}  // namespace rt

namespace context {

/// A context; a handle, nil by default, copied by reference. Any number of goroutines may use one.
/// Calls on a nil Context panic as Go's do ("runtime error: invalid memory address or nil pointer
/// dereference"). Go: context.Context.
///
/// A type of the program's becomes a Context by being passed as one, if it has these four methods,
/// const; Embedded has them to begin with. What is derived from one that has a Done of its own
/// costs a goroutine until one of both ends.
class Context final {
 public:
  constexpr Context() noexcept = default;

  // NOLINTNEXTLINE(google-explicit-constructor): nil, as in Go
  constexpr Context(std::nullptr_t) noexcept {}

  template <rt::ContextValue C>
  // NOLINTNEXTLINE(google-explicit-constructor,bugprone-forwarding-reference-overload): constrained
  Context(C&& value) : rep_(Make(std::forward<C>(value))) {}

  Context(const Context& other) noexcept : rep_(other.rep_) {
    // Relaxed: a new reference is made from one that keeps the context alive.
    if (rep_ != nullptr) __atomic_fetch_add(&rep_->references, 1, __ATOMIC_RELAXED);
  }

  Context(Context&& other) noexcept : rep_(other.rep_) { other.rep_ = nullptr; }

  Context& operator=(Context other) noexcept {
    std::swap(rep_, other.rep_);
    return *this;
  }

  ~Context() {
    if (rep_ != nullptr) rt::ContextRelease(rep_);
  }

  /// When work for this context should end. Go: Context.Deadline.
  DeadlineSet Deadline() const;

  /// Closed when work for this context should end; nil if that never happens, and so never ready in
  /// a Select. The same channel each time. Go: Context.Done.
  RecvChan<Empty> Done() const;

  /// nil while Done is open; then Canceled or DeadlineExceeded. Go: Context.Err.
  Error Err() const;

  /// What WithValue gave to `key`, in this context or the nearest one outside; nil if nobody did.
  /// `if (auto* user = ctx.Value(UserKey{}).As<User>())`; the pointer is valid as long as the
  /// context is. Go: Context.Value.
  Any Value(const Any& key) const;

  /// How it was made: `context.Background.WithCancel.WithValue(main.key, val)`.
  golab::String String() const;

  /// The program's own object if it is a C, else null. Go: ctx.(C).
  template <class C>
  const C* As() const noexcept {
    const bool same =
        rep_ != nullptr && rep_->value != nullptr && rt::SameType(*rep_->ops->type, rt::kType<C>);
    return same ? static_cast<const C*>(rep_->value) : nullptr;
  }

  explicit operator bool() const noexcept { return rep_ != nullptr; }

  /// Whether both are the same context.
  friend bool operator==(const Context& a, const Context& b) noexcept { return a.rep_ == b.rep_; }

  friend bool operator==(const Context& a, std::nullptr_t) noexcept { return a.rep_ == nullptr; }

  fmt::Arg AsArg() const;  ///< How fmt prints it: by String(), nil as `<nil>`.

  explicit Context(rt::ContextRep* adopted) noexcept : rep_(adopted) {}  ///< For the library.

  rt::ContextRep* raw() const noexcept { return rep_; }  ///< For the library.

 private:
  template <class C>
  static rt::ContextRep* Make(C&& value);

  rt::ContextRep* rep_ = nullptr;  // null: nil
};

/// A context of the program's that changes some of another's methods, as Go embeds one:
///
///   struct Traced : context::Embedded {
///     Any Value(const Any& key) const { ...; return Context.Value(key); }
///   };
///   Work(Traced{ctx});
struct Embedded {
  context::Context Context;  ///< The other one.

  DeadlineSet Deadline() const { return Context.Deadline(); }

  RecvChan<Empty> Done() const { return Context.Done(); }

  Error Err() const { return Context.Err(); }

  Any Value(const Any& key) const { return Context.Value(key); }
};

/// Ends a context; from any goroutine, also several times: the first call counts. When it returns,
/// all contexts below have ended, too, parents before children. Go: context.CancelFunc.
using CancelFunc = Func<void()>;

/// The same with a cause; nil means Canceled. Go: context.CancelCauseFunc.
using CancelCauseFunc = Func<void(Error cause)>;

/// A context and the function that ends it: `auto [ctx, cancel] = context::WithCancel(parent);`.
struct Cancelable {
  Context ctx;
  CancelFunc cancel;
};

struct CancelableWithCause {
  Context ctx;
  CancelCauseFunc cancel;
};

/// `context canceled`. Go: context.Canceled.
inline constexpr rt::ErrorConstant Canceled{&rt::CanceledError};

/// `context deadline exceeded`. Go: context.DeadlineExceeded.
inline constexpr rt::ErrorConstant DeadlineExceeded{&rt::DeadlineExceededError};

/// The root of all contexts: never ends, has no values, Done is nil. Go: context.Background.
Context Background();

/// The same, where it is not clear yet which context to use. Go: context.TODO.
Context TODO();

// Each derives a context that ends with its parent, at the latest. The contexts that can end hold
// something of their parent until they do: call cancel as soon as the work is done. A nil parent
// panics "cannot create context from nil parent". No goroutine is started, unless the parent is a
// type of the program's with a Done of its own.

/// Ends when cancel is called. Go: context.WithCancel.
[[nodiscard]] Cancelable WithCancel(const Context& parent);

/// The same, and cancel says why: Cause gives it back. Go: context.WithCancelCause.
[[nodiscard]] CancelableWithCause WithCancelCause(const Context& parent);

/// Ends at `deadline` by the world's clock, with DeadlineExceeded. A parent's earlier deadline
/// stands. Go: context.WithDeadline.
[[nodiscard]] Cancelable WithDeadline(const Context& parent, time::Time deadline);

/// The same, with what Cause says if the deadline is what ends it. Go: context.WithDeadlineCause.
[[nodiscard]] Cancelable WithDeadlineCause(const Context& parent, time::Time deadline, Error cause);

/// WithDeadline(parent, time::Now().Add(timeout)). Go: context.WithTimeout.
[[nodiscard]] Cancelable WithTimeout(const Context& parent, time::Duration timeout);

/// Go: context.WithTimeoutCause.
[[nodiscard]] Cancelable WithTimeoutCause(const Context& parent, time::Duration timeout,
                                          Error cause);

/// Has the value `val` for `key`; ends with its parent. Panics "nil key", "key is not comparable".
/// Keys should be a type of their own (`struct UserKey {};`), so that nobody else has them by
/// accident. Go: context.WithValue.
[[nodiscard]] Context WithValue(const Context& parent, Any key, Any val);

/// Has the parent's values, but does not end with it. Go: context.WithoutCancel.
[[nodiscard]] Context WithoutCancel(const Context& parent);

/// Calls f on a goroutine of its own when ctx has ended, at once if it has. The function that it
/// returns says true if it kept f from being called. Go: context.AfterFunc.
Func<bool()> AfterFunc(const Context& ctx, Func<void()> f);

/// Why ctx has ended: what its CancelCauseFunc, or one further up, was given first; else Err().
/// Go: context.Cause.
Error Cause(const Context& ctx);

}  // namespace context

// Implementation.
namespace rt {

/// A context of the program's.
template <class C>
struct ForeignContext : ContextRep {
  template <class From>
  ForeignContext(const ContextOps* how, From&& from)
      : ContextRep{1, how, nullptr}, held(std::forward<From>(from)) {
    value = &held;
  }

  C held;
};

template <class C>
const C& ForeignOf(const ContextRep* rep) {
  return *static_cast<const C*>(rep->value);
}

template <class C>
constexpr auto ContextStringOf() -> String (*)(const ContextRep*) {
  if constexpr (HasStringMethod<C>) {
    return [](const ContextRep* rep) { return String(ForeignOf<C>(rep).String()); };
  } else {
    return nullptr;
  }
}

template <class C>
constexpr auto AfterFuncOf() -> Func<bool()> (*)(const ContextRep*, const Func<void()>&) {
  if constexpr (requires(const C& c, const Func<void()>& f) { Func<bool()>(c.AfterFunc(f)); }) {
    return [](const ContextRep* rep, const Func<void()>& f) {
      return Func<bool()>(ForeignOf<C>(rep).AfterFunc(f));
    };
  } else {
    return nullptr;
  }
}

/// Hidden, as kType is.
template <class C>
[[gnu::visibility("hidden")]] inline constexpr ContextOps kContextOps = {
    &kType<C>,
    [](ContextRep* rep) { delete static_cast<ForeignContext<C>*>(rep); },
    [](const ContextRep* rep) {
      const auto [deadline, ok] = ForeignOf<C>(rep).Deadline();
      return context::DeadlineSet{deadline, ok};
    },
    [](const ContextRep* rep) -> RecvChan<Empty> { return ForeignOf<C>(rep).Done(); },
    [](const ContextRep* rep) { return Error(ForeignOf<C>(rep).Err()); },
    [](const ContextRep* rep, const Any& key) { return Any(ForeignOf<C>(rep).Value(key)); },
    ContextStringOf<C>(),
    AfterFuncOf<C>(),
};

}  // namespace rt

template <class C>
rt::ContextRep* context::Context::Make(C&& value) {
  using Held = std::decay_t<C>;
  return new rt::ForeignContext<Held>(&rt::kContextOps<Held>, std::forward<C>(value));
}

}  // namespace golab

#pragma GCC visibility pop
