#include "lab/page/columns.h"

#include <zlib.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace golab::lab::page {
namespace {

constexpr int kFastLevel = 1, kLevel = 6;
constexpr int kGzipWindow = 15 + 16;  // zlib's largest window; 16 asks for gzip's header
constexpr int kMemory = 8;

class ColumnSet {
 public:
  void Add(Column column, std::uint64_t value) {
    std::string& to = columns_[static_cast<std::size_t>(column)];
    while (value >= 0x80) {
      to += static_cast<char>(value | 0x80);
      value >>= 7;
    }
    to += static_cast<char>(value);
  }

  void AddSigned(Column column, std::uint64_t value) {
    Add(column, value << 1 ^ (value >> 63 != 0 ? ~std::uint64_t{0} : 0));
  }

  std::string Take() {
    ColumnSet head;
    head.Add(Column{}, kColumns);
    for (const std::string& column : columns_) head.Add(Column{}, column.size());
    std::string all(1, static_cast<char>(kColumnsVersion));
    all += head.columns_[0];
    for (const std::string& column : columns_) all += column;
    return all;
  }

 private:
  std::array<std::string, kColumns> columns_;
};

void AddTransitions(const Timeline& t, const Goroutine& g, ColumnSet* set) {
  std::uint64_t time = t.begin_ns, order = 0;
  for (const Transition& one : g.transitions) {
    set->AddSigned(Column::kTime, one.time_ns - time);
    time = one.time_ns;
    set->Add(Column::kState, static_cast<std::uint64_t>(one.state));
    set->Add(Column::kStack, one.stack);
    if (one.state == State::kWaiting) set->Add(Column::kReason, one.reason);
    if (one.state == State::kRunnable) set->Add(Column::kWaker, one.waker);
    if (one.state == State::kRunning) set->Add(Column::kP, one.p);
    if (one.state == State::kMixed) {
      for (const std::uint8_t share : one.shares) set->Add(Column::kShares, share);
    }
    if (t.has_order) set->AddSigned(Column::kOrder, one.order - order);
    order = one.order;
  }
}

}  // namespace

std::string WriteColumns(const Timeline& t) {
  ColumnSet set;
  std::uint64_t id = 0;
  for (const Goroutine& g : t.goroutines) {
    set.AddSigned(Column::kId, g.id - id);
    id = g.id;
    set.Add(Column::kCreator, g.creator);
    set.Add(Column::kFunction, g.function);
    set.Add(Column::kSite, g.site);
    set.Add(Column::kFlags,
            (g.created ? 1U : 0U) | (g.system ? 2U : 0U) | (g.never_ends ? 4U : 0U));
    set.Add(Column::kCount, g.transitions.size());
    AddTransitions(t, g, &set);
  }
  for (const Region& region : t.regions) {
    const std::uint64_t begin = region.begin_ns < t.begin_ns ? t.begin_ns : region.begin_ns;
    set.Add(Column::kRegionGoroutine, region.goroutine);
    set.Add(Column::kRegionBegin, begin - t.begin_ns);
    set.Add(Column::kRegionLength, region.end_ns < begin ? 0 : region.end_ns - begin);
    set.Add(Column::kRegionName, region.name);
  }
  return set.Take();
}

std::string Gzip(std::string_view bytes, bool fast) {
  z_stream stream{};
  if (::deflateInit2(&stream, fast ? kFastLevel : kLevel, Z_DEFLATED, kGzipWindow, kMemory,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
    std::fputs("golab: no memory to pack a page\n", stderr);
    std::abort();
  }
  std::string packed(::deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  ::deflate(&stream, Z_FINISH);  // has room for all of it
  packed.resize(stream.total_out);
  ::deflateEnd(&stream);
  return packed;
}

std::string Base64(std::string_view bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t word = 0;
    const std::size_t size = bytes.size() - i < 3 ? bytes.size() - i : 3;
    for (std::size_t k = 0; k < 3; ++k)
      word = word << 8 | (k < size ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      text += k <= size ? kDigits[word >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

}  // namespace golab::lab::page
