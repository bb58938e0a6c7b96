#include "eigenflow/numerics/exponential.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cstddef>

namespace eigenflow::numerics {

void exponentials(std::span<double> x) {
    using Lane = Eigen::Array<double, 8, 1>;
    constexpr std::size_t width = 8;
    std::size_t i = 0;
    for (; i + width <= x.size(); i += width) {
        Eigen::Map<Lane> lane(x.data() + i);
        lane = Lane(lane).exp();
    }
    if (i == x.size()) return;
    Lane rest = Lane::Zero();
    std::copy(x.begin() + static_cast<std::ptrdiff_t>(i), x.end(), rest.data());
    const Lane done = rest.exp();
    std::copy_n(done.data(), x.size() - i, x.begin() + static_cast<std::ptrdiff_t>(i));
}

}  // namespace eigenflow::numerics
