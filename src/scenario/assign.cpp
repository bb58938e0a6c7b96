#include "assign.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

#include "toml_text.hpp"

namespace eigenflow::scenario {

namespace {

// Stores a value of the right type, and says whether it was one.
struct Store {
    const Key& key;
    const TomlValue& value;

    template <class T>
    const T* content() const {
        return std::get_if<T>(&value.content);
    }

    template <class T>
    bool operator()(T& member) const {  // bool, std::string
        const T* given = content<T>();
        if (given != nullptr) member = *given;
        return given != nullptr;
    }
    bool operator()(double& member) const {
        if (const auto* real = content<double>()) {
            member = *real;
            return true;
        }
        const auto* whole = content<std::int64_t>();
        if (whole != nullptr) member = static_cast<double>(*whole);
        return whole != nullptr;
    }
    bool operator()(int& member) const { return store_whole(member); }
    bool operator()(std::uint64_t& member) const { return store_whole(member); }

    template <class T>
    bool store_whole(T& member) const {
        const auto* whole = content<std::int64_t>();
        const auto& range = std::get<WholeRange>(key.allowed);
        if (whole == nullptr || !range.holds(*whole)) return false;
        member = static_cast<T>(*whole);
        return true;
    }

    template <class T>
    bool operator()(std::vector<T>& member) const {
        const auto* list = content<TomlList>();
        if (list == nullptr) return false;
        std::vector<T> entries(list->size());
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (!Store{key, (*list)[i]}(entries[i])) return false;
        }
        member = std::move(entries);
        return true;
    }
    bool operator()(DataMean& member) const {
        if (const auto* text = content<std::string>()) {
            member = {.measured = *text == "measured"};
            return member.measured;
        }
        DataMean given;
        if (!(*this)(given.values)) return false;
        member = std::move(given);
        return true;
    }
    bool operator()(InitialWeights& member) const {
        InitialWeights given;
        if (const auto* text = content<std::string>()) {
            if (*text != "random") return false;
            given.random.emplace();
        } else if (const auto* table = content<TomlTable>()) {
            if (!store_random(*table, given.random.emplace())) return false;
        } else if (double single = 0.0; (*this)(single)) {
            given.aligned = {single};
        } else if (!(*this)(given.aligned)) {
            return false;
        }
        member = std::move(given);
        return true;
    }
    // { kind = "random", scale = …, seed = … }, each once, in any order.
    bool store_random(const TomlTable& table, RandomWeights& random) const {
        bool is_random = false;
        for (const TomlEntry& entry : table) {
            const auto* kind = std::get_if<std::string>(&entry.value.content);
            const auto* seed = std::get_if<std::int64_t>(&entry.value.content);
            if (entry.key == "kind" && kind != nullptr) {
                is_random = *kind == "random";
            } else if (entry.key == "seed" && seed != nullptr && *seed >= 0) {
                random.seed = static_cast<std::uint64_t>(*seed);
            } else if (entry.key != "scale" || !Store{key, entry.value}(random.scale)) {
                return false;
            }
        }
        return is_random;
    }
    bool operator()(std::array<double, 2>& member) const {
        const auto* list = content<TomlList>();
        std::array<double, 2> ends = {};
        if (list == nullptr || list->size() != 2) return false;
        if (!Store{key, (*list)[0]}(ends[0]) || !Store{key, (*list)[1]}(ends[1])) return false;
        member = ends;
        return true;
    }
    bool operator()(std::optional<int>& member) const {
        if (const auto* text = content<std::string>()) {
            if (*text != "all") return false;
            member.reset();
            return true;
        }
        int count = 0;
        if (!(*this)(count)) return false;
        member = count;
        return true;
    }
    template <class T>
    bool operator()(std::optional<T>& member) const {
        T given{};
        if (!(*this)(given)) return false;
        member = std::move(given);
        return true;
    }
};

// NaN when the text is not a finite number.
double number_in(const std::string& text) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    double number = none;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + (text.starts_with('+') ? 1 : 0), end, number);
    return read.ec == std::errc() && read.ptr == end && std::isfinite(number) ? number : none;
}

// How the author most likely meant it.
std::string remedy_for(const Key& key, const TomlValue& value) {
    const Kind kind = kind_of(key);
    const bool is_list = std::holds_alternative<TomlList>(value.content);
    const auto* text = std::get_if<std::string>(&value.content);
    double number = text != nullptr ? number_in(*text) : std::numeric_limits<double>::quiet_NaN();
    if (const auto* real = std::get_if<double>(&value.content)) number = *real;
    if (kind.whole && !kind.list && std::abs(number) < 1e15 && number == std::floor(number)) {
        return "write " + toml_text(static_cast<std::int64_t>(number));
    }
    if (kind.numeric && !kind.list && text != nullptr && !std::isnan(number)) return "write " + toml_text(number);
    if (kind.list && !is_list && (text != nullptr) == kind.text &&
        !std::holds_alternative<Access<std::array<double, 2>>>(key.field)) {
        return "write [" + shortened(toml_text(value)) + "]";
    }
    if (kind.text && !kind.list && !std::holds_alternative<Choices>(key.allowed) && !is_list) {
        return "put it in quotes";
    }
    return breach_of(key).remedy;
}

}  // namespace

std::optional<Breach> assign(const Key& key, const TomlValue& value, Scenario& scenario) {
    const bool stored = std::visit(
        [&](const auto& field) {
            return Store{key, value}(field.write(scenario));
        },
        key.field);
    if (stored) return {};
    return Breach{breach_of(key).allowed, remedy_for(key, value)};
}

}  // namespace eigenflow::scenario
