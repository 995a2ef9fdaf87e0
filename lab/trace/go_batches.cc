#include "lab/trace/go_batches.h"

#include <utility>

#include "runtime/go_trace/wire.h"

namespace golab::lab {
namespace {

auto Bad(std::size_t offset, std::string what) {
  return Failure({.what = std::move(what),
                  .where = "byte " + std::to_string(offset + rt::kGoTraceHeaderSize),
                  .exit_class = ExitClass::kUsage});
}

}  // namespace

bool GoBytes::Byte(std::uint8_t* out) {
  if (at_ >= bytes_.size()) return false;
  *out = static_cast<std::uint8_t>(bytes_[at_++]);
  return true;
}

bool GoBytes::Number(std::uint64_t* out) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < rt::kMaxUvarint; ++i) {
    std::uint8_t byte = 0;
    if (!Byte(&byte)) return false;
    if (i == rt::kMaxUvarint - 1 && byte > 1) return false;  // more than 64 bits
    value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      *out = value;
      return true;
    }
  }
  return false;
}

bool GoBytes::Take(std::uint64_t size, std::string_view* out) {
  if (size > bytes_.size() - at_) return false;
  *out = bytes_.substr(at_, static_cast<std::size_t>(size));
  at_ += static_cast<std::size_t>(size);
  return true;
}

Result<bool> GoBatchReader::ReadBatch(RawBatch* out) {
  if (has_kept_) {
    *out = kept_;
    has_kept_ = false;
    return true;
  }
  const std::size_t begin = in_.at();
  if (in_.AtEnd()) return false;
  std::uint8_t type = 0, experiment = 0;
  if (!in_.Byte(&type)) return false;
  out->experimental = type == static_cast<std::uint8_t>(rt::GoEvent::kExperimentalBatch);
  if (!out->experimental && type != static_cast<std::uint8_t>(rt::GoEvent::kEventBatch))
    return Bad(begin, "a batch was expected, not " + std::to_string(type));
  std::uint64_t size = 0;
  if ((out->experimental && !in_.Byte(&experiment)) || !in_.Number(&out->generation) ||
      !in_.Number(&out->batch.m) || !in_.Number(&out->batch.time) || !in_.Number(&size)) {
    return Bad(begin, "the file ends within a batch");
  }
  if (size > rt::kMaxGoBatch) return Bad(begin, "a batch of " + std::to_string(size) + " bytes");
  out->batch.offset = in_.at();
  if (!in_.Take(size, &out->batch.payload)) return Bad(begin, "the file ends within a batch");
  if (out->generation == 0) return Bad(begin, "a batch of generation 0");
  return true;
}

Result<void> GoBatchReader::AddStrings(const GoBatch& batch, GoGeneration* out) {
  GoBytes in(batch.payload.substr(1));
  while (!in.AtEnd()) {
    std::uint8_t type = 0;
    std::uint64_t id = 0, size = 0;
    std::string_view text;
    if (!in.Byte(&type) || type != static_cast<std::uint8_t>(rt::GoEvent::kString) ||
        !in.Number(&id) || !in.Number(&size) || size > rt::kMaxGoString || !in.Take(size, &text)) {
      return Bad(batch.offset + in.at(), "a malformed string");
    }
    if (id == 0 || !out->strings.emplace(id, text).second)
      return Bad(batch.offset + in.at(), "string " + std::to_string(id) + " is defined twice");
  }
  return {};
}

Result<void> GoBatchReader::AddStacks(const GoBatch& batch) {
  GoBytes in(batch.payload.substr(1));
  while (!in.AtEnd()) {
    std::uint8_t type = 0;
    std::uint64_t id = 0, n = 0;
    if (!in.Byte(&type) || type != static_cast<std::uint8_t>(rt::GoEvent::kStack) ||
        !in.Number(&id) || !in.Number(&n) || n > rt::kMaxGoFrames || id == 0) {
      return Bad(batch.offset + in.at(), "a malformed stack");
    }
    std::vector<RawFrame> frames;
    for (std::uint64_t i = 0; i < n; ++i) {
      RawFrame frame{};
      if (!in.Number(&frame.pc) || !in.Number(&frame.function) || !in.Number(&frame.file) ||
          !in.Number(&frame.line)) {
        return Bad(batch.offset + in.at(), "a malformed stack");
      }
      frames.push_back(frame);
    }
    raw_stacks_.emplace_back(id, std::move(frames));
  }
  return {};
}

/// Strings may come after the stacks that use them. A program counter has the first name that it
/// gets.
Result<void> GoBatchReader::NameStacks(GoGeneration* out) {
  std::unordered_map<std::uint64_t, GoFrame> by_pc;
  const auto text = [out](std::uint64_t id, std::string_view* into) {
    if (id == 0) return true;
    const auto it = out->strings.find(id);
    if (it == out->strings.end()) return false;
    *into = it->second;
    return true;
  };
  for (const auto& [id, raw] : raw_stacks_) {
    std::vector<GoFrame> frames;
    for (const RawFrame& one : raw) {
      GoFrame frame;
      frame.pc = one.pc;
      frame.line = one.line;
      if (!text(one.function, &frame.function) || !text(one.file, &frame.file))
        return Bad(in_.at(), "stack " + std::to_string(id) + " has a name that is not defined");
      frames.push_back(by_pc.emplace(one.pc, frame).first->second);
    }
    if (!out->stacks.emplace(id, std::move(frames)).second)
      return Bad(in_.at(), "stack " + std::to_string(id) + " is defined twice");
  }
  raw_stacks_.clear();
  return {};
}

Result<void> GoBatchReader::Add(const GoBatch& batch, GoGeneration* out) {
  if (batch.payload.empty()) return {};
  switch (static_cast<rt::GoEvent>(batch.payload[0])) {
    case rt::GoEvent::kStrings:
      return AddStrings(batch, out);
    case rt::GoEvent::kStacks:
      return AddStacks(batch);
    case rt::GoEvent::kCpuSamples:
      return {};  // what a profile is for
    case rt::GoEvent::kFrequency: {
      GoBytes in(batch.payload.substr(1));
      if (out->frequency != 0) return Bad(batch.offset, "a second frequency in one generation");
      if (!in.Number(&out->frequency) || out->frequency == 0)
        return Bad(batch.offset, "a malformed frequency");
      return {};
    }
    default:
      out->batches.push_back(batch);
      return {};
  }
}

Result<bool> GoBatchReader::Next(GoGeneration* out) {
  *out = {};
  raw_stacks_.clear();
  for (;;) {
    RawBatch raw;
    auto more = ReadBatch(&raw);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    if (out->number == 0) {
      if (last_generation_ != 0 && raw.generation != last_generation_ + 1)
        return Bad(raw.batch.offset, "generation " + std::to_string(raw.generation) + " after " +
                                         std::to_string(last_generation_));
      out->number = raw.generation;
    } else if (raw.generation != out->number) {
      kept_ = raw;
      has_kept_ = true;
      break;
    }
    if (raw.experimental) continue;
    if (auto added = Add(raw.batch, out); !added) return tl::unexpected(added.error());
  }
  if (out->number == 0) return false;
  last_generation_ = out->number;
  if (out->frequency == 0) return Bad(in_.at(), "a generation without a frequency");
  if (auto named = NameStacks(out); !named) return tl::unexpected(named.error());
  return true;
}

}  // namespace golab::lab
