#include "lab/recording/recording_script.h"

namespace golab::lab {

using rt::EventType;

RecordingScript& RecordingScript::Emit(EventType type, std::uint32_t g, std::uint64_t arg,
                                       std::uint8_t reason, std::uint64_t stack) {
  rt::Record record;
  record.time = time_;
  record.g = g;
  record.type = static_cast<std::uint8_t>(type);
  record.reason = reason;
  record.arg = arg;
  record.stack = stack;
  recording_.records.push_back(record);
  return *this;
}

RecordingScript& RecordingScript::Main() {
  return Go(0, 1).Run(1).Emit(EventType::kMainStart, 1);
}

RecordingScript& RecordingScript::Go(std::uint32_t creator, std::uint32_t g, std::uint64_t stack) {
  return Emit(EventType::kCreate, creator, g, 0, stack);
}

RecordingScript& RecordingScript::Run(std::uint32_t g) {
  const bool first = started_.insert(g).second;
  return Emit(first ? EventType::kStart : EventType::kRun, g);
}

RecordingScript& RecordingScript::Block(std::uint32_t g, rt::WaitReason reason,
                                        std::uint64_t object, std::uint64_t stack) {
  return Emit(EventType::kBlock, g, object, static_cast<std::uint8_t>(reason), stack);
}

RecordingScript& RecordingScript::BlockUntil(std::uint32_t g, rt::WaitReason reason,
                                             std::uint64_t until, std::uint64_t object,
                                             std::uint64_t stack) {
  return Emit(EventType::kBlockUntil, g, until).Block(g, reason, object, stack);
}

RecordingScript& RecordingScript::Sleep(std::uint32_t g, std::uint64_t ns, std::uint64_t stack) {
  return BlockUntil(g, rt::WaitReason::kSleep, time_ + ns, 0, stack);
}

RecordingScript& RecordingScript::Unblock(std::uint32_t by, std::uint32_t g) {
  return Emit(EventType::kUnblock, by, g);
}

RecordingScript& RecordingScript::Wake(std::uint32_t g) {
  return Unblock(0, g).Run(g);
}

RecordingScript& RecordingScript::Yield(std::uint32_t g, std::uint64_t stack) {
  return Emit(EventType::kYield, g, 0, 0, stack);
}

RecordingScript& RecordingScript::Preempt(std::uint32_t g, std::uint64_t stack) {
  return Emit(EventType::kPreempt, g, 0, 0, stack);
}

RecordingScript& RecordingScript::End(std::uint32_t g, rt::EndKind kind) {
  return Emit(EventType::kEnd, g, 0, static_cast<std::uint8_t>(kind));
}

RecordingScript& RecordingScript::Clock(std::uint64_t time) {
  time_ = time;
  return Emit(EventType::kClock, 0);
}

RecordingScript& RecordingScript::Print(std::uint32_t g, std::string_view text, int fd) {
  std::string& stream = fd == 1 ? out_ : err_;
  const std::uint64_t begin = stream.size();
  stream += text;
  return Emit(EventType::kOutput, g, begin << 32 | stream.size(), static_cast<std::uint8_t>(fd));
}

RecordingScript& RecordingScript::Pick(std::uint32_t g, std::uint8_t candidates, std::uint8_t index,
                                       std::uint32_t chosen, rt::PickKind kind) {
  return Emit(EventType::kPick, g, ArgOf(rt::PickArg{candidates, index, 0, 0, chosen}),
              static_cast<std::uint8_t>(kind));
}

RecordingScript& RecordingScript::MainReturn() {
  return Emit(EventType::kMainReturn, 1);
}

RecordingScript& RecordingScript::Rest() {
  return Emit(EventType::kRest, 0);
}

RecordingScript& RecordingScript::Exit(rt::ExitKind kind, std::uint64_t status, std::uint32_t g) {
  return Emit(EventType::kExit, g, status, static_cast<std::uint8_t>(kind));
}

std::uint64_t RecordingScript::Stack(std::initializer_list<std::uint64_t> pcs) {
  stack_words_.push_back(next_stack_);
  stack_words_.push_back(pcs.size());
  stack_words_.insert(stack_words_.end(), pcs);
  return next_stack_++;
}

std::uint64_t RecordingScript::Text(std::string_view text) {
  const auto offset = static_cast<std::uint32_t>(recording_.blobs.size());
  recording_.blobs += text;
  return ArgOf(rt::BlobRef{offset, static_cast<std::uint32_t>(text.size())});
}

Recording RecordingScript::Take() const {
  Recording recording = recording_;
  recording.stacks = StackTable(stack_words_);
  return recording;
}

}  // namespace golab::lab
