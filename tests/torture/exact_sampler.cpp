#include "exact_variance.hpp"

namespace eigenflow::torture {

// T-17 with an error bound of what is computed. A sampler's step is a factor f(t, t', w, w'). What a program computes
// it from is rounded: the coefficients of the flow at t and t', the weights, which move with what they were trained on
// (weight_size), and t and t' themselves, which enter the step's length and the coefficients. The sum over all of
// |∂f/∂ ln of it| is a bound for the error of f in ε, times the number of roundings of each. It is written by the sizes
// of the terms: R, of the slope r = d ln x/dt, has the sizes of what r is the sum of, with weight_size for |w|, and
// moving t or t' moves (t' − t) r by at most (t + t') R, which is more than |t' − t| R.
//
//     Euler  f = 1 + (t' − t) r                        1 + A,                   A = (t + t') R(t), B = (t + t') R(t')
//     Heun   f = 1 + ½ (t' − t) (r + r' (1 + (t' − t) r))   1 + ½ A |1 + (t' − t) r'| + ½ B (1 + A)
//     DDIM   f = a' x̂0 + s' ẑ                          a' (sizes of x̂0) + s' (sizes of ẑ)
//
// With u of these terms as the error of every f, λ̃ = (initial variance) Π f² is off by less than
// (initial variance) [Π (|f| + u terms)² − Π f²]: to first order 2u Σ terms/|f| of it, and right where f cancels to
// less than u of its terms, or to 0. One more factor, 1 with terms 1, is for the scales before and after.
struct ExactVariance::End {
    ExactLevel at;
    Exact t, w, size;

    Exact slope() const { return at.rate(w) / at.t_slope; }
    Exact slope_terms() const { return at.rate_terms(size) / abs(at.t_slope); }
};

struct ExactVariance::Step {
    Exact factor, terms;
};

ExactVariance::End ExactVariance::end_at(const Exact& t, Time tau) const {
    const ExactLevel at = objective_.at(objective_.coordinate_of(t));
    return {at, t, weight(given(at), tau), weight_size(given(at), tau)};
}

ExactVariance::Step ExactVariance::step(const End& from, const End& to) const {
    if (scenario_.sampling.solver == "ddim") {
        return {to.at.a * from.at.data(from.w) + to.at.s * from.at.noise(from.w),
                to.at.a * from.at.data_terms(from.size) + to.at.s * from.at.noise_terms(from.size)};
    }
    const Exact first = (to.t - from.t) * from.slope();
    const Exact reach = to.t + from.t;
    const Exact first_terms = reach * from.slope_terms();
    if (scenario_.sampling.solver == "euler") return {1 + first, 1 + first_terms};
    const Exact second = (to.t - from.t) * to.slope();
    const Exact second_terms = reach * to.slope_terms();
    return {1 + (first + second * (1 + first)) / 2,
            1 + (first_terms * abs(1 + second) + second_terms * (1 + first_terms)) / 2};
}

ExactVariance::Sampled ExactVariance::sampled(Time tau, const Exact& unit) const {
    const bool ve = scenario_.objective.path == "ve";
    const int last = ve ? scenario_.sampling.steps - 1 : scenario_.sampling.steps;
    const Exact noise = scenario_.noise;
    const Exact data = scenario_.data;
    const Exact rho = scenario_.sampling.rho;
    const auto level = [&](int i) {
        const Exact part = Exact(i) / last;
        if (i == last) return data;
        if (!ve) return Exact(noise + part * (data - noise));
        return Exact(pow(pow(noise, 1 / rho) + part * (pow(data, 1 / rho) - pow(noise, 1 / rho)), rho));
    };
    Exact product = 1;
    Exact beyond = 1 + unit;
    End from = end_at(noise, tau);
    for (int i = 0; i < last; ++i) {
        const End to = end_at(level(i + 1), tau);
        const Step taken = step(from, to);
        product *= taken.factor;
        beyond *= abs(taken.factor) + unit * taken.terms;
        from = to;
    }
    if (scenario_.sampling.to_zero) {
        const Exact remaining = from.at.data(from.w);
        product *= remaining;
        beyond *= abs(remaining) + unit * from.at.data_terms(from.size);
    } else {
        product /= from.at.a;
        beyond /= from.at.a;
    }
    const Exact start = ve ? Exact(noise * noise) : Exact(1);
    return {start * product * product, start * (beyond * beyond - product * product)};
}

}  // namespace eigenflow::torture
