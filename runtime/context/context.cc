// Contexts. Go: context/context.go. Differs inside: a node finds the nearest one above that can end
// by walking, not by asking for Done, so that channels are made only for those who wait; and
// children are cancelled with no lock held, in the order of their creation.

#include "golab/context.h"

#include <utility>

#include "golab/defer.h"
#include "golab/go.h"
#include "golab/references.h"
#include "golab/select.h"

#include "runtime/arch/fiber.h"
#include "runtime/context/context_node.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab {
namespace rt {
namespace {

/// Go's deadlineExceededError.
struct DeadlineExceededType {
  String Text() const { return "context deadline exceeded"; }

  bool Timeout() const { return true; }

  bool Temporary() const { return true; }
};

/// The key for which a CancelNode gives itself, through foreign contexts, too. Go: cancelCtxKey.
struct CancelNodeKey {
  friend bool operator==(CancelNodeKey, CancelNodeKey) { return true; }
};

extern const ContextOps kNodeOps;

bool IsNode(const ContextRep* rep) {
  return rep->ops == &kNodeOps;
}

ContextNode* NodeOf(const context::Context& ctx) {
  ContextRep* const rep = ctx.raw();
  return rep != nullptr && IsNode(rep) ? static_cast<ContextNode*>(rep) : nullptr;
}

CancelNode* CancelOf(ContextNode* node) {
  return node->kind == ContextKind::kCancel ? static_cast<CancelNode*>(node) : nullptr;
}

class NodeLock {
 public:
  /// For what no other goroutine could tell.
  struct Unseen {};

  NodeLock(const CancelNode* node, Unseen) : word_(const_cast<std::uint32_t*>(&node->lock)) {
    Enter();
  }

  explicit NodeLock(const CancelNode* node, AccessMode mode = AccessMode::kWrite)
      : word_(const_cast<std::uint32_t*>(&node->lock)) {
    Touch(node, mode);
    Enter();
  }

  NodeLock(const NodeLock&) = delete;
  NodeLock& operator=(const NodeLock&) = delete;

  ~NodeLock() {
    fiber::Release(word_);
    UnlockWord(word_);
  }

 private:
  void Enter() noexcept {
    LockWord(word_);
    fiber::Acquire(word_);  // a mutex, as in Go
  }

  std::uint32_t* word_;
};

/// A further reference.
context::Context Handle(ContextRep* rep) {
  // Relaxed: the caller has a reference already.
  __atomic_fetch_add(&rep->references, 1, __ATOMIC_RELAXED);
  return context::Context(rep);
}

/// A further reference to a child, unless that is about to be destroyed. The owner's lock is held.
bool Retain(ContextRep* rep) {
  std::uint32_t n = __atomic_load_n(&rep->references, __ATOMIC_RELAXED);
  while (n != 0) {
    // Relaxed: the owner's lock orders what is read of the child.
    if (__atomic_compare_exchange_n(&rep->references, &n, n + 1, true, __ATOMIC_RELAXED,
                                    __ATOMIC_RELAXED)) {
      return true;
    }
  }
  return false;
}

Error ErrOf(const CancelNode* node) {
  const NodeLock lock(node, AccessMode::kRead);
  return node->err;
}

RecvChan<Empty> DoneOf(CancelNode* node) {
  {
    const NodeLock lock(node, AccessMode::kRead);
    if (node->done != nullptr) return node->done;
  }
  const Chan<Empty> made = MakeChan<Empty>();
  bool ended = false;
  {
    const NodeLock lock(node);
    if (node->done != nullptr) return node->done;
    node->done = made;
    ended = node->err != nullptr;
  }
  if (ended) made.Close();
  return made;
}

/// The key's value, walking up; asks foreign contexts on the way. Go: value.
Any ValueOf(const context::Context& from, const Any& key) {
  const bool wants_node = key.As<CancelNodeKey>() != nullptr;
  const context::Context* ctx = &from;
  for (;;) {
    ContextNode* const node = NodeOf(*ctx);
    if (node == nullptr) return ctx->Value(key);
    switch (node->kind) {
      case ContextKind::kBackground:
      case ContextKind::kTodo:
        return nullptr;
      case ContextKind::kWithoutCancel:
        if (wants_node) return nullptr;
        break;
      case ContextKind::kCancel:
        if (wants_node) return CancelOf(node);
        break;
      case ContextKind::kValue: {
        auto* const with = static_cast<ValueNode*>(node);
        if (!wants_node && with->key == key) return with->val;
        break;
      }
    }
    ctx = &node->parent;
  }
}

/// The nearest CancelNode at or above `ctx`, null if there is none or a foreign context comes first
/// that has a Done of its own; then *foreign is that one. Go: parentCancelCtx.
CancelNode* NearestCancel(const context::Context& from, context::Context* foreign) {
  const context::Context* ctx = &from;
  for (;;) {
    ContextNode* const node = NodeOf(*ctx);
    if (node == nullptr) break;
    if (CancelNode* const cancel = CancelOf(node)) return cancel;
    if (node->kind != ContextKind::kValue) return nullptr;
    ctx = &node->parent;
  }
  const RecvChan<Empty> done = ctx->Done();
  if (done == nullptr) return nullptr;
  const Any found = ctx->Value(CancelNodeKey{});
  if (CancelNode* const* const node = found.As<CancelNode*>()) {
    if (DoneOf(*node) == done) return *node;
  }
  *foreign = *ctx;
  return nullptr;
}

/// Takes `child` out of its owner's list. The owner's lock is held.
void RemoveLocked(CancelNode* owner, CancelNode* child) {
  (child->previous != nullptr ? child->previous->next : owner->first_child) = child->next;
  (child->next != nullptr ? child->next->previous : owner->last_child) = child->previous;
  child->previous = child->next = nullptr;
  child->linked = false;
}

void Unlink(CancelNode* node) {
  auto* const owner = static_cast<CancelNode*>(node->owner.raw());
  if (owner == nullptr) return;
  {
    // Who is unlinked has ended already, or belongs to nobody.
    const NodeLock lock(owner, NodeLock::Unseen{});
    if (!node->linked) return;
    RemoveLocked(owner, node);
  }
  if (node->is_after_func) ContextRelease(node);
}

/// Makes `node` a child of `owner`; false if that has ended already.
bool Link(CancelNode* owner, CancelNode* node) {
  node->owner = Handle(owner);
  const NodeLock lock(owner);
  if (owner->err) return false;
  // Relaxed: the caller has a reference already.
  if (node->is_after_func) __atomic_fetch_add(&node->references, 1, __ATOMIC_RELAXED);
  node->linked = true;
  node->previous = owner->last_child;
  (node->previous != nullptr ? node->previous->next : owner->first_child) = node;
  owner->last_child = node;
  return true;
}

/// Nodes to end, in order, linked by `next`, each with a reference for this list.
struct EndList {
  CancelNode* first = nullptr;
  CancelNode* last = nullptr;

  void Add(CancelNode* node) {
    node->next = nullptr;
    (last != nullptr ? last->next : first) = node;
    last = node;
  }
};

/// Moves the children of `node`, oldest first, to `list`. The node's lock is held.
void TakeChildrenLocked(CancelNode* node, EndList* list) {
  while (CancelNode* const child = node->first_child) {
    RemoveLocked(node, child);
    // What AfterFunc has registered has a reference of the list's already.
    if (child->is_after_func || Retain(child)) list->Add(child);
  }
}

/// Ends one node; its children go to `list`.
void CancelOne(CancelNode* node, const Error& err, const Error& cause, EndList* list) {
  Chan<Empty> done;
  Func<void()> f;
  time::Timer timer;
  bool has_timer = false;
  {
    const NodeLock lock(node);
    if (node->err) return;
    node->err = err;
    node->cause = cause;
    done = node->done;
    TakeChildrenLocked(node, list);
    std::swap(f, node->f);
    std::swap(has_timer, node->has_timer);
    if (has_timer) timer = std::move(node->timer);
  }
  if (done != nullptr) done.Close();
  if (has_timer) timer.Stop();
  if (f) go(f);
}

/// Ends `node` and what is below it, parents first. `unlink`: also takes it away from its owner.
/// The caller has a reference. Go: cancel.
void CancelTree(CancelNode* node, const Error& err, const Error& cause, bool unlink) {
  EndList list;
  const Error& why = cause ? cause : err;
  CancelOne(node, err, why, &list);
  while (CancelNode* const child = list.first) {  // no recursion: the tree may be deep
    CancelOne(child, err, why, &list);
    list.first = child->next;
    if (list.first == nullptr) list.last = nullptr;
    ContextRelease(child);
  }
  if (!unlink) return;
  Unlink(node);
  if (node->stop) node->stop();
}

void DestroyNode(ContextRep* rep) {
  auto* node = static_cast<ContextNode*>(rep);
  switch (node->kind) {
    case ContextKind::kCancel:
      Unlink(CancelOf(node));
      delete CancelOf(node);
      break;
    case ContextKind::kValue:
      delete static_cast<ValueNode*>(node);
      break;
    case ContextKind::kBackground:
    case ContextKind::kTodo:
    case ContextKind::kWithoutCancel:
      delete node;
      break;
  }
}

context::DeadlineSet DeadlineOf(const ContextRep* rep) {
  const auto* node = static_cast<const ContextNode*>(rep);
  if (node->kind == ContextKind::kCancel) {
    const auto* cancel = static_cast<const CancelNode*>(node);
    if (cancel->has_deadline) return {cancel->deadline, true};
  } else if (node->kind != ContextKind::kValue) {
    return {};
  }
  return node->parent.Deadline();
}

/// How `ctx` was made. Go: contextName.
String NameOf(const context::Context& ctx);

/// A key or value in a name. Go: stringify.
String WordOf(const Any& value) {
  if (!value) return "<nil>";
  if (const String* text = value.As<String>()) return *text;
  const fmt::Arg arg = value.AsArg();
  if (arg.text != nullptr && !arg.is_error) return arg.text(arg.object);
  return value.TypeName();
}

String NodeName(const ContextRep* rep) {
  const auto* node = static_cast<const ContextNode*>(rep);
  switch (node->kind) {
    case ContextKind::kBackground:
      return "context.Background";
    case ContextKind::kTodo:
      return "context.TODO";
    case ContextKind::kWithoutCancel:
      return NameOf(node->parent) + ".WithoutCancel";
    case ContextKind::kValue: {
      const auto* with = static_cast<const ValueNode*>(node);
      return NameOf(node->parent) + ".WithValue(" + WordOf(with->key) + ", " + WordOf(with->val) +
             ")";
    }
    case ContextKind::kCancel: {
      const auto* cancel = static_cast<const CancelNode*>(node);
      if (!cancel->has_deadline) return NameOf(node->parent) + ".WithCancel";
      return NameOf(node->parent) + ".WithDeadline(" + cancel->deadline.String() + " [" +
             time::Until(cancel->deadline).String() + "])";
    }
  }
  return {};
}

String NameOf(const context::Context& ctx) {
  const ContextRep* const rep = ctx.raw();
  return rep->ops->string != nullptr ? rep->ops->string(rep) : GoTypeName(*rep->ops->type);
}

constexpr ContextOps kNodeOps = {
    &kType<ContextNode>,
    &DestroyNode,
    &DeadlineOf,
    [](const ContextRep* rep) -> RecvChan<Empty> {
      auto* node = static_cast<ContextNode*>(const_cast<ContextRep*>(rep));
      if (CancelNode* const cancel = CancelOf(node)) return DoneOf(cancel);
      return node->kind == ContextKind::kValue ? node->parent.Done() : nullptr;
    },
    [](const ContextRep* rep) -> Error {
      auto* node = static_cast<ContextNode*>(const_cast<ContextRep*>(rep));
      if (const CancelNode* const cancel = CancelOf(node)) {
        return ErrOf(cancel);
      }
      return node->kind == ContextKind::kValue ? node->parent.Err() : nullptr;
    },
    [](const ContextRep* rep, const Any& key) {
      return ValueOf(Handle(const_cast<ContextRep*>(rep)), key);
    },
    &NodeName,
    nullptr,
};

}  // namespace

ContextNode::ContextNode(ContextKind what, context::Context from)
    : ContextRep{1, &kNodeOps, nullptr}, kind(what), parent(std::move(from)) {}

void ContextRelease(ContextRep* rep) noexcept {
  // A chain of contexts that nobody else holds goes one by one, not by recursion: it may be long.
  while (rep != nullptr) {
    if (!DropReference(&rep->references)) return;
    if (!IsNode(rep)) return rep->ops->destroy(rep);
    auto* node = static_cast<ContextNode*>(rep);
    if (CancelNode* const cancel = CancelOf(node)) {
      Unlink(cancel);
      cancel->owner = nullptr;  // never the last reference: the parent is above or the same
    }
    ContextRep* const parent = node->parent.raw();
    if (parent != nullptr) __atomic_fetch_add(&parent->references, 1, __ATOMIC_RELAXED);
    rep->ops->destroy(rep);
    rep = parent;
  }
}

const Error& CanceledError() {
  static const Error error = errors::New("context canceled");
  return error;
}

const Error& DeadlineExceededError() {
  static const Error error = DeadlineExceededType{};
  return error;
}

namespace {

// Made before the first goroutine: who makes one comes before all who use it.
[[maybe_unused]] const bool made = (CanceledError(), DeadlineExceededError(), true);

}  // namespace

}  // namespace rt

namespace context {
namespace {

using rt::CancelNode;
using rt::ContextKind;
using rt::ContextNode;

void RequireParent(const Context& parent) {
  if (parent == nullptr) panic("cannot create context from nil parent");
}

rt::ContextRep* Required(rt::ContextRep* rep) {
  if (rep == nullptr) rt::PanicNilDereference();
  return rep;
}

Context Root(ContextKind kind) {
  // Made once, each; the process ends with them.
  static ContextNode* const background = new ContextNode(ContextKind::kBackground);
  static ContextNode* const todo = new ContextNode(ContextKind::kTodo);
  return rt::Handle(kind == ContextKind::kTodo ? todo : background);
}

}  // namespace

/// Lets `child` end when `parent` does. Go: propagateCancel; its goroutine shows in dumps.
// NOLINTNEXTLINE(readability-identifier-naming): Go's name
GOLAB_NOINLINE void propagateCancel(const Context& parent, CancelNode* child) {
  Context foreign;
  if (CancelNode* const owner = rt::NearestCancel(parent, &foreign)) {
    if (!rt::Link(owner, child)) rt::CancelTree(child, owner->err, owner->cause, false);
    return;
  }
  if (!foreign) return;
  const Context self = rt::Handle(child);
  const auto end = [parent, self] {
    rt::CancelTree(static_cast<CancelNode*>(self.raw()), parent.Err(), Cause(parent), false);
  };
  if (parent.Err()) return end();
  if (const auto after_func = foreign.raw()->ops->after_func) {
    child->stop = after_func(foreign.raw(), Func<void()>(end));
    return;
  }
  go([foreign, self, end] {
    if (Select(Recv(foreign.Done()), Recv(self.Done())) == 0) end();
  });
}

namespace {

CancelFunc CancelOf(const Context& ctx) {
  return [ctx] {
    GOLAB_AT_CALL();
    rt::CancelTree(static_cast<CancelNode*>(ctx.raw()), Canceled, nullptr, true);
  };
}

CancelNode* NewCancel(const Context& parent) {
  RequireParent(parent);
  return new CancelNode(parent);
}

}  // namespace

DeadlineSet Context::Deadline() const {
  return Required(rep_)->ops->deadline(rep_);
}

RecvChan<Empty> Context::Done() const {
  return Required(rep_)->ops->done(rep_);
}

Error Context::Err() const {
  GOLAB_AT_CALL();
  return Required(rep_)->ops->err(rep_);
}

Any Context::Value(const Any& key) const {
  return Required(rep_)->ops->value(rep_, key);
}

golab::String Context::String() const {
  Required(rep_);
  return rt::NameOf(*this);
}

fmt::Arg Context::AsArg() const {
  fmt::Arg arg;
  if (rep_ == nullptr) return arg;
  arg.kind = fmt::Arg::Kind::kOther;
  arg.type = &rt::kType<Context>;
  rt::SetWords(arg, this);
  return arg;
}

Context Background() {
  return Root(ContextKind::kBackground);
}

Context TODO() {
  return Root(ContextKind::kTodo);
}

Cancelable WithCancel(const Context& parent) {
  GOLAB_AT_CALL();
  CancelNode* const node = NewCancel(parent);
  Context ctx(node);
  propagateCancel(parent, node);
  return {ctx, CancelOf(ctx)};
}

CancelableWithCause WithCancelCause(const Context& parent) {
  GOLAB_AT_CALL();
  CancelNode* const node = NewCancel(parent);
  Context ctx(node);
  propagateCancel(parent, node);
  return {ctx, [ctx](const Error& cause) {
            GOLAB_AT_CALL();
            rt::CancelTree(static_cast<CancelNode*>(ctx.raw()), Canceled, cause, true);
          }};
}

Cancelable WithDeadline(const Context& parent, time::Time deadline) {
  return WithDeadlineCause(parent, deadline, nullptr);
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): copied by the timer
Cancelable WithDeadlineCause(const Context& parent, time::Time deadline, Error cause) {
  GOLAB_AT_CALL();
  RequireParent(parent);
  const auto [current, has] = parent.Deadline();
  if (has && current.Before(deadline)) return WithCancel(parent);
  CancelNode* const node = NewCancel(parent);
  Context ctx(node);
  node->has_deadline = true;
  node->deadline = deadline;
  propagateCancel(parent, node);
  const time::Duration left = time::Until(deadline);
  if (left <= 0) {
    rt::CancelTree(node, DeadlineExceeded, cause, true);
    return {ctx, CancelOf(ctx)};
  }
  time::Timer timer = time::AfterFunc(left, [ctx, cause] {
    rt::CancelTree(static_cast<CancelNode*>(ctx.raw()), DeadlineExceeded, cause, true);
  });
  bool ended = false;
  {
    const rt::NodeLock lock(node);
    ended = node->err != nullptr;
    if (!ended) node->timer = timer;
    node->has_timer = !ended;
  }
  if (ended) timer.Stop();
  return {ctx, CancelOf(ctx)};
}

Cancelable WithTimeout(const Context& parent, time::Duration timeout) {
  return WithDeadline(parent, time::Now().Add(timeout));
}

Cancelable WithTimeoutCause(const Context& parent, time::Duration timeout, Error cause) {
  return WithDeadlineCause(parent, time::Now().Add(timeout), static_cast<Error&&>(cause));
}

Context WithValue(const Context& parent, Any key, Any val) {
  RequireParent(parent);
  if (!key) panic("nil key");
  if (!key.Comparable()) panic("key is not comparable");
  return Context(new rt::ValueNode(parent, static_cast<Any&&>(key), static_cast<Any&&>(val)));
}

Context WithoutCancel(const Context& parent) {
  RequireParent(parent);
  return Context(new ContextNode(ContextKind::kWithoutCancel, parent));
}

Func<bool()> AfterFunc(const Context& ctx, Func<void()> f) {
  GOLAB_AT_CALL();
  Required(ctx.raw());
  auto* const node = new CancelNode(ctx);
  Context self(node);
  node->is_after_func = true;
  node->f = static_cast<Func<void()>&&>(f);
  propagateCancel(ctx, node);
  return [self] {
    GOLAB_AT_CALL();
    auto* const mine = static_cast<CancelNode*>(self.raw());
    Func<void()> dropped;
    {
      const rt::NodeLock lock(mine);
      std::swap(dropped, mine->f);
    }
    const bool stopped = dropped != nullptr;
    if (stopped) rt::CancelTree(mine, Canceled, nullptr, true);
    return stopped;
  };
}

Error Cause(const Context& ctx) {
  Required(ctx.raw());
  const Any found = rt::ValueOf(ctx, rt::CancelNodeKey{});
  CancelNode* const* const node = found.As<CancelNode*>();
  if (node == nullptr) return ctx.Err();
  const rt::NodeLock lock(*node, rt::AccessMode::kRead);
  return (*node)->cause;
}

}  // namespace context
}  // namespace golab
