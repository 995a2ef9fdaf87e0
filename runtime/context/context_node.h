#pragma once
// The contexts that the library itself makes. Go: context/context.go.
//
// Thread safety: a node is immutable but for what CancelNode guards. References up (parent, owner)
// count; those down (children) do not: a child that nobody refers to has nobody to tell, and
// unlinks itself. Only what AfterFunc registers is kept by its parent.

#include "golab/context.h"

#include "runtime/base/spin_lock.h"

namespace golab::rt {

enum class ContextKind : std::uint8_t { kBackground, kTodo, kCancel, kValue, kWithoutCancel };

struct ContextNode : ContextRep {
  explicit ContextNode(ContextKind what, context::Context from = {});

  ContextKind kind;
  context::Context parent;
};

struct ValueNode : ContextNode {
  ValueNode(const context::Context& from, Any k, Any v)
      : ContextNode(ContextKind::kValue, from), key(std::move(k)), val(std::move(v)) {}

  Any key;
  Any val;
};

/// A context that can end, with a timer or a function to call or neither.
struct CancelNode : ContextNode {
  explicit CancelNode(const context::Context& from) : ContextNode(ContextKind::kCancel, from) {}

  bool has_deadline = false;  ///< Immutable, as the two below, once the node is handed out.
  time::Time deadline;
  bool is_after_func = false;

  context::Context owner;  ///< The CancelNode whose child it is, nil if none; set once.
  Func<bool()> stop;       ///< Unregisters it from a foreign parent's AfterFunc; set once.

  std::uint32_t lock = 0;  ///< Guards what follows. Nothing is called while it is held.
  Chan<Empty> done;        ///< Made when asked for.
  Error err;               ///< Not nil: it has ended.
  Error cause;
  CancelNode* first_child = nullptr;
  CancelNode* last_child = nullptr;
  time::Timer timer;
  bool has_timer = false;
  Func<void()> f;  ///< AfterFunc's, until it is called or stopped.

  // Its place among the owner's children, guarded by the owner's lock.
  bool linked = false;
  CancelNode* previous = nullptr;
  CancelNode* next = nullptr;
};

}  // namespace golab::rt
