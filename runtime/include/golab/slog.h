#pragma once
// Go's log/slog: log lines of a message and named values, as text or as JSON.
//
//   slog::Info("worker died", "name", name, "err", err);
//   // 2009/11/10 23:00:00 INFO worker died name=flaky err="panic: boom"
//
//   const slog::Logger log = slog::New(slog::NewJSONHandler(os::Stderr()));
//   log.With("worker", 3).Warn("slow", slog::Duration("took", took));
//   // {"time":"2009-11-10T23:00:00Z","level":"WARN","msg":"slow","worker":3,"took":1500000}
//
// What follows a message is keys and values in turns, or Attrs, as in Go: a key without a value is
// `!BADKEY`. Any goroutine may use one Logger; a line is one write.
// Differs: JSON shows a struct as its text, since C++ cannot name its fields.

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "golab/any.h"
#include "golab/context.h"
#include "golab/duration.h"
#include "golab/errors.h"
#include "golab/func.h"
#include "golab/io.h"
#include "golab/log.h"
#include "golab/slice.h"
#include "golab/string.h"
#include "golab/testing.h"
#include "golab/time.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {
namespace rt {

struct SlogHandler;
struct SlogArg;

}  // namespace rt

namespace slog {

/// How grave a line is; any number may stand between the names. Go: slog.Level.
class Level {
 public:
  constexpr Level() noexcept = default;

  constexpr Level(int number) noexcept : number_(number) {}  // NOLINT(google-explicit-constructor)

  // NOLINTNEXTLINE(google-explicit-constructor): a number, as in Go
  constexpr operator int() const noexcept { return number_; }

  golab::String String() const;  ///< `INFO`, `WARN+1`
  fmt::Arg AsArg() const;        ///< How fmt prints it: by String(), the number for %d.

 private:
  int number_ = 0;
};

inline constexpr Level LevelDebug{-4}, LevelInfo{0}, LevelWarn{4}, LevelError{8};

/// A level that may change while handlers use it. Goes to HandlerOptions by address, and outlives
/// the handler. Go: slog.LevelVar.
class LevelVar {
 public:
  constexpr LevelVar() noexcept = default;
  LevelVar(const LevelVar&) = delete;
  LevelVar& operator=(const LevelVar&) = delete;

  slog::Level Level() const noexcept { return {__atomic_load_n(&number_, __ATOMIC_RELAXED)}; }

  void Set(slog::Level level) noexcept { __atomic_store_n(&number_, level, __ATOMIC_RELAXED); }

  golab::String String() const;  ///< `LevelVar(INFO)`

 private:
  int number_ = 0;
};

/// Go: slog.Kind.
enum class Kind : std::uint8_t {
  Any,
  Bool,
  Duration,
  Float64,
  Int64,
  String,
  Time,
  Uint64,
  Group,
  LogValuer,
};

struct Attr;

/// A value of a log line: any, with those that are common told apart. Go: slog.Value.
class Value {
 public:
  Value() = default;  ///< nil

  slog::Kind Kind() const noexcept { return kind_; }

  /// Go: (Value).Any. Integers are std::int64_t or std::uint64_t, a group is a Slice<Attr>.
  const golab::Any& Any() const noexcept { return any_; }

  Slice<Attr> Group() const;     ///< Panics "Group: bad kind".
  golab::String String() const;  ///< As %v would print it.
  Value Resolve() const;         ///< Asks LogValue(), until the answer is another kind.

  Value(slog::Kind kind, golab::Any any) : kind_(kind), any_(std::move(any)) {}  ///< The library's.

 private:
  slog::Kind kind_ = slog::Kind::Any;
  golab::Any any_;
};

/// A key with its value. Go: slog.Attr.
struct Attr {
  golab::String Key;
  slog::Value Value;

  golab::String String() const;  ///< `key=value`
};

}  // namespace slog

namespace rt {

/// Go: slog.LogValuer.
template <class T>
concept HasLogValue = requires(const T& value) {
  slog::Value(value.LogValue());
};

slog::Value GroupValueOf(const Slice<slog::Attr>& attrs);
slog::Value AnyValueOf(const golab::Any& any);

template <class T>
slog::Value SlogValueOf(const T& value) {
  using slog::Kind;
  if constexpr (std::is_same_v<T, slog::Value>) {
    return value;
  } else if constexpr (HasLogValue<T>) {
    return {Kind::LogValuer,
            golab::Any(Func<slog::Value()>([value] { return slog::Value(value.LogValue()); }))};
  } else if constexpr (std::is_same_v<T, bool>) {
    return {Kind::Bool, golab::Any(value)};
  } else if constexpr (std::is_integral_v<T> &&
                       (std::is_unsigned_v<T> || std::is_same_v<T, char>)) {
    using Unsigned = std::make_unsigned_t<T>;
    return {Kind::Uint64, golab::Any(std::uint64_t{static_cast<Unsigned>(value)})};
  } else if constexpr (std::is_integral_v<T>) {
    return {Kind::Int64, golab::Any(std::int64_t{value})};
  } else if constexpr (std::is_floating_point_v<T>) {
    return {Kind::Float64, golab::Any(static_cast<double>(value))};
  } else if constexpr (std::is_same_v<T, time::Duration>) {
    return {Kind::Duration, golab::Any(value)};
  } else if constexpr (std::is_same_v<T, time::Time>) {
    return {Kind::Time, golab::Any(value)};
  } else if constexpr (std::is_same_v<T, Slice<slog::Attr>>) {
    return GroupValueOf(value);
  } else if constexpr (StringLike<T> || std::is_same_v<T, String>) {
    return {Kind::String, golab::Any(golab::String(value))};
  } else if constexpr (std::is_convertible_v<const T&, const char*>) {
    const char* const text = value;
    if (text == nullptr) return {};
    return {Kind::String, golab::Any(golab::String(text))};
  } else if constexpr (std::is_same_v<T, golab::Any>) {
    return AnyValueOf(value);
  } else {
    return {Kind::Any, golab::Any(value)};
  }
}

/// One of the arguments behind a message.
struct SlogArg {
  slog::Attr attr;  ///< of a key or value: without a key
  bool is_attr = false;
};

template <class T>
SlogArg SlogArgOf(const T& value) {
  if constexpr (std::is_same_v<T, slog::Attr>) {
    return {value, true};
  } else {
    return {{golab::String(), SlogValueOf(value)}, false};
  }
}

/// Keys and values in turns, or Attrs. Go: argsToAttrSlice.
Slice<slog::Attr> SlogAttrs(const SlogArg* args, std::size_t n);

template <class... A>
Slice<slog::Attr> SlogAttrsOf(const A&... args) {
  const SlogArg all[] = {SlogArgOf(args)..., SlogArg{}};
  return SlogAttrs(all, sizeof...(A));
}

}  // namespace rt

namespace slog {

/// Any value as a Value. Go: slog.AnyValue.
template <class T>
slog::Value AnyValue(const T& value) {
  return rt::SlogValueOf(value);
}

/// Go: slog.GroupValue. Empty groups in it are left out.
template <class... A>
slog::Value GroupValue(const A&... attrs) {
  return rt::GroupValueOf(Slice<Attr>{attrs...});
}

/// A line before it is written. Go: slog.Record.
class Record {
 public:
  Record(time::Time time, slog::Level level, const golab::String& message,
         rt::Place place = {nullptr, 0}, std::uintptr_t pc = 0)
      : Time(time), Level(level), Message(message), PC(pc), place_(place) {}

  time::Time Time;
  slog::Level Level;
  golab::String Message;
  std::uintptr_t PC;  ///< In the function that logs; 0 if that is not known.

  int NumAttrs() const { return attrs_.Len(); }

  /// Calls f with each until it says false. Go: (Record).Attrs.
  void Attrs(const Func<bool(const Attr&)>& f) const;

  /// Go: (*Record).AddAttrs.
  void AddAttrs(const Slice<Attr>& attrs);

  rt::Place place() const { return place_; }  ///< Of the call that logs.

 private:
  rt::Place place_;
  Slice<Attr> attrs_;
};

class Handler;

}  // namespace slog

namespace rt {

/// What the library must know of a handler's type.
struct SlogHandlerOps {
  bool (*enabled)(const SlogHandler* h, const context::Context& ctx, slog::Level level);
  Error (*handle)(const SlogHandler* h, const context::Context& ctx, const slog::Record& record);
  slog::Handler (*with_attrs)(const SlogHandler* h, const Slice<slog::Attr>& attrs);
  slog::Handler (*with_group)(const SlogHandler* h, const String& name);
  void (*destroy)(SlogHandler* h);
};

struct SlogHandler {
  std::uint32_t references;  // the last one destroys
  const SlogHandlerOps* ops;
};

void SlogRelease(SlogHandler* h) noexcept;

template <class H>
concept SlogHandlerType =
    std::is_class_v<H> && !std::is_same_v<H, slog::Handler> &&
    requires(const H& h, const context::Context& ctx, const slog::Record& record,
             const Slice<slog::Attr>& attrs, const String& name) {
  bool(h.Enabled(ctx, slog::LevelInfo));
  Error(h.Handle(ctx, record));
  h.WithAttrs(attrs);
  h.WithGroup(name);
};

template <class H>
concept SlogHandlerValue = SlogHandlerType<std::decay_t<H>>;

}  // namespace rt

namespace slog {

/// Where lines go; a handle, nil by default. Made of a class of the program's that has the four
/// methods, const. Go: slog.Handler.
class Handler {
 public:
  constexpr Handler() noexcept = default;

  template <rt::SlogHandlerValue H>
  // NOLINTNEXTLINE(google-explicit-constructor,bugprone-forwarding-reference-overload): constrained
  Handler(H&& handler) : h_(Make(std::forward<H>(handler))) {}

  Handler(const Handler& other) noexcept : h_(other.h_) {
    // Relaxed: a new reference is made from one that keeps the handler alive.
    if (h_ != nullptr) __atomic_fetch_add(&h_->references, 1, __ATOMIC_RELAXED);
  }

  Handler(Handler&& other) noexcept : h_(other.h_) { other.h_ = nullptr; }

  Handler& operator=(Handler other) noexcept {
    std::swap(h_, other.h_);
    return *this;
  }

  ~Handler() {
    if (h_ != nullptr) rt::SlogRelease(h_);
  }

  bool Enabled(const context::Context& ctx, Level level) const {
    return h_->ops->enabled(h_, ctx, level);
  }

  Error Handle(const context::Context& ctx, const Record& record) const {
    return h_->ops->handle(h_, ctx, record);
  }

  Handler WithAttrs(const Slice<Attr>& attrs) const { return h_->ops->with_attrs(h_, attrs); }

  Handler WithGroup(const golab::String& name) const { return h_->ops->with_group(h_, name); }

  explicit operator bool() const noexcept { return h_ != nullptr; }

  explicit Handler(rt::SlogHandler* adopted) noexcept : h_(adopted) {}  ///< For the library.

  const rt::SlogHandler* raw() const noexcept { return h_; }  ///< For the library.

 private:
  template <class H>
  static rt::SlogHandler* Make(H&& handler);

  rt::SlogHandler* h_ = nullptr;  // null: nil
};

/// What HandlerOptions takes as a level: a Level, or a LevelVar by address. Go: slog.Leveler.
class Leveler {
 public:
  constexpr Leveler() noexcept = default;

  // NOLINTNEXTLINE(google-explicit-constructor): as Go's interface takes either
  constexpr Leveler(slog::Level level) noexcept : level_(level) {}

  // NOLINTNEXTLINE(google-explicit-constructor)
  constexpr Leveler(const LevelVar* level) noexcept : var_(level) {}

  slog::Level Level() const noexcept { return var_ != nullptr ? var_->Level() : level_; }

 private:
  slog::Level level_ = LevelInfo;
  const LevelVar* var_ = nullptr;
};

/// Go: slog.HandlerOptions.
struct HandlerOptions {
  bool AddSource = false;  ///< Also function, file and line of the call.
  Leveler Level = {};      ///< Lines below it are not written.
  /// Changes or, by giving back an empty Attr, removes each attribute that is no group.
  Func<Attr(const Slice<golab::String>& groups, Attr attr)> ReplaceAttr = nullptr;
};

inline constexpr const char* TimeKey = "time";
inline constexpr const char* LevelKey = "level";
inline constexpr const char* MessageKey = "msg";
inline constexpr const char* SourceKey = "source";

/// `time=2009-11-10T23:00:00.000Z level=INFO msg="worker died" name=flaky`. Go:
/// slog.NewTextHandler.
Handler NewTextHandler(io::Writer to, const HandlerOptions& options = {});

/// One JSON object a line. Go: slog.NewJSONHandler.
Handler NewJSONHandler(io::Writer to, const HandlerOptions& options = {});

/// Writes nothing. Go: slog.DiscardHandler, a variable there.
Handler DiscardHandler();

/// A handler with methods that make lines of their arguments; a value, copied like Go's pointer.
/// Go: slog.Logger.
class Logger {
 public:
  explicit Logger(slog::Handler handler) : handler_(std::move(handler)) {}

  const slog::Handler& Handler() const noexcept { return handler_; }

  bool Enabled(const context::Context& ctx, Level level) const {
    return handler_.Enabled(ctx, level);
  }

  /// The same, with these attributes in every line. Go: (*Logger).With.
  template <class... A>
  [[nodiscard]] Logger With(const A&... args) const {
    if constexpr (sizeof...(A) == 0) return *this;
    return Logger(handler_.WithAttrs(rt::SlogAttrsOf(args...)));
  }

  /// The same, with the attributes that follow in a group. Go: (*Logger).WithGroup.
  [[nodiscard]] Logger WithGroup(const golab::String& name) const {
    return name.empty() ? *this : Logger(handler_.WithGroup(name));
  }

  template <class... A>
  [[gnu::always_inline]] void Log(const context::Context& ctx, Level level,
                                  const rt::LoggedFormat& message, const A&... args) const {
    if (Enabled(ctx, level)) Write(ctx, level, message, rt::SlogAttrsOf(args...));
  }

  template <class... A>
  [[gnu::always_inline]] void LogAttrs(const context::Context& ctx, Level level,
                                       const rt::LoggedFormat& message, const A&... attrs) const {
    if (Enabled(ctx, level)) Write(ctx, level, message, Slice<Attr>{attrs...});
  }

  template <class... A>
  [[gnu::always_inline]] void Debug(const rt::LoggedFormat& message, const A&... args) const {
    Log(context::Background(), LevelDebug, message, args...);
  }

  template <class... A>
  [[gnu::always_inline]] void Info(const rt::LoggedFormat& message, const A&... args) const {
    Log(context::Background(), LevelInfo, message, args...);
  }

  template <class... A>
  [[gnu::always_inline]] void Warn(const rt::LoggedFormat& message, const A&... args) const {
    Log(context::Background(), LevelWarn, message, args...);
  }

  template <class... A>
  [[gnu::always_inline]] void Error(const rt::LoggedFormat& message, const A&... args) const {
    Log(context::Background(), LevelError, message, args...);
  }

  template <class... A>
  [[gnu::always_inline]] void DebugContext(const context::Context& ctx,
                                           const rt::LoggedFormat& message,
                                           const A&... args) const {
    Log(ctx, LevelDebug, message, args...);
  }

  template <class... A>
  [[gnu::always_inline]] void InfoContext(const context::Context& ctx,
                                          const rt::LoggedFormat& message, const A&... args) const {
    Log(ctx, LevelInfo, message, args...);
  }

  template <class... A>
  [[gnu::always_inline]] void WarnContext(const context::Context& ctx,
                                          const rt::LoggedFormat& message, const A&... args) const {
    Log(ctx, LevelWarn, message, args...);
  }

  template <class... A>
  [[gnu::always_inline]] void ErrorContext(const context::Context& ctx,
                                           const rt::LoggedFormat& message,
                                           const A&... args) const {
    Log(ctx, LevelError, message, args...);
  }

 private:
  void Write(const context::Context& ctx, Level level, const rt::LoggedFormat& message,
             const Slice<Attr>& attrs) const;

  slog::Handler handler_;
};

/// Panics "nil Handler". Go: slog.New.
Logger New(Handler handler);

/// What the functions below use. At first it writes through package log:
/// `2009/11/10 23:00:00 INFO message key=value`. Go: slog.Default.
Logger Default();

/// Makes it the default; package log then writes through it, too. Go: slog.SetDefault.
void SetDefault(const Logger& logger);

/// The lowest level that the first default logger writes, and the level of package log's lines
/// after SetDefault; the one before. Go: slog.SetLogLoggerLevel.
Level SetLogLoggerLevel(Level level);

/// A logger of package log that writes through `handler`. Go: slog.NewLogLogger.
log::Logger NewLogLogger(const Handler& handler, Level level);

template <class... A>
[[nodiscard]] Logger With(const A&... args) {
  return Default().With(args...);
}

template <class... A>
[[gnu::always_inline]] inline void Log(const context::Context& ctx, Level level,
                                       const rt::LoggedFormat& message, const A&... args) {
  Default().Log(ctx, level, message, args...);
}

template <class... A>
[[gnu::always_inline]] inline void LogAttrs(const context::Context& ctx, Level level,
                                            const rt::LoggedFormat& message, const A&... attrs) {
  Default().LogAttrs(ctx, level, message, attrs...);
}

template <class... A>
[[gnu::always_inline]] inline void Debug(const rt::LoggedFormat& message, const A&... args) {
  Default().Debug(message, args...);
}

template <class... A>
[[gnu::always_inline]] inline void Info(const rt::LoggedFormat& message, const A&... args) {
  Default().Info(message, args...);
}

template <class... A>
[[gnu::always_inline]] inline void Warn(const rt::LoggedFormat& message, const A&... args) {
  Default().Warn(message, args...);
}

template <class... A>
[[gnu::always_inline]] inline void Error(const rt::LoggedFormat& message, const A&... args) {
  Default().Error(message, args...);
}

// Attrs by type. Go: the same names.

inline Attr String(const golab::String& key, const golab::String& value) {
  return {key, rt::SlogValueOf(value)};
}

inline Attr Int(const golab::String& key, int value) {
  return {key, rt::SlogValueOf(value)};
}

inline Attr Int64(const golab::String& key, std::int64_t value) {
  return {key, rt::SlogValueOf(value)};
}

inline Attr Uint64(const golab::String& key, std::uint64_t value) {
  return {key, rt::SlogValueOf(value)};
}

inline Attr Float64(const golab::String& key, double value) {
  return {key, rt::SlogValueOf(value)};
}

inline Attr Bool(const golab::String& key, bool value) {
  return {key, rt::SlogValueOf(value)};
}

inline Attr Time(const golab::String& key, const time::Time& value) {
  return {key, rt::SlogValueOf(value)};
}

inline Attr Duration(const golab::String& key, time::Duration value) {
  return {key, rt::SlogValueOf(value)};
}

/// Attributes within one: `g.a=1` in text, `"g":{"a":1}` in JSON. Go: slog.Group.
template <class... A>
Attr Group(const golab::String& key, const A&... args) {
  return {key, rt::GroupValueOf(rt::SlogAttrsOf(args...))};
}

template <class T>
Attr Any(const golab::String& key, const T& value) {
  return {key, rt::SlogValueOf(value)};
}

}  // namespace slog

// Implementation.
namespace rt {

/// A handler of the program's.
template <class H>
struct ForeignSlogHandler : SlogHandler {
  H held;
};

template <class H>
const H& SlogHeld(const SlogHandler* h) {
  return static_cast<const ForeignSlogHandler<H>*>(h)->held;
}

/// Hidden, as kType is.
template <class H>
[[gnu::visibility("hidden")]] inline constexpr SlogHandlerOps kSlogHandlerOps = {
    [](const SlogHandler* h, const context::Context& ctx, slog::Level level) {
      return bool(SlogHeld<H>(h).Enabled(ctx, level));
    },
    [](const SlogHandler* h, const context::Context& ctx, const slog::Record& record) {
      return Error(SlogHeld<H>(h).Handle(ctx, record));
    },
    [](const SlogHandler* h, const Slice<slog::Attr>& attrs) {
      return slog::Handler(SlogHeld<H>(h).WithAttrs(attrs));
    },
    [](const SlogHandler* h, const String& name) {
      return slog::Handler(SlogHeld<H>(h).WithGroup(name));
    },
    [](SlogHandler* h) { delete static_cast<ForeignSlogHandler<H>*>(h); },
};

}  // namespace rt

template <class H>
rt::SlogHandler* slog::Handler::Make(H&& handler) {
  using Held = std::decay_t<H>;
  return new rt::ForeignSlogHandler<Held>{{1, &rt::kSlogHandlerOps<Held>},
                                          std::forward<H>(handler)};
}

}  // namespace golab

#pragma GCC visibility pop
