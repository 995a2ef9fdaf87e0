#include "lab/history/image_symbols.h"

#include <string_view>
#include <utility>

namespace golab::lab {
namespace {

/// A hostile recording may name any number of addresses.
constexpr std::size_t kMaxCached = 1 << 16;

}  // namespace

ImageSymbols::ImageSymbols(std::vector<LoadedImage> images, std::string directory)
    : images_(images.size()), directory_(std::move(directory)) {
  if (!directory_.empty() && directory_.back() != '/') directory_ += '/';
  for (std::size_t i = 0; i < images.size(); ++i) {
    images_[i].bytes = std::move(images[i].table);
    images_[i].shared = std::move(images[i].shared);
    images_[i].bias = images[i].bias;
    const std::string& bytes = images_[i].shared ? *images_[i].shared : images_[i].bytes;
    // A table that does not open knows nothing, which is what is wanted.
    (void)rt::SymbolTable::Open(bytes.data(), bytes.size(), &images_[i].table);
  }
}

std::vector<Frame> ImageSymbols::Lookup(std::uint64_t pc, bool exact) const {
  const std::uint64_t exact_pc = exact || pc == 0 ? pc : pc - 1;
  const auto known = cache_.find(exact_pc);
  if (known != cache_.end()) return known->second;
  std::vector<Frame> frames = Find(exact_pc);
  for (Frame& frame : frames) frame.pc = pc;
  if (cache_.size() < kMaxCached) cache_.emplace(exact_pc, frames);
  return frames;
}

std::vector<Frame> ImageSymbols::Find(std::uint64_t exact_pc) const {
  for (const Image& image : images_) {
    if (!image.table.IsOpen() || exact_pc < image.bias) continue;
    const std::uint64_t image_pc = exact_pc - image.bias;
    if (image_pc < image.table.text_start() || image_pc >= image.table.text_end()) continue;
    rt::Frame found[rt::kMaxFramesPerPc];
    const std::size_t count = image.table.Lookup(image_pc, found, rt::kMaxFramesPerPc);
    std::vector<Frame> frames;
    for (std::size_t i = 0; i < count; ++i) frames.push_back(Convert(found[i]));
    return frames;
  }
  return {};
}

Frame ImageSymbols::Convert(const rt::Frame& from) const {
  std::string_view file = from.file;
  const bool below = !directory_.empty() && file.starts_with(directory_);
  if (below) file.remove_prefix(directory_.size());
  if (file.starts_with("./")) file.remove_prefix(2);
  Frame frame;
  frame.function = from.function;
  frame.file = std::string(file);
  frame.line = static_cast<int>(from.line);
  frame.column = static_cast<int>(from.column);
  const bool in_submission = directory_.empty() || below || !file.starts_with('/');
  frame.own = from.kind == rt::FrameKind::kStudent && in_submission && !file.empty();
  return frame;
}

}  // namespace golab::lab
