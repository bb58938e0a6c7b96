#include "eigenflow/numerics/exponential.hpp"

#include <cassert>
#include <cstddef>

#include "elementary.hpp"

namespace eigenflow::numerics {

void exponentials(std::span<double> x) {
    for (double& v : x) v = elementary::exponential(v);
}

void relaxations(std::span<double> x, std::span<double> done) {
    assert(x.size() == done.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        done[i] = elementary::complement(x[i]);
        x[i] = elementary::exponential(x[i]);
    }
}

void logarithms(std::span<double> x) {
    for (double& v : x) v = elementary::logarithm(v);
}

}  // namespace eigenflow::numerics
