// profile.proto. Unknown fields are passed over, as are mappings, comments and times.

#include <algorithm>
#include <unordered_map>

#include "lab/profile/parts.h"

namespace golab::lab::profile {
namespace {

/// The fields of one message, one after another. Stops at what is damaged.
class Fields {
 public:
  explicit Fields(std::string_view message) : rest_(message) {}

  unsigned field = 0;
  bool is_bytes = false;
  std::uint64_t number = 0;
  std::string_view bytes;

  bool damaged() const { return damaged_; }

  /// Where it is damaged.
  const char* stop() const { return rest_.data(); }

  bool Next() {
    if (rest_.empty() || damaged_) return false;
    bytes = {};
    number = 0;
    std::uint64_t key = 0;
    if (!Varint(&rest_, &key) || key >> 3 == 0 || key >> 3 > 0x1fffffff) return Damaged();
    field = static_cast<unsigned>(key >> 3);
    is_bytes = (key & 7) == 2;
    switch (key & 7) {
      case 0:
        return Varint(&rest_, &number) || Damaged();
      case 1:
        return Take(8);
      case 2: {
        std::uint64_t size = 0;
        return Varint(&rest_, &size) ? Take(size) : Damaged();
      }
      case 5:
        return Take(4);
      default:
        return Damaged();
    }
  }

  /// A repeated number: packed, or one. `take` returns whether to go on.
  template <typename Do>
  void Numbers(const Do& take) {
    if (!is_bytes) {
      take(number);
      return;
    }
    for (std::string_view packed = bytes; !packed.empty();) {
      std::uint64_t value = 0;
      if (!Varint(&packed, &value)) {
        rest_ = packed;
        Damaged();
        return;
      }
      if (!take(value)) return;
    }
  }

 private:
  /// False: it is none, and `from` is as it was.
  static bool Varint(std::string_view* from, std::uint64_t* value) {
    *value = 0;
    for (std::size_t i = 0; i < 10 && i < from->size(); ++i) {
      const auto byte = static_cast<unsigned char>((*from)[i]);
      *value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
      if (byte >= 0x80) continue;
      from->remove_prefix(i + 1);
      return true;
    }
    return false;
  }

  bool Take(std::uint64_t size) {
    if (size > rest_.size()) return Damaged();
    bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

  bool Damaged() {
    damaged_ = true;
    return false;
  }

  std::string_view rest_;
  bool damaged_ = false;
};

constexpr char kDamaged[] = "its protobuf data is damaged";

struct Function {
  std::string_view name, file;
};

/// The frames that an address stands for: inlined ones first, a part of Reader::frames_.
struct Location {
  std::size_t begin = 0, end = 0;
};

/// Reads in two passes, for the order of fields is free: strings, then what refers to them.
class Reader {
 public:
  Reader(std::string_view bytes, Profile* profile) : bytes_(bytes), profile_(*profile) {}

  std::string Read() {
    std::vector<std::string_view> types, samples, locations, functions;
    Fields in(bytes_);
    while (in.Next()) {
      if (!in.is_bytes) continue;
      if (in.field == 1) types.push_back(in.bytes);
      if (in.field == 2) samples.push_back(in.bytes);
      if (in.field == 4) locations.push_back(in.bytes);
      if (in.field == 5) functions.push_back(in.bytes);
      if (in.field == 6) strings_.push_back(in.bytes);
    }
    if (in.damaged()) return At(in.stop(), kDamaged);
    if (strings_.empty() || !strings_.front().empty())
      return "its table of strings does not begin with an empty one";
    for (const auto& type : types) TakeType(type);
    for (const auto& function : functions) TakeFunction(function);
    for (const auto& location : locations) TakeLocation(location);
    if (wrong_.empty() && types.empty()) return "it does not say what it counts";
    for (const auto& sample : samples) TakeSample(sample);
    return wrong_;
  }

 private:
  std::string At(const char* where, const std::string& what) const {
    return "byte " + std::to_string(where - bytes_.data()) + ": " + what;
  }

  /// The first that is wrong is told.
  void Wrong(const char* where, const std::string& what) {
    if (wrong_.empty()) wrong_ = At(where, what);
  }

  void CheckWhole(const Fields& in) {
    if (in.damaged()) Wrong(in.stop(), kDamaged);
  }

  std::string_view Text(std::uint64_t index, std::string_view in) {
    if (index < strings_.size()) return strings_[index];
    Wrong(in.data(), "there is no string " + std::to_string(index));
    return {};
  }

  void TakeType(std::string_view bytes) {
    ProfileType type;
    Fields in(bytes);
    while (in.Next()) {
      if (in.field == 1) type.type = Text(in.number, bytes);
      if (in.field == 2) type.unit = Text(in.number, bytes);
    }
    CheckWhole(in);
    profile_.types.push_back(type);
  }

  void TakeFunction(std::string_view bytes) {
    std::uint64_t id = 0;
    Function f;
    Fields in(bytes);
    while (in.Next()) {
      if (in.field == 1) id = in.number;
      if (in.field == 2) f.name = Text(in.number, bytes);
      if (in.field == 4) f.file = Text(in.number, bytes);
    }
    CheckWhole(in);
    if (id == 0) Wrong(bytes.data(), "a function has no id");
    functions_[id] = f;
  }

  void TakeLine(std::string_view bytes) {
    std::uint64_t function = 0;
    ProfileFrame frame;
    Fields in(bytes);
    while (in.Next()) {
      if (in.field == 1) function = in.number;
      if (in.field == 2) frame.line = static_cast<std::int64_t>(in.number);
    }
    CheckWhole(in);
    const auto f = functions_.find(function);
    if (f == functions_.end()) {
      Wrong(bytes.data(), "there is no function " + std::to_string(function));
      return;
    }
    frame.function = f->second.name;
    frame.file = f->second.file;
    frames_.push_back(frame);
  }

  void TakeLocation(std::string_view bytes) {
    std::uint64_t id = 0, address = 0;
    Location l{frames_.size(), 0};
    Fields in(bytes);
    while (in.Next()) {
      if (in.field == 1) id = in.number;
      if (in.field == 3) address = in.number;
      if (in.field == 4 && in.is_bytes) TakeLine(in.bytes);
    }
    CheckWhole(in);
    if (id == 0) Wrong(bytes.data(), "a location has no id");
    if (frames_.size() == l.begin) frames_.emplace_back();
    l.end = frames_.size();
    for (std::size_t i = l.begin; i < l.end; ++i) frames_[i].address = address;
    locations_[id] = l;
  }

  void TakeLabel(std::string_view bytes, ProfileStack* stack) {
    std::uint64_t number = 0;
    std::string_view key, text;
    bool is_text = false;
    Fields in(bytes);
    while (in.Next()) {
      if (in.field == 1) key = Text(in.number, bytes);
      if (in.field == 2) text = Text(in.number, bytes);
      if (in.field == 2) is_text = in.number != 0;
      if (in.field == 3) number = in.number;
    }
    CheckWhole(in);
    if (!is_text && number != 0)
      text = Keep(std::to_string(static_cast<std::int64_t>(number)), &profile_);
    stack->labels.emplace_back(key, text);
  }

  void TakeFrames(std::uint64_t id, std::string_view sample, ProfileStack* stack) {
    const auto at = locations_.find(id);
    if (at == locations_.end()) {
      Wrong(sample.data(), "there is no location " + std::to_string(id));
      return;
    }
    const Location& l = at->second;
    frames_taken_ += l.end - l.begin;
    if (frames_taken_ > kMostProfileFrames) {
      Wrong(sample.data(), kTooManyFrames);
      return;
    }
    stack->frames.insert(stack->frames.end(),
                         frames_.begin() + static_cast<std::ptrdiff_t>(l.begin),
                         frames_.begin() + static_cast<std::ptrdiff_t>(l.end));
  }

  void TakeSample(std::string_view bytes) {
    if (!wrong_.empty()) return;
    ProfileStack stack;
    Fields in(bytes);
    while (wrong_.empty() && in.Next()) {
      if (in.field == 1) {
        in.Numbers([&](std::uint64_t id) {
          TakeFrames(id, bytes, &stack);
          return wrong_.empty();
        });
      } else if (in.field == 2) {
        in.Numbers([&](std::uint64_t value) {
          stack.values.push_back(static_cast<std::int64_t>(value));
          return stack.values.size() <= profile_.types.size();
        });
      } else if (in.field == 3 && in.is_bytes) {
        TakeLabel(in.bytes, &stack);
      }
    }
    CheckWhole(in);
    if (stack.values.size() != profile_.types.size())
      Wrong(bytes.data(), "a stack has not one value of each of its " +
                              std::to_string(profile_.types.size()) + " types");
    std::sort(stack.labels.begin(), stack.labels.end());
    profile_.stacks.push_back(std::move(stack));
  }

  std::string_view bytes_;
  Profile& profile_;
  std::string wrong_;
  std::vector<std::string_view> strings_;
  std::unordered_map<std::uint64_t, Function> functions_;
  std::unordered_map<std::uint64_t, Location> locations_;
  std::vector<ProfileFrame> frames_;
  std::size_t frames_taken_ = 0;
};

}  // namespace

std::string ReadProto(std::string_view bytes, Profile* profile) {
  profile->form = ProfileForm::kProto;
  return Reader(bytes, profile).Read();
}

}  // namespace golab::lab::profile
