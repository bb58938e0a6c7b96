#include "shared_work.hpp"

namespace eigenflow::dynamics {

void SharedWork::join(const std::function<std::size_t()>& begin, const std::function<std::size_t(std::size_t)>& part) {
    std::unique_lock lock(mutex_);
    if (!begun_) {  // the others wait for the lock
        begun_ = true;
        try {
            parts_ = begin();
        } catch (...) {
            failure_ = std::current_exception();
        }
    }
    while (next_ < parts_ && !failure_) {
        const std::size_t mine = next_++;
        ++running_;
        lock.unlock();
        std::size_t done = 0;
        std::exception_ptr failure;
        try {
            done = part(mine);
        } catch (...) {
            failure = std::current_exception();
        }
        lock.lock();
        --running_;
        total_ += done;
        if (failure) failure_ = failure;
    }
    changed_.notify_all();
    changed_.wait(lock, [&] { return running_ == 0 && (next_ == parts_ || failure_); });
    if (failure_) std::rethrow_exception(failure_);
}

}  // namespace eigenflow::dynamics
