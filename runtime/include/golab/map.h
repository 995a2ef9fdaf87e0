#pragma once
// Go's sync.Map: a map that goroutines share.

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::rt {

/// Takes a map's lock; a schedule may go on with another goroutine before that. Until MapLeave
/// nothing preempts the caller: what runs is copies, == and Hash of the program's types, which must
/// not block.
void MapEnter(std::uint32_t* lock);
void MapLeave(std::uint32_t* lock) noexcept;

std::uint64_t HashBytes(const void* data, std::size_t size) noexcept;

/// A key's hash: of integers, enumerations, pointers and strings; other types have `Hash() const`.
template <class K>
std::uint64_t HashOf(const K& key) {
  if constexpr (requires { static_cast<std::uint64_t>(key.Hash()); }) {
    return static_cast<std::uint64_t>(key.Hash());
  } else if constexpr (std::is_same_v<K, String> || StringLike<K>) {
    return HashBytes(key.data(), key.size());
  } else {
    static_assert(std::is_integral_v<K> || std::is_enum_v<K> || std::is_pointer_v<K>,
                  "a key of sync::Map needs a method `std::uint64_t Hash() const`");
    return HashBytes(&key, sizeof key);
  }
}

}  // namespace golab::rt

namespace golab::sync {

/// A map from K to V. Never waits; any goroutine may use one Map. K needs == and, unless it is a
/// number, pointer or string, `Hash() const`; V and K are copied. Go: sync.Map, of fixed types
/// here.
template <class K, class V>
class Map {
 public:
  /// What Load and its like give: `auto [value, ok] = m.Load(key);`.
  struct Loaded {
    V value{};
    bool ok = false;  ///< The key was there; else value is V{}.
  };

  /// A value, and whether it was there before.
  struct Actual {
    V value{};
    bool loaded = false;
  };

  Map() = default;
  Map(const Map&) = delete;
  Map& operator=(const Map&) = delete;

  ~Map() {
    FreeAll(first_);
    delete[] buckets_;
  }

  /// Go: (*Map).Load.
  [[gnu::always_inline]] Loaded Load(const K& key) const {
    const Lock lock(&lock_);
    const Node* const node = Find(key, rt::HashOf(key));
    return node == nullptr ? Loaded{} : Loaded{node->value, true};
  }

  /// Go: (*Map).Store.
  [[gnu::always_inline]] void Store(const K& key, V value) { Swap(key, std::move(value)); }

  /// The present value, or `value` that is stored now. Go: (*Map).LoadOrStore.
  [[gnu::always_inline]] Actual LoadOrStore(const K& key, V value) {
    const Lock lock(&lock_);
    const std::uint64_t hash = rt::HashOf(key);
    if (const Node* const node = Find(key, hash)) return {node->value, true};
    return {Insert(key, hash, std::move(value))->value, false};
  }

  /// Go: (*Map).LoadAndDelete.
  [[gnu::always_inline]] Actual LoadAndDelete(const K& key) {
    const Lock lock(&lock_);
    Node* const node = Find(key, rt::HashOf(key));
    if (node == nullptr) return {};
    Actual actual{std::move(node->value), true};
    Erase(node);
    return actual;
  }

  /// Go: (*Map).Delete.
  [[gnu::always_inline]] void Delete(const K& key) { LoadAndDelete(key); }

  /// Stores `value`, gives the one before. Go: (*Map).Swap.
  [[gnu::always_inline]] Actual Swap(const K& key, V value) {
    const Lock lock(&lock_);
    const std::uint64_t hash = rt::HashOf(key);
    if (Node* const node = Find(key, hash)) {
      std::swap(node->value, value);
      return {std::move(value), true};
    }
    Insert(key, hash, std::move(value));
    return {};
  }

  /// Stores `value` if the present one is `old`; whether it was. V needs ==. Go:
  /// (*Map).CompareAndSwap.
  [[gnu::always_inline]] bool CompareAndSwap(const K& key, const V& old, V value) {
    const Lock lock(&lock_);
    Node* const node = Find(key, rt::HashOf(key));
    if (node == nullptr || !(node->value == old)) return false;
    std::swap(node->value, value);
    return true;
  }

  /// Deletes the key if its value is `old`; whether it was. V needs ==. Go:
  /// (*Map).CompareAndDelete.
  [[gnu::always_inline]] bool CompareAndDelete(const K& key, const V& old) {
    const Lock lock(&lock_);
    Node* const node = Find(key, rt::HashOf(key));
    if (node == nullptr || !(node->value == old)) return false;
    Erase(node);
    return true;
  }

  /// Calls f(key, value) for what is there now, in the order in which keys came, until it returns
  /// false. f may use the map, and block. Go: (*Map).Range, in no particular order.
  template <class F>
  [[gnu::always_inline]] void Range(F&& f) const {
    struct Copies {
      Node* first = nullptr;

      ~Copies() { FreeAll(first); }
    } copies;

    {
      const Lock lock(&lock_);
      Node** end = &copies.first;
      for (const Node* node = first_; node != nullptr; node = node->after) {
        *end = new Node{node->key, node->value, 0, nullptr, nullptr, nullptr};
        end = &(*end)->after;
      }
    }
    for (Node* node = copies.first; node != nullptr; node = node->after) {
      if (!f(static_cast<const K&>(node->key), static_cast<const V&>(node->value))) return;
    }
  }

  /// Go: (*Map).Clear.
  [[gnu::always_inline]] void Clear() {
    const Lock lock(&lock_);
    FreeAll(first_);
    first_ = last_ = nullptr;
    size_ = 0;
    for (std::size_t i = 0; i < bucket_count_; ++i) buckets_[i] = nullptr;
  }

 private:
  struct Node {
    K key;
    V value;
    std::uint64_t hash;
    Node* next;    // in its bucket
    Node* before;  // in the order of insertion
    Node* after;
  };

  class Lock {
   public:
    [[gnu::always_inline]] explicit Lock(std::uint32_t* word) : word_(word) { rt::MapEnter(word_); }

    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

    [[gnu::always_inline]] ~Lock() { rt::MapLeave(word_); }

   private:
    std::uint32_t* word_;
  };

  static void FreeAll(Node* node) {
    while (node != nullptr) {
      Node* const after = node->after;
      delete node;
      node = after;
    }
  }

  Node*& Bucket(std::uint64_t hash) const { return buckets_[hash & (bucket_count_ - 1)]; }

  Node* Find(const K& key, std::uint64_t hash) const {
    if (bucket_count_ == 0) return nullptr;
    for (Node* node = Bucket(hash); node != nullptr; node = node->next) {
      if (node->hash == hash && node->key == key) return node;
    }
    return nullptr;
  }

  Node* Insert(const K& key, std::uint64_t hash, V value) {
    if (size_ == bucket_count_) Grow();
    Node* const node = new Node{key, std::move(value), hash, Bucket(hash), last_, nullptr};
    Bucket(hash) = node;
    (last_ != nullptr ? last_->after : first_) = node;
    last_ = node;
    ++size_;
    return node;
  }

  void Erase(Node* node) {
    Node** link = &Bucket(node->hash);
    while (*link != node) link = &(*link)->next;
    *link = node->next;
    (node->before != nullptr ? node->before->after : first_) = node->after;
    (node->after != nullptr ? node->after->before : last_) = node->before;
    --size_;
    delete node;
  }

  void Grow() {
    delete[] buckets_;
    bucket_count_ = bucket_count_ == 0 ? 8 : bucket_count_ * 2;
    buckets_ = new Node*[bucket_count_]();
    for (Node* node = first_; node != nullptr; node = node->after) {
      node->next = Bucket(node->hash);
      Bucket(node->hash) = node;
    }
  }

  mutable std::uint32_t lock_ = 0;  // guards the rest
  std::size_t size_ = 0;
  std::size_t bucket_count_ = 0;  // a power of two, or 0
  Node** buckets_ = nullptr;
  Node* first_ = nullptr;
  Node* last_ = nullptr;
};

}  // namespace golab::sync

#pragma GCC visibility pop
