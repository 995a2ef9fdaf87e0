#include "runtime/go_trace/tables.h"

#include <cstdio>

#include "runtime/go_trace/wire.h"

namespace golab::rt {
namespace {

constexpr std::uint64_t kExactBit = std::uint64_t{1} << 63;  // ids of stacks of one exact address
// Inlined frames share an address, and in a trace an address names one frame. Theirs begin here.
constexpr std::uint64_t kInlinedPcs = std::uint64_t{1} << 62;
constexpr std::size_t kMostTexts = 100'000;  // remembered; a program may make up names without end

void Put(std::string* out, std::uint64_t value) {
  char bytes[kMaxUvarint];
  out->append(bytes, static_cast<std::size_t>(PutUvarint(bytes, value) - bytes));
}

}  // namespace

char GoTraceTables::GoStringsByte() noexcept {
  return static_cast<char>(GoEvent::kStrings);
}

char GoTraceTables::GoStacksByte() noexcept {
  return static_cast<char>(GoEvent::kStacks);
}

void GoTraceTables::AddStack(std::uint64_t id, const std::uint64_t* pcs, std::size_t n) {
  if (id == 0 || n == 0 || pcs_.size() + n > kMostPcs) return;
  Stack& stack = stacks_.Insert(id);
  if (stack.count != 0) return;
  stack.begin = static_cast<std::uint32_t>(pcs_.size());
  stack.count = static_cast<std::uint32_t>(n);
  pcs_.insert(pcs_.end(), pcs, pcs + n);
}

std::uint64_t GoTraceTables::AddStart(std::uint64_t pc) {
  if (pc == 0) return 0;
  AddStack(pc | kExactBit, &pc, 1);
  if (Stack* stack = stacks_.Find(pc | kExactBit)) stack->exact = true;
  return pc | kExactBit;
}

std::uint64_t GoTraceTables::StringNumber(std::string_view text) {
  text = text.substr(0, kMaxGoString);
  if (text.empty()) return 0;
  if (texts_.size() >= kMostTexts) texts_.clear();  // defined again: under another number
  Text& known = texts_[std::string(text)];
  if (known.generation == generation_) return known.number;
  known = {next_string_++, generation_};
  std::string definition(1, static_cast<char>(GoEvent::kString));
  Put(&definition, known.number);
  Put(&definition, text.size());
  definition += text;
  Append(&strings_out_, definition);
  return known.number;
}

/// Names of what runs at an address, without golab's inside and the C++ library, as in dumps.
GoTraceTables::Named GoTraceTables::NamesOf(std::uint64_t pc, bool exact) {
  const std::uint64_t at = exact ? pc : pc - 1;
  if (at == 0) return {};
  Named& known = names_.Insert(at);
  if (known.count != 0 || known.begin != 0) return known;
  Frame frames[kMaxFramesPerPc];
  const std::size_t n = symbols_->Lookup(at, frames, kMaxFramesPerPc);
  // Without a symbol table at all, addresses tell more than nothing.
  if (n == 0 && !symbols_->HasNames()) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(at));
    named_.push_back({at, text, "", 0});
    return known = {static_cast<std::uint32_t>(named_.size()), 1};
  }
  Named made{static_cast<std::uint32_t>(named_.size() + 1), 0};  // one more: 0 is not yet known
  for (std::size_t i = 0; i < n; ++i) {
    if (IsHidden(frames[i].kind) || frames[i].function[0] == '\0') continue;
    const std::uint64_t address = made.count == 0 ? at : kInlinedPcs + ++inlined_frames_;
    named_.push_back({address, frames[i].function, frames[i].file, frames[i].line});
    ++made.count;
  }
  known = made;
  return made;
}

std::uint64_t GoTraceTables::DefineStack(Stack& stack) {
  stack.generation = generation_;
  stack.number = 0;
  std::string frames;
  std::size_t count = 0;
  for (std::uint32_t i = 0; i < stack.count; ++i) {
    const Named names = NamesOf(pcs_[stack.begin + i], stack.exact);
    for (std::uint32_t k = 0; k < names.count && count < kMaxGoFrames; ++k, ++count) {
      const NamedFrame& frame = named_[names.begin - 1 + k];
      Put(&frames, frame.pc);
      Put(&frames, StringNumber(frame.function));
      Put(&frames, StringNumber(frame.file));
      Put(&frames, frame.line);
    }
  }
  if (count == 0) return 0;
  stack.number = next_stack_++;
  std::string definition(1, static_cast<char>(GoEvent::kStack));
  Put(&definition, stack.number);
  Put(&definition, count);
  Append(&stacks_out_, definition + frames);
  return stack.number;
}

void GoTraceTables::Append(std::vector<std::string>* pieces, const std::string& definition) {
  if (pieces->empty() || pieces->back().size() + definition.size() + 1 > kMaxGoBatch)
    pieces->emplace_back();
  pieces->back() += definition;
}

std::vector<std::string> GoTraceTables::Take(std::vector<std::string>* pieces, char first) {
  std::vector<std::string> taken;
  taken.swap(*pieces);
  for (std::string& piece : taken) piece.insert(piece.begin(), first);
  return taken;
}

void GoTraceTables::NextGeneration() noexcept {
  ++generation_;
  next_string_ = next_stack_ = 1;
  strings_out_.clear();
  stacks_out_.clear();
}

}  // namespace golab::rt
