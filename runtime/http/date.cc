#include "runtime/http/date.h"

#include <array>

#include "golab/http_message.h"

#include "runtime/base/spin_lock.h"

namespace golab::rt {
namespace {

constexpr std::size_t kSize = 29;

// The latest second that was asked for. Guarded by `lock`.
constinit std::uint32_t lock = 0;
constinit std::int64_t second = -1;
constinit std::array<char, kSize> text{};

}  // namespace

void AppendDate(std::string* out) {
  const time::Time now = time::Now();
  const std::int64_t seconds = now.Unix();
  std::array<char, kSize> date;
  LockWord(&lock);
  const bool known = second == seconds;
  if (known) date = text;
  UnlockWord(&lock);
  if (!known) {
    const std::string made = now.UTC().Format(http::TimeFormat);
    made.copy(date.data(), kSize);
    LockWord(&lock);
    second = seconds;
    text = date;
    UnlockWord(&lock);
  }
  out->append("Date: ").append(date.data(), kSize).append("\r\n");
}

}  // namespace golab::rt
