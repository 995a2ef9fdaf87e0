#pragma once
// Objects of the collector: gc::New makes one, and gc::Ptr refers to it. Go: new, and pointers to
// what it made.
//
//   struct Node { int value; gc::Ptr<Node> next; };
//   auto head = gc::New<Node>(1);
//   head->next = gc::New<Node>(2);
//
// An object lives while something that lives refers to it by a Ptr: a variable of a goroutine, a
// global, memory of the C++ library (what stands in a std::vector, a closure, a channel refers for
// as long as it stands there), or another object of the collector. Cycles of objects are collected.
// A collection runs when runtime::GC() is called, and when the heap has grown as
// debug::SetGCPercent says.
//
// Differs from Go: a Ptr refers until the end of its scope or its next assignment, whatever is
// optimised, where in Go a variable counts until its last use. So what is collected does not hang
// on the compiler. A T* or T& taken from a Ptr does not keep the object; runtime::KeepAlive(ptr)
// says how long a Ptr is needed. Objects have destructors, which run once nothing can see the
// object any more, on the goroutine that collects; one may use no Ptr of its own object, since what
// that refers to may be gone: such a Ptr is nil by then.

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {
namespace rt::gc {

struct Object;

/// What the collector must know of a type.
struct ObjectType {
  std::size_t size;
  std::size_t align;
  void (*destroy)(void* object);  ///< null: nothing to do
};

/// The part of a Ptr that the collector knows. Linked while it refers to something, and only then:
/// into the list of the goroutine on whose stack it lies, of the object that it lies in, or of all
/// others. All but `object` and `value` belongs to the collector's
/// lock.
struct Handle {
  Object* object = nullptr;
  const void* value = nullptr;  ///< the address that the Ptr shows: of the object or a base of it
  Handle* next = nullptr;
  Handle** back = nullptr;  ///< what points here: the list's head, or the handle before
  std::uint64_t stack = 0;  ///< in lab runs: where it was set
};

/// Makes `handle` refer to `object`, and no longer to what it did.
void Set(Handle* handle, Object* object) noexcept;
/// The same with null. Whoever ends a handle that refers calls it.
void Clear(Handle* handle) noexcept;
/// Memory for an object; `handle`, which refers to nothing, then refers to it. May collect first.
void* Allocate(const ObjectType* type, Handle* handle);
/// The object at `handle` has been constructed: it has a destructor to run.
void SetBuilt(Handle* handle) noexcept;

template <class T>
void Destroy(void* object) {
  static_cast<T*>(object)->~T();
}

template <class T>
[[gnu::visibility("hidden")]] inline constexpr ObjectType kObjectType = {
    sizeof(T), alignof(T), std::is_trivially_destructible_v<T> ? nullptr : &Destroy<T>};

struct Access;

}  // namespace rt::gc

namespace gc {

/// A pointer to an object of the collector, or nil. Each Ptr is one variable, as in Go: several
/// goroutines may use Ptrs to one object, but one Ptr of theirs needs a lock as any variable does.
/// To dereference nil panics, as in Go.
template <class T>
class Ptr {
 public:
  constexpr Ptr() noexcept = default;

  constexpr Ptr(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor): nil

  Ptr(const Ptr& other) noexcept { Take(other); }

  Ptr(Ptr&& other) noexcept {
    Take(other);
    other.Reset();
  }

  /// To a base of the object, or to const.
  template <class U>
  requires(!std::is_same_v<U, T> && std::is_convertible_v<U*, T*>) Ptr(const Ptr<U>& other)
  noexcept {  // NOLINT(google-explicit-constructor): as T* from U*
    Take(other);
  }

  Ptr& operator=(const Ptr& other) noexcept {
    Take(other);
    return *this;
  }

  Ptr& operator=(Ptr&& other) noexcept {
    if (this == &other) return *this;
    const Ptr taken(std::move(other));  // which may lie in an object that this one alone keeps
    Take(taken);
    return *this;
  }

  Ptr& operator=(std::nullptr_t) noexcept {
    Reset();
    return *this;
  }

  ~Ptr() {
    if (handle_.object != nullptr) rt::gc::Clear(&handle_);
  }

  T* operator->() const noexcept { return Get(); }

  std::add_lvalue_reference_t<T> operator*() const noexcept requires(!std::is_void_v<T>) {
    return *Get();
  }

  /// The address alone, which keeps nothing.
  T* Get() const noexcept { return static_cast<T*>(const_cast<void*>(handle_.value)); }

  explicit operator bool() const noexcept { return handle_.value != nullptr; }

  template <class U>
  friend bool operator==(const Ptr& a, const Ptr<U>& b) noexcept {
    return a.Get() == b.Get();
  }

  friend bool operator==(const Ptr& a, std::nullptr_t) noexcept {
    return a.handle_.value == nullptr;
  }

 private:
  template <class U>
  friend class Ptr;
  friend struct rt::gc::Access;

  template <class U>
  void Take(const Ptr<U>& other) noexcept {
    // `other` is read first: it may lie in an object that this one alone keeps, as in p = p->next.
    T* const value = other.Get();
    rt::gc::Object* const object = other.handle_.object;
    if (handle_.object != object) rt::gc::Set(&handle_, object);
    handle_.value = value;
  }

  void Reset() noexcept {
    if (handle_.object != nullptr) rt::gc::Clear(&handle_);
    handle_.value = nullptr;
  }

  rt::gc::Handle handle_;
};

}  // namespace gc

namespace rt::gc {

/// For the library's own templates.
struct Access {
  template <class T>
  static Handle* HandleOf(golab::gc::Ptr<T>& ptr) noexcept {
    return &ptr.handle_;
  }

  template <class T>
  static Object* ObjectOf(const golab::gc::Ptr<T>& ptr) noexcept {
    return ptr.handle_.object;
  }

  template <class T>
  static void SetValue(golab::gc::Ptr<T>& ptr, T* value) noexcept {
    ptr.handle_.value = value;
  }
};

}  // namespace rt::gc

namespace gc {

/// A new object, made of `args`. A constructor that panics or throws leaves none. Go: new(T), &T{}.
template <class T, class... Args>
Ptr<T> New(Args&&... args) {
  static_assert(!std::is_array_v<T> && !std::is_reference_v<T>, "gc::New makes one object");
  Ptr<T> ptr;
  rt::gc::Handle* const handle = rt::gc::Access::HandleOf(ptr);
  void* const room = rt::gc::Allocate(&rt::gc::kObjectType<T>, handle);
  T* value;
  if constexpr (std::is_constructible_v<T, Args...>) {
    value = ::new (room) T(std::forward<Args>(args)...);
  } else {
    value = ::new (room) T{std::forward<Args>(args)...};
  }
  rt::gc::SetBuilt(handle);
  rt::gc::Access::SetValue(ptr, value);
  return ptr;
}

}  // namespace gc
}  // namespace golab

#pragma GCC visibility pop
