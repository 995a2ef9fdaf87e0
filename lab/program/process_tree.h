#pragma once
// The processes that golab started, and how none of them is left behind.

#include <sys/types.h>

#include <cstdint>

namespace golab::lab {

/// What a process and all its descendants use now.
struct TreeUse {
  std::uint64_t cpu_ns = 0;        ///< of those alive
  std::uint64_t memory_bytes = 0;  ///< resident, with page tables
  int processes = 0;
};

/// Sums over the descendants of `root`, without `root` itself. About 50 us a process.
TreeUse UseOfDescendants(pid_t root);

/// Kills all descendants of `root`, then, if asked, `root`. Looks again until none is alive, within
/// bounds. Async-signal-safe.
void KillTree(pid_t root, bool with_root);

/// Makes orphaned descendants children of golab, so that ReapStrays finds them.
void AdoptOrphans();

/// Ends orphans: children of golab that it did not start and that have a session of their own.
/// Takes the ChildTableLock.
void ReapStrays();

/// Held from fork to EnterChild and from waitpid to LeaveChild, so that ReapStrays takes no child
/// of golab's own for a stray.
class ChildTableLock {
 public:
  ChildTableLock();
  ~ChildTableLock();
  ChildTableLock(const ChildTableLock&) = delete;
  ChildTableLock& operator=(const ChildTableLock&) = delete;
};

/// Enters a child into the table of those that KillAllPrograms ends. False if the table is full
/// (256).
[[nodiscard]] bool EnterChild(pid_t pid);
void LeaveChild(pid_t pid);

}  // namespace golab::lab
