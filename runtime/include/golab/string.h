// Go's string: an immutable sequence of bytes, copied by reference.
//
// Stands where std::string would in golab's interfaces, because <string> costs a submission 0.2 s.
// Anything with data() and size() over char (std::string, std::string_view) converts to it
// implicitly, and it converts back. Bytes are not checked: like Go's, it may hold anything.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {

class String;

namespace rt {

/// Panics `runtime error: index out of range [index] with length size`. Any thread.
[[noreturn]] void PanicIndex(std::ptrdiff_t index, std::size_t size);

/// Panics `runtime error: slice bounds out of range ...` in Go's wording for the case. Any thread.
[[noreturn]] void PanicSlice(std::ptrdiff_t low, std::ptrdiff_t high, std::size_t size);

/// std::string, std::string_view and their like: data() and size() over char.
template <class T>
concept StringLike = std::is_class_v<T> && !std::is_same_v<T, String> && requires(const T& text) {
  static_cast<const char*>(text.data());
  static_cast<std::size_t>(text.size());
};

/// Those of them that can be made from pointer and size, so that a String converts to them.
template <class T>
concept StringMade = StringLike<T> && std::is_constructible_v<T, const char*, std::size_t>;

/// Anything that writes bytes as std::ostream does.
template <class T>
concept ByteStream = requires(T& out, const char* data) {
  out.write(data, 1).flush();
};

}  // namespace rt

/// Any number of threads may read and copy one String; assigning to it is for its owner alone.
class String {
 public:
  constexpr String() noexcept = default;

  /// Copies a C string; null gives the empty string.
  String(const char* text) : rep_(MakeC(text)) {}  // NOLINT(google-explicit-constructor)

  String(const char* data, std::size_t size) : rep_(Make(data, size)) {}

  template <rt::StringLike T>
  // NOLINTNEXTLINE(google-explicit-constructor): stands in for std's strings
  String(const T& text) : rep_(Make(text.data(), text.size())) {}

  String(const String& other) noexcept : rep_(other.rep_) {
    // Relaxed: a new reference is made from one that keeps the buffer alive.
    if (rep_ != nullptr) __atomic_fetch_add(&rep_->references, 1, __ATOMIC_RELAXED);
  }

  String(String&& other) noexcept : rep_(other.rep_) { other.rep_ = nullptr; }

  String& operator=(String other) noexcept {
    Rep* const old = rep_;
    rep_ = other.rep_;
    other.rep_ = old;
    return *this;
  }

  ~String() {
    if (rep_ != nullptr) Drop(rep_);
  }

  const char* data() const noexcept { return rep_ != nullptr ? rep_->bytes : ""; }

  /// The same bytes; a zero byte always follows them.
  const char* c_str() const noexcept { return data(); }

  std::size_t size() const noexcept { return rep_ != nullptr ? rep_->size : 0; }

  bool empty() const noexcept { return size() == 0; }

  const char* begin() const noexcept { return data(); }

  const char* end() const noexcept { return data() + size(); }

  /// Bytes, not characters. Go: len(s).
  int Len() const noexcept { return static_cast<int>(size()); }

  /// The byte at `index`; panics `runtime error: index out of range [5] with length 3`. Go: s[i].
  /// Differs: a char, which may be negative.
  char operator[](std::ptrdiff_t index) const {
    if (static_cast<std::size_t>(index) >= size()) rt::PanicIndex(index, size());
    return rep_->bytes[index];
  }

  /// Bytes [low, high); panics `runtime error: slice bounds out of range [5:3]`. Go: s[low:high].
  String Slice(std::ptrdiff_t low, std::ptrdiff_t high) const;

  /// Appends in place where nobody else holds the bytes. Go: s += text.
  String& operator+=(const String& text);

  friend String operator+(const String& left, const String& right) {
    return Concat(left.data(), left.size(), right.data(), right.size());
  }

  friend String operator+(String&& left, const String& right) {
    left += right;
    return static_cast<String&&>(left);
  }

  // Equality and order are by bytes, as in Go; against std's strings and literals without a copy.
  friend bool operator==(const String& left, const String& right) noexcept {
    return left.rep_ == right.rep_ || left.Compare(right.data(), right.size()) == 0;
  }

  friend bool operator==(const String& left, const char* right) noexcept {
    return left.Compare(right) == 0;
  }

  template <rt::StringLike T>
  friend bool operator==(const String& left, const T& right) noexcept {
    return left.Compare(right.data(), right.size()) == 0;
  }

  friend std::strong_ordering operator<=>(const String& left, const String& right) noexcept {
    return left.Compare(right.data(), right.size()) <=> 0;
  }

  friend std::strong_ordering operator<=>(const String& left, const char* right) noexcept {
    return left.Compare(right) <=> 0;
  }

  template <rt::StringLike T>
  friend std::strong_ordering operator<=>(const String& left, const T& right) noexcept {
    return left.Compare(right.data(), right.size()) <=> 0;
  }

  template <rt::StringMade T>
  operator T() const {  // NOLINT(google-explicit-constructor): std::string s = text;
    return T(data(), size());
  }

  template <rt::ByteStream Stream>
  friend Stream& operator<<(Stream& out, const String& text) {
    out.write(text.data(), static_cast<std::ptrdiff_t>(text.size()));
    return out;
  }

 private:
  // Shared by all copies. `bytes` is `capacity` + 1 long and ends in a zero byte.
  struct Rep {
    std::uint32_t references;  // the last one frees
    std::size_t size;
    std::size_t capacity;
    char bytes[1];
  };

  static Rep* Make(const char* data, std::size_t size);
  static Rep* MakeC(const char* text);
  static void Drop(Rep* rep) noexcept;
  static String Concat(const char* left, std::size_t left_size, const char* right,
                       std::size_t right_size);
  int Compare(const char* text) const noexcept;
  int Compare(const char* data, std::size_t size) const noexcept;

  Rep* rep_ = nullptr;  // null: empty
};

}  // namespace golab

#pragma GCC visibility pop
