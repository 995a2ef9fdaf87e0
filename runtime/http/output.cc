#include "runtime/http/output.h"

#include <sys/uio.h>

#include "runtime/arch/fiber.h"
#include "runtime/base/spin_lock.h"
#include "runtime/net/conn_inside.h"

namespace golab::rt {
namespace {

// Texts with room for an answer, for those who write next. Guarded by `lock`.
constexpr std::size_t kKept = 64;
constexpr std::size_t kUsual = 4096;
constinit std::uint32_t lock = 0;
constinit std::string* kept[kKept] = {};
constinit std::size_t kept_count = 0;

iovec Part(std::string_view bytes) {
  return {const_cast<char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::string* Output::Take() {
  LockWord(&lock);
  std::string* text = kept_count > 0 ? kept[--kept_count] : nullptr;
  UnlockWord(&lock);
  if (text != nullptr) fiber::Acquire(text);  // as Go's sync.Pool
  if (text == nullptr) {
    text = new std::string;
    text->reserve(kUsual);
  }
  return text;
}

void Output::GiveBack() {
  if (text_ == nullptr) return;
  std::string* text = std::exchange(text_, nullptr);
  text->clear();
  fiber::Release(text);
  LockWord(&lock);
  const bool keep = kept_count < kKept && text->capacity() <= kLimit + kUsual;
  if (keep) kept[kept_count++] = text;
  UnlockWord(&lock);
  if (!keep) delete text;
}

void Output::Write(std::string_view head, std::string_view body, std::string_view tail) {
  const std::size_t before = text_ == nullptr ? 0 : text_->size();
  if (before + head.size() + body.size() + tail.size() <= kLimit) {
    text()->append(head).append(body).append(tail);
    return;
  }
  iovec parts[] = {Part(before == 0 ? std::string_view() : std::string_view(*text_)), Part(head),
                   Part(body), Part(tail)};
  if (err_ == nullptr) err_ = WriteVector(conn_, parts, 4).err;
  if (text_ != nullptr) text_->clear();
}

void Output::Flush() {
  if (empty()) return;
  if (err_ == nullptr) err_ = conn_.Write(text_->data(), text_->size()).err;
  text_->clear();
}

}  // namespace golab::rt
