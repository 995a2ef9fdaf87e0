// The handlers of package slog, and its default logger. Go: log/slog/handler.go, logger.go.

#include <string>
#include <utility>
#include <vector>

#include "golab/log.h"
#include "golab/references.h"
#include "golab/slog.h"
#include "golab/sync.h"

#include "runtime/base/spin_lock.h"
#include "runtime/lang/doors.h"
#include "runtime/sched/sched.h"
#include "runtime/slog/line_writer.h"
#include "runtime/world/world.h"

namespace golab {
namespace rt {
namespace {

using slog::Attr;
using slog::Handler;
using slog::Record;

bool AllEmpty(const Slice<Attr>& attrs) {
  for (const Attr& attr : attrs) {
    if (attr.Value.Kind() != slog::Kind::Group || !attr.Value.Group().empty()) return false;
  }
  return true;
}

/// What With and WithGroup do for each handler that keeps steps.
template <class H>
H Added(const H& handler, SlogStep step) {
  H copy = handler;
  copy.steps.push_back(std::move(step));
  return copy;
}

/// Where the lines of a handler, and of all that With makes of it, go.
struct Sink {
  explicit Sink(io::Writer writer) : to(std::move(writer)) {}

  Error Write(const std::string& line) {
    // Threads that are no goroutines cannot park: their lines are whole writes all the same.
    const P* const p = arch::ThisP();
    const bool locks = p != nullptr && p->current != nullptr;
    if (locks) mu.Lock();

    struct Unlock {
      sync::Mutex* mu;

      ~Unlock() {
        if (mu != nullptr) mu->Unlock();
      }
    } unlock{locks ? &mu : nullptr};

    return to.Write(line.data(), line.size()).err;
  }

  std::uint32_t references = 1;  // the last one frees
  sync::Mutex mu;                // one line after another
  io::Writer to;
};

class SinkRef {
 public:
  explicit SinkRef(Sink* adopted) : sink_(adopted) {}

  SinkRef(const SinkRef& other) noexcept : sink_(other.sink_) {
    // Relaxed: a new reference is made from one that keeps the sink alive.
    __atomic_fetch_add(&sink_->references, 1, __ATOMIC_RELAXED);
  }

  SinkRef& operator=(const SinkRef&) = delete;

  ~SinkRef() {
    if (DropReference(&sink_->references)) delete sink_;
  }

  Sink* operator->() const noexcept { return sink_; }

 private:
  Sink* const sink_;
};

/// TextHandler and JSONHandler.
struct LineHandler {
  bool json;
  slog::HandlerOptions options;
  SinkRef sink;
  std::vector<SlogStep> steps = {};

  bool Enabled(const context::Context& /*ctx*/, slog::Level level) const {
    return level >= options.Level.Level();
  }

  Error Handle(const context::Context& /*ctx*/, const Record& record) const {
    return sink->Write(LineWriter(json, options).Line(record, steps));
  }

  Handler WithAttrs(const Slice<Attr>& attrs) const {
    return AllEmpty(attrs) ? *this : Added(*this, {"", attrs});
  }

  Handler WithGroup(const String& name) const {
    return name.empty() ? *this : Added(*this, {name, {}});
  }
};

constinit slog::LevelVar log_level;

/// Of the first default logger.
struct DefaultHandler {
  std::vector<SlogStep> steps = {};

  bool Enabled(const context::Context& /*ctx*/, slog::Level level) const {
    return level >= log_level.Level();
  }

  Error Handle(const context::Context& /*ctx*/, const Record& record) const {
    const slog::HandlerOptions none;
    const std::string tail = LineWriter(false, none).Tail(record, steps);
    log::Default().Output(record.Level.String() + " " + record.Message +
                          String(tail.data(), tail.size()));
    return nullptr;
  }

  Handler WithAttrs(const Slice<Attr>& attrs) const {
    return AllEmpty(attrs) ? *this : Added(*this, {"", attrs});
  }

  Handler WithGroup(const String& name) const { return Added(*this, {name, {}}); }
};

struct Discard {
  bool Enabled(const context::Context& /*ctx*/, slog::Level /*level*/) const { return false; }

  Error Handle(const context::Context& /*ctx*/, const Record& /*record*/) const { return nullptr; }

  Handler WithAttrs(const Slice<Attr>& /*attrs*/) const { return *this; }

  Handler WithGroup(const String& /*name*/) const { return *this; }
};

/// Lines of package log, without their newline, through `handler`.
io::Writer WriterTo(Handler handler, const slog::LevelVar* level_var, slog::Level level) {
  return [=](const char* data, std::size_t size) -> io::Transfer {
    const slog::Level now = level_var != nullptr ? level_var->Level() : level;
    const context::Context background = context::Background();
    if (!handler.Enabled(background, now)) return {};
    const std::size_t end = size > 0 && data[size - 1] == '\n' ? size - 1 : size;
    const Record record(time::Now(), now, String(data, end));
    return {static_cast<int>(size), handler.Handle(background, record)};
  };
}

constinit std::uint32_t default_lock = 0;  // guards what follows; real: any thread asks
constinit slog::Logger* default_logger = nullptr;

}  // namespace

void SlogRelease(SlogHandler* h) noexcept {
  if (DropReference(&h->references)) h->ops->destroy(h);
}

}  // namespace rt

namespace slog {

Handler NewTextHandler(io::Writer to, const HandlerOptions& options) {
  return rt::LineHandler{false, options, rt::SinkRef(new rt::Sink(std::move(to)))};
}

Handler NewJSONHandler(io::Writer to, const HandlerOptions& options) {
  return rt::LineHandler{true, options, rt::SinkRef(new rt::Sink(std::move(to)))};
}

Handler DiscardHandler() {
  return rt::Discard{};
}

void Logger::Write(const context::Context& ctx, Level level, const rt::LoggedFormat& message,
                   const Slice<Attr>& attrs) const {
  GOLAB_AT_CALL();
  // All that stands between this call and the program's function is inlined there.
  Record record(time::Now(), level, message.format, message.place,
                reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)));
  record.AddAttrs(attrs);
  handler_.Handle(ctx, record);
}

Logger New(Handler handler) {
  if (!handler) rt::RaisePanic("nil Handler");
  return Logger(std::move(handler));
}

Logger Default() {
  rt::LockRealWord(&rt::default_lock);
  if (rt::default_logger == nullptr) rt::default_logger = new Logger(rt::DefaultHandler{});
  const Logger logger = *rt::default_logger;
  rt::UnlockWord(&rt::default_lock);
  return logger;
}

void SetDefault(const Logger& logger) {
  auto* const fresh = new Logger(logger);
  rt::LockRealWord(&rt::default_lock);
  const Logger* const old = std::exchange(rt::default_logger, fresh);
  rt::UnlockWord(&rt::default_lock);
  delete old;
  // The first default logger writes through package log: it must not come back to itself.
  if (logger.Handler().raw()->ops == &rt::kSlogHandlerOps<rt::DefaultHandler>) return;
  log::SetOutput(rt::WriterTo(logger.Handler(), &rt::log_level, LevelInfo));
  log::SetFlags(0);
}

Level SetLogLoggerLevel(Level level) {
  const Level before = rt::log_level.Level();
  rt::log_level.Set(level);
  return before;
}

log::Logger NewLogLogger(const Handler& handler, Level level) {
  return log::New(rt::WriterTo(handler, nullptr, level), "", 0);
}

}  // namespace slog
}  // namespace golab
