#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>

namespace eigenflow::dynamics {

/// Work that several threads come to need at the same time, each in the middle of its own: whoever comes takes a part
/// of it, and the next, until none is left, and waits for those that others still have. It is done once; by a thread
/// alone where no other comes.
class SharedWork {
public:
    /// Returns when all parts are done.
    /// @param begin  called once, before any part; returns how many there are
    /// @param part   called once with each number below that, from any thread that joins; returns a count of what it
    /// did An exception of `begin` or of a part is rethrown to all who join, then or later.
    void join(const std::function<std::size_t()>& begin, const std::function<std::size_t(std::size_t)>& part);

    /// The sum of what the parts returned, after join().
    std::size_t total() const { return total_; }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool begun_ = false;
    std::size_t parts_ = 0, next_ = 0, running_ = 0, total_ = 0;
    std::exception_ptr failure_;
};

}  // namespace eigenflow::dynamics
