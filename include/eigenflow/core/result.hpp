#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace eigenflow {

/// Who has to act on an error. The command line maps each kind to one exit code.
enum class ErrorKind {
    internal,  ///< a bug in eigenflow                                       exit 1
    usage,     ///< a command line or a scenario that can't be right         exit 2
    file,      ///< a file that can't be read, parsed as data, or written    exit 3
    numerics,  ///< a computation that missed its promise                    exit 4
};

/// One sentence for a person: what is wrong, where, what is allowed, and the remedy.
struct Error {
    ErrorKind kind = ErrorKind::internal;
    std::string message;
};

/// A value, or the reason why there is none.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }

    const T& value() const& {
        assert(*this);
        return *std::get_if<0>(&state_);
    }
    T& value() & {
        assert(*this);
        return *std::get_if<0>(&state_);
    }
    T&& value() && {
        assert(*this);
        return std::move(*std::get_if<0>(&state_));
    }
    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }

    const Error& error() const {
        assert(!*this);
        return *std::get_if<1>(&state_);
    }

private:
    std::variant<T, Error> state_;
};

/// Success, or the reason why not.
template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : state_(std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }

    const Error& error() const {
        assert(!*this);
        return *std::get_if<1>(&state_);
    }

private:
    std::variant<std::monostate, Error> state_;
};

}  // namespace eigenflow
