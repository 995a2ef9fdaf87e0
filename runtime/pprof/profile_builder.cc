#include "runtime/pprof/profile_builder.h"

#include <unistd.h>

#include <climits>

#include "runtime/pprof/gzip_writer.h"
#include "runtime/traceback/loaded_image.h"
#include "runtime/world/world.h"

namespace golab::rt {
namespace {

// Field numbers of profile.proto.
enum ProfileField {
  kSampleType = 1,
  kSample,
  kMapping,
  kLocation,
  kFunction,
  kStringTable,
  kTimeNanos = 9,
  kDurationNanos,
  kPeriodType,
  kPeriod,
  kComment,
  kDefaultSampleType,
};

enum ValueTypeField { kTypeName = 1, kTypeUnit };

enum SampleField { kLocationId = 1, kValue, kLabel };

enum LabelField { kLabelKey = 1, kLabelText };

enum MappingField {
  kMappingId = 1,
  kMemoryStart,
  kMemoryLimit,
  kFileOffset,
  kFilename,
  kBuildId,
  kHasFunctions,
  kHasFilenames,
  kHasLineNumbers,
  kHasInlineFrames,
};

enum LocationField { kLocationIdOf = 1, kLocationMapping, kAddress, kLine };

enum LineField { kLineFunction = 1, kLineNumber };

enum FunctionField { kFunctionId = 1, kName, kSystemName, kFileOf };

struct Image {
  std::string path;
  std::string build_id;
  std::uintptr_t start = 0;
  std::uintptr_t end = 0;
  std::uintptr_t bias = 0;
};

std::string HexBytes(const std::uint8_t* bytes, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += "0123456789abcdef"[bytes[i] >> 4];
    text += "0123456789abcdef"[bytes[i] & 15];
  }
  return text;
}

std::string PathOf(const LoadedImage& image) {
  if (!image.is_executable) return image.path;
  char path[PATH_MAX];
  const ssize_t size = readlink("/proc/self/exe", path, sizeof path);
  return {path, size > 0 ? static_cast<std::size_t>(size) : 0};
}

std::vector<Image> Images() {
  std::vector<Image> images;
  VisitImages(
      [](const LoadedImage& image, void* context) noexcept {
        static_cast<std::vector<Image>*>(context)->push_back(
            {PathOf(image), HexBytes(image.build_id, image.build_id_size), image.text_start,
             image.text_end, image.bias});
        return false;
      },
      &images);
  return images;
}

}  // namespace

ProfileBuilder::ProfileBuilder(NameCache& names, Pacer& pacer) : names_(names), pacer_(pacer) {
  StringId("");  // number 0, which stands for nothing
  profile_.Number(kTimeNanos, WallNow());
  for (const Image& image : Images()) {
    ProtoMessage m;
    m.Number(kMappingId, std::uint64_t{mappings_.size() + 1});
    m.Number(kMemoryStart, std::uint64_t{image.start});
    m.Number(kMemoryLimit, std::uint64_t{image.end});
    m.Number(kFileOffset, std::uint64_t{image.start - image.bias});
    m.Number(kFilename, StringId(image.path));
    m.Number(kBuildId, StringId(image.build_id));
    // All names are in the profile: readers need not look for more.
    for (const int flag : {kHasFunctions, kHasFilenames, kHasLineNumbers, kHasInlineFrames})
      m.Flag(flag, true);
    profile_.Message(kMapping, m);
    mappings_.push_back({image.start, image.end});
  }
}

ProtoMessage ProfileBuilder::ValueTypeMessage(ValueType type) {
  ProtoMessage m;
  m.Number(kTypeName, StringId(type.type));
  m.Number(kTypeUnit, StringId(type.unit));
  return m;
}

void ProfileBuilder::SetPeriod(ValueType type, std::int64_t period) {
  profile_.Message(kPeriodType, ValueTypeMessage(type));
  profile_.Number(kPeriod, period);
}

void ProfileBuilder::AddSampleType(ValueType type) {
  profile_.Message(kSampleType, ValueTypeMessage(type));
}

void ProfileBuilder::SetDefaultSampleType(std::string_view type) {
  profile_.Number(kDefaultSampleType, StringId(type));
}

void ProfileBuilder::SetDuration(std::int64_t ns) {
  profile_.Number(kDurationNanos, ns);
}

void ProfileBuilder::AddComment(std::string_view text) {
  profile_.Packed(kComment, {StringId(text)});
}

void ProfileBuilder::AddSample(const std::uintptr_t* pcs, std::size_t depth,
                               const std::vector<std::uint64_t>& values, const LabelMap* labels) {
  std::vector<std::uint64_t> locations;
  const std::size_t shown = DepthWithoutTrampolines(pcs, depth, names_);
  for (std::size_t i = 0; i < shown; ++i) locations.push_back(LocationId(pcs[i]));
  ProtoMessage sample;
  sample.Packed(kLocationId, locations);
  sample.Packed(kValue, values);
  if (labels != nullptr) {
    for (const auto& [key, value] : labels->list) {
      ProtoMessage label;
      label.Number(kLabelKey, StringId(key));
      label.Number(kLabelText, StringId(value));
      sample.Message(kLabel, label);
    }
  }
  profile_.Message(kSample, sample);
}

Error ProfileBuilder::WriteTo(const io::Writer& to) {
  for (const std::string& text : strings_) profile_.Bytes(kStringTable, text);
  GzipWriter gzip(to, pacer_);
  gzip.Write(profile_.bytes());
  return gzip.Finish();
}

std::uint64_t ProfileBuilder::StringId(std::string_view text) {
  const auto [at, is_new] = string_ids_.try_emplace(std::string(text), strings_.size());
  if (is_new) strings_.emplace_back(text);
  return at->second;
}

std::uint64_t ProfileBuilder::LocationId(std::uintptr_t pc) {
  const auto [at, is_new] = location_ids_.try_emplace(pc, location_ids_.size() + 1);
  if (!is_new) return at->second;
  ProtoMessage location;
  location.Number(kLocationIdOf, at->second);
  location.Number(kLocationMapping, MappingId(pc - 1));
  location.Number(kAddress, std::uint64_t{pc - 1});
  for (const Frame& frame : names_.Of(pc).frames) {
    ProtoMessage line;
    line.Number(kLineFunction, FunctionId(frame));
    line.Number(kLineNumber, std::uint64_t{frame.line});
    location.Message(kLine, line);
  }
  profile_.Message(kLocation, location);
  return at->second;
}

std::uint64_t ProfileBuilder::FunctionId(const Frame& frame) {
  const auto [at, is_new] =
      function_ids_.try_emplace({frame.function, frame.file}, function_ids_.size() + 1);
  if (!is_new) return at->second;
  ProtoMessage function;
  function.Number(kFunctionId, at->second);
  function.Number(kName, StringId(frame.function));
  // Not the name: else pprof takes it for C++ and cuts brackets.
  function.Number(kSystemName, StringId(frame.raw));
  function.Number(kFileOf, StringId(frame.file));
  profile_.Message(kFunction, function);
  return at->second;
}

std::uint64_t ProfileBuilder::MappingId(std::uintptr_t pc) {
  for (std::size_t i = 0; i < mappings_.size(); ++i) {
    if (pc >= mappings_[i].start && pc < mappings_[i].end) return i + 1;
  }
  return 0;
}

}  // namespace golab::rt
