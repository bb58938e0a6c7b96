#include "eigenflow/core/large_zeros.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace eigenflow;

TEST_CASE("large zeros: as many as were asked for, below and above a page of 2 MB") {
    for (const std::size_t size : {0UL, 1UL, 7UL, 262'143UL, 262'144UL, 262'145UL, 1'000'003UL}) {
        std::vector<double> zeros = large_zeros(size);
        CAPTURE(size);
        CHECK(zeros.size() == size);
        CHECK(std::all_of(zeros.begin(), zeros.end(), [](double v) { return v == 0.0; }));
        std::fill(zeros.begin(), zeros.end(), 1.0);  // all of it may be written
    }
}
