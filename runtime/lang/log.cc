// Go's log on plain stdio. Not on spdlog, whose registry, sinks and pattern formatter bring nothing
// to a line whose form is fixed by Go, and whose start each of a thousand forked runs would pay.

#include "golab/log.h"

#include <cstdio>
#include <ctime>
#include <mutex>
#include <string>
#include <utility>

#include "golab/references.h"

#include "runtime/lang/doors.h"

namespace golab {
namespace rt {

// `mutex` guards the other members but the count. It is never held while writing: the output may
// be a connection, where a goroutine parks.
struct LoggerRep {
  std::uint32_t references;
  std::mutex mutex;
  io::Writer output;
  std::string prefix;
  int flags;
};

}  // namespace rt

namespace log {
namespace {

std::string TimeText(int flags) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  tm parts{};
  if ((flags & LUTC) != 0) {
    gmtime_r(&now.tv_sec, &parts);
  } else {
    localtime_r(&now.tv_sec, &parts);
  }
  char text[64];
  std::string result;
  if ((flags & Ldate) != 0) {
    std::strftime(text, sizeof text, "%Y/%m/%d ", &parts);
    result += text;
  }
  if ((flags & (Ltime | Lmicroseconds)) != 0) {
    std::strftime(text, sizeof text, "%H:%M:%S", &parts);
    result += text;
    if ((flags & Lmicroseconds) != 0) {
      std::snprintf(text, sizeof text, ".%06ld", now.tv_nsec / 1000);
      result += text;
    }
    result += ' ';
  }
  return result;
}

std::string Line(const std::string& prefix, int flags, const String& message) {
  std::string line = (flags & Lmsgprefix) != 0 ? "" : prefix;
  if ((flags & (Ldate | Ltime | Lmicroseconds)) != 0) line += TimeText(flags);
  if ((flags & (Lshortfile | Llongfile)) != 0) line += "???:0: ";
  if ((flags & Lmsgprefix) != 0) line += prefix;
  line.append(message.data(), message.size());
  if (line.empty() || line.back() != '\n') line += '\n';
  return line;
}

}  // namespace

Logger::Logger(io::Writer to, const String& prefix, int flags)
    : rep_(new rt::LoggerRep{1, {}, std::move(to), prefix, flags}) {}

Logger::Logger(const Logger& other) noexcept : rep_(other.rep_) {
  // Relaxed: a new reference is made from one that keeps the logger alive.
  __atomic_fetch_add(&rep_->references, 1, __ATOMIC_RELAXED);
}

Logger& Logger::operator=(const Logger& other) noexcept {
  Logger copy(other);
  std::swap(rep_, copy.rep_);
  return *this;
}

Logger::~Logger() {
  if (rt::DropReference(&rep_->references)) delete rep_;
}

void Logger::Output(const String& message) const {
  std::unique_lock lock(rep_->mutex);
  const std::string line = Line(rep_->prefix, rep_->flags, message);
  const io::Writer output = rep_->output;
  lock.unlock();
  output.Write(line.data(), line.size());
}

void Logger::PanicWith(const String& message) const {
  Output(message);
  rt::RaisePanic(message);
}

void Logger::SetFlags(int flags) const {
  const std::lock_guard lock(rep_->mutex);
  rep_->flags = flags;
}

int Logger::Flags() const {
  const std::lock_guard lock(rep_->mutex);
  return rep_->flags;
}

void Logger::SetPrefix(const String& prefix) const {
  const std::lock_guard lock(rep_->mutex);
  rep_->prefix = prefix;
}

String Logger::Prefix() const {
  const std::lock_guard lock(rep_->mutex);
  return rep_->prefix;
}

void Logger::SetOutput(io::Writer to) const {
  const std::lock_guard lock(rep_->mutex);
  std::swap(rep_->output, to);
}

Logger Default() {
  static const auto* const logger = new Logger(os::Stderr(), "", LstdFlags);  // usable at exit, too
  return *logger;
}

void SetFlags(int flags) {
  Default().SetFlags(flags);
}

int Flags() {
  return Default().Flags();
}

void SetPrefix(const String& prefix) {
  Default().SetPrefix(prefix);
}

String Prefix() {
  return Default().Prefix();
}

void SetOutput(io::Writer to) {
  Default().SetOutput(std::move(to));
}

}  // namespace log
}  // namespace golab
