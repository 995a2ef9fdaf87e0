// rt::Table: fields sorted by name, names as they are. Headers and queries are small and read more
// often than changed, so they are an array; a parser's many fields are sorted once, at the end.

#include <algorithm>
#include <string_view>
#include <vector>

#include "golab/references.h"
#include "golab/url.h"

namespace golab::rt {

struct TableRep {
  std::uint32_t references = 1;  // the last one destroys
  std::vector<TableField> fields;
};

namespace {

std::string_view View(const String& text) {
  return {text.data(), text.size()};
}

auto Place(std::vector<TableField>& fields, std::string_view key) {
  return std::lower_bound(
      fields.begin(), fields.end(), key,
      [](const TableField& field, std::string_view wanted) { return View(field.key) < wanted; });
}

bool IsAt(const std::vector<TableField>& fields, std::vector<TableField>::const_iterator at,
          std::string_view key) {
  return at != fields.end() && View(at->key) == key;
}

Slice<String> Join(const TableField* first, const TableField* last) {
  if (last - first == 1) return first->values;
  std::vector<String> values;
  for (; first != last; ++first)
    values.insert(values.end(), first->values.begin(), first->values.end());
  return {values.data(), values.size()};
}

}  // namespace

Table::Table(const Table& other) noexcept : rep_(other.rep_) {
  // Relaxed: a new reference is made from one that keeps the fields alive.
  if (rep_ != nullptr) __atomic_fetch_add(&rep_->references, 1, __ATOMIC_RELAXED);
}

Table::~Table() {
  if (rep_ != nullptr && DropReference(&rep_->references)) delete rep_;
}

std::size_t Table::Len() const noexcept {
  return rep_ == nullptr ? 0 : rep_->fields.size();
}

const TableField* Table::begin() const noexcept {
  return rep_ == nullptr ? nullptr : rep_->fields.data();
}

const TableField* Table::end() const noexcept {
  return begin() + Len();
}

const TableField* Table::FindField(const char* key, std::size_t size) const noexcept {
  if (rep_ == nullptr) return nullptr;
  const auto at = Place(rep_->fields, {key, size});
  return IsAt(rep_->fields, at, {key, size}) ? &*at : nullptr;
}

bool Table::Has(const String& key) const noexcept {
  return FindField(key.data(), key.size()) != nullptr;
}

Slice<String> Table::operator[](const String& key) const noexcept {
  const TableField* const field = FindField(key.data(), key.size());
  return field == nullptr ? Slice<String>() : field->values;
}

void Table::SetField(const String& key, Slice<String> values) {
  if (rep_ == nullptr) rep_ = new TableRep;
  const auto at = Place(rep_->fields, View(key));
  if (IsAt(rep_->fields, at, View(key))) {
    at->values = std::move(values);
  } else {
    rep_->fields.insert(at, TableField{key, std::move(values)});
  }
}

void Table::AddField(const String& key, const String& value) {
  const Slice<String> before = (*this)[key];
  std::vector<String> values(before.begin(), before.end());
  values.push_back(value);
  SetField(key, Slice<String>(values.data(), values.size()));
}

void Table::RemoveField(const String& key) {
  if (rep_ == nullptr) return;
  const auto at = Place(rep_->fields, View(key));
  if (IsAt(rep_->fields, at, View(key))) rep_->fields.erase(at);
}

Table Table::CopyFields() const {
  Table copy;
  if (rep_ == nullptr) return copy;
  copy.rep_ = new TableRep;
  copy.rep_->fields = rep_->fields;
  return copy;
}

Table Table::OfFields(TableField* fields, std::size_t n) {
  Table table;
  table.rep_ = new TableRep;
  std::stable_sort(fields, fields + n, [](const TableField& a, const TableField& b) {
    return View(a.key) < View(b.key);
  });
  table.rep_->fields.reserve(n);
  for (TableField *first = fields, *const end = fields + n; first != end;) {
    TableField* last = first + 1;
    while (last != end && last->key == first->key) ++last;
    Slice<String> values = Join(first, last);
    table.rep_->fields.push_back({std::move(first->key), std::move(values)});
    first = last;
  }
  return table;
}

}  // namespace golab::rt
