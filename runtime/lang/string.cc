#include "golab/string.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

#include "golab/references.h"

#include "runtime/lang/doors.h"

namespace golab {
namespace rt {

void PanicIndex(std::ptrdiff_t index, std::size_t size) {
  const std::string at = "index out of range [" + std::to_string(index) + "]";
  RaiseRuntimeError(index < 0 ? at : at + " with length " + std::to_string(size));
}

void PanicSlice(std::ptrdiff_t low, std::ptrdiff_t high, std::size_t size) {
  const std::string text = "slice bounds out of range [";
  if (high < 0) RaiseRuntimeError(text + ":" + std::to_string(high) + "]");
  if (static_cast<std::size_t>(high) > size) {
    RaiseRuntimeError(text + ":" + std::to_string(high) + "] with length " + std::to_string(size));
  }
  if (low < 0) RaiseRuntimeError(text + std::to_string(low) + ":]");
  RaiseRuntimeError(text + std::to_string(low) + ":" + std::to_string(high) + "]");
}

}  // namespace rt

namespace {

// One block: the header, the bytes, a zero byte.
template <class Rep>
Rep* Allocate(std::size_t size, std::size_t capacity) {
  void* const memory = std::malloc(sizeof(Rep) + capacity);
  if (memory == nullptr) throw std::bad_alloc();
  Rep* const rep = new (memory) Rep{1, size, capacity, {}};
  char* const bytes = rep->bytes;
  bytes[size] = '\0';
  return rep;
}

}  // namespace

String::Rep* String::Make(const char* data, std::size_t size) {
  if (size == 0) return nullptr;
  Rep* const rep = Allocate<Rep>(size, size);
  std::memcpy(static_cast<char*>(rep->bytes), data, size);
  return rep;
}

String::Rep* String::MakeC(const char* text) {
  return text == nullptr ? nullptr : Make(text, std::strlen(text));
}

void String::Drop(Rep* rep) noexcept {
  if (rt::DropReference(&rep->references)) std::free(rep);
}

String String::Concat(const char* left, std::size_t left_size, const char* right,
                      std::size_t right_size) {
  String result;
  if (left_size + right_size == 0) return result;
  result.rep_ = Allocate<Rep>(left_size + right_size, left_size + right_size);
  char* const bytes = result.rep_->bytes;
  std::memcpy(bytes, left, left_size);
  std::memcpy(bytes + left_size, right, right_size);
  return result;
}

String& String::operator+=(const String& text) {
  const std::size_t old_size = size();
  const std::size_t added = text.size();
  if (added == 0) return *this;
  if (rep_ == nullptr) return *this = text;
  // Acquire: pairs with the release in Drop; what another holder read, it read before this writes.
  const bool mine = __atomic_load_n(&rep_->references, __ATOMIC_ACQUIRE) == 1;
  if (!mine || rep_->capacity - old_size < added) {
    String grown;
    grown.rep_ = Allocate<Rep>(old_size, 2 * (old_size + added));
    std::memcpy(static_cast<char*>(grown.rep_->bytes), data(), old_size);
    std::memcpy(grown.rep_->bytes + old_size, text.data(), added);
    *this = static_cast<String&&>(grown);  // last: text may be *this
  } else {
    std::memmove(rep_->bytes + old_size, text.data(), added);
  }
  rep_->size = old_size + added;
  rep_->bytes[rep_->size] = '\0';
  return *this;
}

String String::Slice(std::ptrdiff_t low, std::ptrdiff_t high) const {
  if (low < 0 || high < low || static_cast<std::size_t>(high) > size()) {
    rt::PanicSlice(low, high, size());
  }
  return String(data() + low, static_cast<std::size_t>(high - low));
}

int String::Compare(const char* text) const noexcept {
  return text == nullptr ? Compare("", 0) : Compare(text, std::strlen(text));
}

int String::Compare(const char* data, std::size_t size) const noexcept {
  const std::size_t mine = this->size();
  const int order = std::memcmp(this->data(), data, mine < size ? mine : size);
  if (order != 0 || mine == size) return order;
  return mine < size ? -1 : 1;
}

}  // namespace golab
