#include "runtime/net/first_listener.h"

#include <cstring>

namespace golab::rt {
namespace {

constinit const char* first = nullptr;  // atomic; set once

}  // namespace

void NoteListener(const Endpoint& at) {
  if (FirstListener() != nullptr) return;
  const String text = at.ToAddr().String();
  char* const copy = new char[text.size() + 1];
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  const char* none = nullptr;
  // Release: publishes the text. Pairs with the acquire of FirstListener.
  if (!__atomic_compare_exchange_n(&first, &none, copy, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
    delete[] copy;
}

const char* FirstListener() noexcept {
  return __atomic_load_n(&first, __ATOMIC_ACQUIRE);
}

}  // namespace golab::rt
