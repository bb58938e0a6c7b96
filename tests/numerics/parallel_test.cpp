#include "eigenflow/numerics/parallel.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

using eigenflow::Threads;
using eigenflow::numerics::hardware_threads;
using eigenflow::numerics::parallel_for;

TEST_CASE("parallel_for calls every task exactly once, for any count and any number of threads") {
    for (const unsigned threads : {0U, 1U, 2U, 3U, 8U}) {
        for (const std::size_t count : {0UL, 1UL, 2UL, 7UL, 1000UL}) {
            std::vector<std::atomic<int>> calls(count);
            parallel_for(count, Threads(threads), [&](std::size_t i) { ++calls[i]; });
            for (const auto& c : calls) CHECK(c == 1);
        }
    }
}

TEST_CASE("parallel_for with one thread keeps the order") {
    std::vector<std::size_t> order;
    parallel_for(50, Threads(1), [&](std::size_t i) { order.push_back(i); });
    for (std::size_t i = 0; i < 50; ++i) CHECK(order[i] == i);
}

TEST_CASE("parallel_for rethrows a task's exception after the others have ended") {
    for (const unsigned threads : {1U, 2U, 4U}) {
        std::atomic<int> running{0};
        std::string message;
        try {
            parallel_for(100, Threads(threads), [&](std::size_t i) {
                ++running;
                const bool fails = i == 13;
                --running;
                if (fails) throw std::runtime_error("task 13");
            });
        } catch (const std::runtime_error& e) {
            message = e.what();
            CHECK(running == 0);
        }
        CHECK(message == "task 13");
    }
}

TEST_CASE("parallel_for: every task but the failing one is done when all have started") {
    std::atomic<int> done{0};
    CHECK_THROWS_AS(parallel_for(4, Threads(4),
                                 [&](std::size_t i) {
                                     if (i == 3) throw std::runtime_error("last");
                                     ++done;
                                 }),
                    std::runtime_error);
    CHECK(done == 3);
}

TEST_CASE("there is at least one hardware thread") { CHECK(hardware_threads().value >= 1); }
