#include "runtime/gc/heap.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "runtime/arch/fiber.h"
#include "runtime/gc/collect.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/world/recording.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab::rt::gc {

constinit Heap heap;
constinit Waiters waiters;

namespace {

constexpr std::size_t kGranule = 16;
constexpr std::uint64_t kLeastGoal = 4 << 20;  // with GOGC=100, as Go's

std::size_t DataOffset(const ObjectType* type) noexcept {
  const std::size_t align = std::max(type->align, kGranule);
  return (sizeof(Object) + align - 1) / align * align;
}

std::size_t BlockSize(const ObjectType* type) noexcept {
  const std::size_t align = std::max(type->align, kGranule);
  return (DataOffset(type) + type->size + align - 1) / align * align;
}

/// The goroutine on whose stack `address` lies, if that is the running one.
G* OwnerOfStack(const void* address) noexcept {
  const P* const p = arch::ThisP();
  G* const g = p == nullptr ? nullptr : p->current;
  if (g == nullptr || g->stack_top == nullptr) return nullptr;
  const StackBounds bounds = BoundsOf(g->stack_top);
  const auto* const at = static_cast<const char*>(address);
  return at >= bounds.lo && at < bounds.top ? g : nullptr;
}

/// A change of a handle, for the search through schedules: changes commute, a collection sees them.
GOLAB_INLINE void TouchHeap() noexcept {
  Touch(kTheHeap, AccessMode::kUp);
}

std::uint64_t StackHere(const void* frame) noexcept {
  P* const p = arch::ThisP();
  if (!world.lab || p == nullptr || p->current == nullptr) return 0;
  return CaptureStack(p, frame);
}

}  // namespace

void* DataOf(Object* object) noexcept {
  return reinterpret_cast<char*>(object) + DataOffset(object->type);
}

Object* ObjectAt(const void* address) noexcept {
  auto* const object = static_cast<Object*>(heap.index.Before(address));
  if (object == nullptr) return nullptr;
  const auto* const data = static_cast<const char*>(DataOf(object));
  const auto* const at = static_cast<const char*>(address);
  return at >= data && at < data + object->type->size ? object : nullptr;
}

Handle** ListOf(const Handle* handle) noexcept {
  if (G* const g = OwnerOfStack(handle)) return &Extra(g)->handles;
  return nullptr;
}

void Link(Handle* handle, Object* object, Handle** list) noexcept {
  if (list == nullptr) {
    Object* const inside = ObjectAt(handle);
    list = inside != nullptr ? &inside->edges : &heap.others;
  }
  handle->object = object;
  handle->next = *list;
  handle->back = list;
  if (*list != nullptr) (*list)->back = &handle->next;
  *list = handle;
  if (heap.marking) Shade(object);
}

void Set(Handle* handle, Object* object) noexcept {
  fiber::Write(handle, __builtin_return_address(0));
  if (object == nullptr) {
    if (handle->object != nullptr) Clear(handle);
    return;
  }
  TouchHeap();
  const std::uint64_t stack = StackHere(__builtin_frame_address(0));
  Handle** const list = handle->object == nullptr ? ListOf(handle) : nullptr;
  // Who used what this handle refers to until now is done before that is finalized or freed.
  if (handle->object != nullptr) fiber::Release(&heap);
  const HeapLock lock;
  handle->stack = stack;
  if (handle->object == nullptr) return Link(handle, object, list);
  handle->object = object;  // it stays in its list
  if (heap.marking) Shade(object);
}

void Clear(Handle* handle) noexcept {
  fiber::Write(handle, __builtin_return_address(0));
  fiber::Release(&heap);
  TouchHeap();
  const HeapLock lock;
  Unlink(handle);
}

void* Allocate(const ObjectType* type, Handle* handle) {
  if (IsTimeToCollect()) CollectBecauseOfSize();
  const std::size_t align = std::max(type->align, kGranule);
  void* const block = std::aligned_alloc(align, BlockSize(type));
  if (block == nullptr) Fatal("runtime: cannot allocate memory");
  auto* const object = ::new (block) Object;
  object->type = type;
  TouchHeap();
  Handle** const list = ListOf(handle);
  handle->stack = StackHere(__builtin_frame_address(0));
  {
    const HeapLock lock;
    object->number = ++heap.made;
    heap.bytes_made += type->size;
    object->next = heap.objects;
    heap.objects = object;
    heap.index.Add(block, BlockSize(type));
    Link(handle, object, list);
  }
  GOLAB_EVIDENCE(EventType::kGcNew, 0, object->number);
  return DataOf(object);
}

void SetBuilt(Handle* handle) noexcept {
  const HeapLock lock;
  handle->object->built = true;
}

void FreeBlock(Object* object) noexcept {
  std::free(object);
}

void SetGoal() noexcept {
  if (heap.percent < 0) {
    heap.goal = ~std::uint64_t{0};
    return;
  }
  const auto percent = static_cast<std::uint64_t>(heap.percent);
  const auto grown = [percent](std::uint64_t bytes) {
    return static_cast<std::uint64_t>(static_cast<unsigned __int128>(bytes) * percent / 100);
  };
  heap.goal = std::max(heap.live_after + grown(heap.live_after), grown(kLeastGoal));
}

void Configure() noexcept {
  if (heap.configured) return;
  heap.configured = true;
  if (const char* text = std::getenv("GOGC"); text != nullptr && *text != '\0') {
    char* end = nullptr;
    const long percent = std::strtol(text, &end, 10);
    if (std::strcmp(text, "off") == 0) {
      heap.percent = -1;
    } else if (*end == '\0' && percent <= INT32_MAX && percent >= INT32_MIN) {
      heap.percent = percent < 0 ? -1 : static_cast<std::int32_t>(percent);
    }
  }
  SetGoal();
}

}  // namespace golab::rt::gc
