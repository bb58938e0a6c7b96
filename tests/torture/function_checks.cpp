#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/dynamics/closed_forms.hpp"
#include "eigenflow/numerics/ein.hpp"
#include "eigenflow/numerics/random.hpp"
#include "exact_checks.hpp"
#include "exact_closed_forms.hpp"

namespace eigenflow::torture {
namespace {

double log_uniform(numerics::RandomStream& stream, double low, double high) {
    return std::exp(std::log(low) + (std::log(high) - std::log(low)) * stream.uniform());
}

struct Measured {
    std::string name;
    double bound;
};

void compare(const Measured& f, double x, double value, const Exact& exact, Record& record) {
    record.measure({"T-12", "function", f.name, "ulp", f.bound}, ulps(value, exact, static_cast<double>(exact)),
                   [&] { return "x=" + shortest_text(x); });
}

// T-12, T-13 and T-14 for arguments of their own, so that all of the sample meets them.
void check_closed_forms(numerics::RandomStream& stream, Record& record) {
    const double lambda = log_uniform(stream, 1e-12, 1e6);
    const double q = stream.below(4) == 0 ? log_uniform(stream, 1e-12, 1.0) : 2.0 * stream.uniform();
    const double eta_tau = log_uniform(stream, 1e-12, 1e12);
    const dynamics::NoiseRange range{log_uniform(stream, 1.0, 1e4), log_uniform(stream, 1e-5, 1.0)};
    const auto compare_logs = [&](const char* tag, const char* what, double log_variance, const Exact& exact,
                                  double terms) {
        const double off = static_cast<double>(abs(Exact(log_variance) - exact));
        const auto where = [&] {
            return "lambda=" + shortest_text(lambda) + " Q=" + shortest_text(q) + " tau=" + shortest_text(eta_tau) +
                   " noise=" + shortest_text(range.noise) + " data=" + shortest_text(range.data);
        };
        record.measure({tag, "function", what, "epsilon (1 + the terms)", 4.0}, off / (epsilon * (1.0 + terms)), where);
        constexpr double any = std::numeric_limits<double>::infinity();
        record.measure({tag, "closed form", "relative error of variance", "", any}, off, where);
    };
    const double span = std::log(range.noise / range.data);
    compare_logs("T-12", "ln of variance: one layer on ve", dynamics::one_layer_log_variance(lambda, q, eta_tau, range),
                 exact_one_layer(lambda, q, eta_tau, range.noise, range.data),
                 2.0 * std::log(range.noise) + 2.0 * (1.0 + std::abs(1.0 - q)) * span);
    compare_logs("T-13", "ln of variance: symmetric two-layer on ve",
                 dynamics::symmetric_two_layer_log_variance(lambda, q, eta_tau, range),
                 exact_symmetric(lambda, q, eta_tau, range.noise, range.data),
                 2.0 * std::log(range.noise) + 4.0 * span);
    compare_logs("T-14", "ln of variance: one layer on flow", dynamics::one_layer_flow_log_variance(lambda, q, eta_tau),
                 exact_one_layer_flow(lambda, q, eta_tau), 2.0 * q + std::abs(std::log(lambda)));
}

}  // namespace

void check_functions(std::uint64_t seed, std::size_t number, Record& record) {
    numerics::RandomStream stream(seed, 4);
    for (std::size_t i = 0; i < number; ++i) {
        const double x = i % 2 == 0 ? log_uniform(stream, 1e-300, 1e300) : log_uniform(stream, 1e-3, 100.0);
        compare({"Ein(x)", 4.0}, x, numerics::ein(x), exact_ein(x), record);

        const double y = x * log_uniform(stream, 1e-10, 1.0);
        const Exact of_x = exact_ein(x), of_y = exact_ein(y);
        const Exact difference = of_x - of_y;
        const double size = 1.0 + std::min(static_cast<double>(of_x), static_cast<double>(of_y)) +
                            std::abs(static_cast<double>(difference));
        const double off = static_cast<double>(abs(Exact(numerics::ein_difference(x, y)) - difference));
        record.measure({"T-12", "function", "Ein(x) - Ein(y)", "epsilon (1 + the smaller + the difference)", 2.0},
                       off / (epsilon * size), [&] { return "x=" + shortest_text(x) + " y=" + shortest_text(y); });

        check_closed_forms(stream, record);
    }
}

}  // namespace eigenflow::torture
