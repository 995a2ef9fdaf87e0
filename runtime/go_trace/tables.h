#pragma once
// The strings and stacks of a Go trace: each gets a number in the generation that first uses it,
// and is defined in that generation, once.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/go_trace/flat_table.h"
#include "runtime/traceback/frame.h"

namespace golab::rt {

/// One thread at a time.
class GoTraceTables {
 public:
  explicit GoTraceTables(const Symbolizer* symbols) : symbols_(symbols) {}

  /// Return addresses, innermost first, under an id that is not 0. Known for all generations. What
  /// goes beyond kMostPcs is left out: events there have no stack.
  void AddStack(std::uint64_t id, const std::uint64_t* pcs, std::size_t n);
  /// One frame, at an exact address: where a goroutine starts. Returns the stack's id.
  std::uint64_t AddStart(std::uint64_t pc);

  /// The numbers in this generation; 0 for the empty string and an unknown stack.
  std::uint64_t StackNumber(std::uint64_t id) {
    Stack* stack = id == 0 ? nullptr : stacks_.Find(id);
    if (stack == nullptr) return 0;
    return stack->generation == generation_ ? stack->number : DefineStack(*stack);
  }

  std::uint64_t StringNumber(std::string_view text);

  /// Definitions not yet handed out, as payloads of batches, each at most kMaxGoBatch. Empties
  /// them.
  std::vector<std::string> TakeStrings() { return Take(&strings_out_, GoStringsByte()); }

  std::vector<std::string> TakeStacks() { return Take(&stacks_out_, GoStacksByte()); }

  void NextGeneration() noexcept;

 private:
  static constexpr std::size_t kMostPcs = 4 << 20;

  struct Stack {
    std::uint32_t begin = 0;  // in pcs_
    std::uint32_t count = 0;
    std::uint64_t number = 0;
    std::uint64_t generation = 0;
    bool exact = false;  // an address, not a return address
  };

  struct Text {
    std::uint64_t number = 0;
    std::uint64_t generation = 0;
  };

  /// What one address means, innermost first: pieces of named_.
  struct Named {
    std::uint32_t begin = 0;
    std::uint32_t count = 0;
  };

  struct NamedFrame {
    std::uint64_t pc;
    std::string function, file;
    std::uint64_t line;
  };

  static char GoStringsByte() noexcept;
  static char GoStacksByte() noexcept;
  static std::vector<std::string> Take(std::vector<std::string>* pieces, char first);
  static void Append(std::vector<std::string>* pieces, const std::string& definition);
  std::uint64_t DefineStack(Stack& stack);
  Named NamesOf(std::uint64_t pc, bool exact);

  const Symbolizer* symbols_;
  FlatTable<Stack> stacks_;
  std::vector<std::uint64_t> pcs_;
  FlatTable<Named> names_;  // by address
  std::vector<NamedFrame> named_;
  std::unordered_map<std::string, Text> texts_;
  std::vector<std::string> strings_out_, stacks_out_;
  std::uint64_t generation_ = 1;
  std::uint64_t next_string_ = 1, next_stack_ = 1;
  std::uint64_t inlined_frames_ = 0;
};

}  // namespace golab::rt
