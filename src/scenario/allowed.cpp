#include "allowed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include "eigenflow/core/nearest_name.hpp"

#include "toml_text.hpp"

namespace eigenflow::scenario {

namespace {

// "0 < x < 1", "x >= 0", "1 <= x <= 64"; empty when any finite number will do.
std::string inequality(const Allowed& allowed, const std::string& x) {
    if (const auto* whole = std::get_if<WholeRange>(&allowed)) {
        return fmt::format("{}{} <= {} <= {}", whole->or_zero ? "0, or " : "", whole->low, x, whole->high);
    }
    const auto* real = std::get_if<RealRange>(&allowed);
    if (real == nullptr || std::isinf(real->low)) return "";
    // %g form: a bound reads better as 0 than as 0.0.
    const auto bound = [](double v) {
        return v == std::floor(v) ? std::to_string(static_cast<long>(v)) : toml_text(v);
    };
    if (std::isinf(real->high)) return x + (real->open ? " > " : " >= ") + bound(real->low);
    const std::string sign = real->open ? " < " : " <= ";
    return bound(real->low) + sign + x + sign + bound(real->high);
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::string described(const std::string& what, const std::string& range) {
    return range.empty() ? what : what + ", " + range;
}

bool inside(const Allowed& allowed, double value) {
    if (!std::isfinite(value)) return false;
    const auto* range = std::get_if<RealRange>(&allowed);
    if (range == nullptr) return true;
    return range->open ? range->low < value && value < range->high : range->low <= value && value <= range->high;
}

bool inside(const Allowed& allowed, std::int64_t value) {
    const auto* range = std::get_if<WholeRange>(&allowed);
    return range == nullptr || range->holds(value);
}

bool inside(const Allowed& allowed, int value) { return inside(allowed, std::int64_t{value}); }

// Judges one value, or a list entry by entry.
struct Judge {
    const Key& key;

    std::optional<Breach> operator()(bool) const { return {}; }
    std::optional<Breach> operator()(int value) const { return unless(inside(key.allowed, value)); }
    std::optional<Breach> operator()(double value) const { return unless(inside(key.allowed, value)); }
    std::optional<Breach> operator()(std::uint64_t value) const {
        constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        return unless(value <= largest && inside(key.allowed, static_cast<std::int64_t>(value)));
    }
    std::optional<Breach> operator()(const std::string& value) const {
        if (!is_utf8(value)) return Breach{"must be UTF-8 text", "write it in UTF-8"};
        const auto* choices = std::get_if<Choices>(&key.allowed);
        if (choices == nullptr) return {};
        const std::vector<std::string> names = (*choices)();
        if (std::find(names.begin(), names.end(), value) != names.end()) return {};
        return breach_of_choice(key, value);
    }
    std::optional<Breach> operator()(const std::array<double, 2>& ends) const {
        return unless(inside(key.allowed, ends[0]) && inside(key.allowed, ends[1]) && ends[0] <= ends[1]);
    }
    std::optional<Breach> operator()(const DataMean& mean) const { return (*this)(mean.values); }
    std::optional<Breach> operator()(const InitialWeights& init) const {
        if (init.random) return unless(std::isfinite(init.random->scale) && init.random->scale >= 0.0);
        return init.aligned.empty() ? unless(false) : (*this)(init.aligned);
    }
    template <class T>
    std::optional<Breach> operator()(const std::vector<T>& entries) const {
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (auto breach = (*this)(entries[i])) {
                breach->allowed += ", and entry " + std::to_string(i + 1) + " is " + toml_text(entries[i]);
                return breach;
            }
            if constexpr (std::is_same_v<T, std::string>) {
                if (std::find(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(i), entries[i]) !=
                    entries.begin() + static_cast<std::ptrdiff_t>(i)) {
                    return Breach{breach_of(key).allowed, "remove the second " + entries[i]};
                }
            }
        }
        return unless(!std::is_same_v<T, std::string> || !entries.empty());
    }
    template <class T>
    std::optional<Breach> operator()(const std::optional<T>& value) const {
        return value ? (*this)(*value) : std::nullopt;
    }

    std::optional<Breach> unless(bool good) const {
        return good ? std::nullopt : std::optional<Breach>(breach_of(key));
    }
};

struct KindOf {
    template <class T>
    Kind operator()(Access<T>) const {
        if constexpr (ListOf<T>::value) {
            Kind kind = (*this)(Access<typename ListOf<T>::Entry>{});
            kind.list = true;
            return kind;
        } else if constexpr (std::is_same_v<T, DataMean>) {
            return {true, false, true, false};
        } else if constexpr (std::is_same_v<T, std::array<double, 2>>) {
            return {true, false, true, false};
        } else {
            constexpr bool text = std::is_same_v<T, std::string>;
            constexpr bool whole =
                std::is_same_v<T, int> || std::is_same_v<T, std::uint64_t> || std::is_same_v<T, std::optional<int>>;
            return {false, whole, !text && !std::is_same_v<T, bool>, text};
        }
    }
};

}  // namespace

Kind kind_of(const Key& key) { return std::visit(KindOf{}, key.field); }

std::string allowed_text(const Key& key) {
    const std::string leaf(key.leaf());
    const std::string range = inequality(key.allowed, leaf);
    if (std::holds_alternative<Access<bool>>(key.field)) return "true or false";
    if (std::holds_alternative<Access<std::array<double, 2>>>(key.field)) return "two numbers, 0 < low <= high";
    if (std::holds_alternative<Access<std::optional<int>>>(key.field)) return "\"all\" or a whole number, " + range;
    const Kind kind = kind_of(key);
    if (const auto* choices = std::get_if<Choices>(&key.allowed)) {
        const std::vector<std::string> names = (*choices)();
        if (kind.list) return "a list of one or more of " + joined(names) + ", each once";
        return (names.size() > 1 ? "one of " : "") + joined(names);
    }
    if (kind.text) return "text in quotes";
    if (std::holds_alternative<Access<InitialWeights>>(key.field)) {
        return "a finite number, a list of one per mode, or { kind = \"random\", scale = 0.3, seed = 1 } with scale >= "
               "0";
    }
    if (std::holds_alternative<Access<DataMean>>(key.field)) return "\"measured\" or a list of one number per mode";
    if (kind.list)
        return described(kind.whole ? "a list of whole numbers" : "a list of numbers",
                         inequality(key.allowed, "entry"));
    return described(kind.whole ? "a whole number" : range.empty() ? "a finite number" : "a number", range);
}

Breach breach_of(const Key& key) {
    const std::string usual = default_text(key);
    return {"must be " + allowed_text(key), usual.empty()   ? "choose one of them"
                                            : usual == "[]" ? "correct the list"
                                                            : "the default is " + usual};
}

Breach breach_of_choice(const Key& key, const std::string& value) {
    Breach breach = breach_of(key);
    if (const auto names = nearest(value, std::get<Choices>(key.allowed)()); !names.empty()) {
        breach.remedy = did_you_mean(names);
    }
    return breach;
}

std::optional<Breach> judge(const Key& key, const Scenario& scenario) {
    return std::visit([&](const auto& field) { return Judge{key}(field.read(scenario)); }, key.field);
}

}  // namespace eigenflow::scenario
