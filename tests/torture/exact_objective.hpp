#pragma once

#include "eigenflow/model/objective.hpp"
#include "exact.hpp"

namespace eigenflow::torture {

/// One noise level of an objective (T-1), by the coordinate x = ln(s/a).
struct ExactLevel {
    Exact a, s;
    Exact a_slope, s_slope;  ///< d/dx
    Exact t_slope;           ///< dt/dx
    Exact u, v;
    Exact c_in, c_out, c_skip;
    Exact omega;    ///< ω c_out²
    Exact density;  ///< of training noise levels, dν/dx > 0

    Exact curvature(const Exact& lambda) const { return c_in * c_in * (a * a * lambda + s * s); }
    Exact cross_moment(const Exact& lambda) const {
        return c_in * (a * u * lambda + s * v - c_skip * (a * a * lambda + s * s)) / c_out;
    }
    Exact data(const Exact& w) const { return (v - s * output(w)) / (a * v - s * u); }   ///< x̂0 at x_t = 1
    Exact noise(const Exact& w) const { return (a * output(w) - u) / (a * v - s * u); }  ///< ẑ at x_t = 1
    /// d ln x_t/dx = a' x̂0 + s' ẑ   (T-11)
    Exact rate(const Exact& w) const { return a_slope * data(w) + s_slope * noise(w); }

    /// The sums of the sizes of the terms of these three, where the terms of w have sizes that sum to `size`.
    Exact data_terms(const Exact& size) const {
        return (abs(v - s * c_skip) + s * c_out * c_in * size) / abs(a * v - s * u);
    }
    Exact noise_terms(const Exact& size) const {
        return (abs(u - a * c_skip) + a * c_out * c_in * size) / abs(a * v - s * u);
    }
    Exact rate_terms(const Exact& size) const {
        return abs(a_slope) * data_terms(size) + abs(s_slope) * noise_terms(size);
    }
    /// ω E|F − y|² dν/dx of a mode, F = c_skip x_t + c_out F̂: what the training loss is the integral of.
    Exact loss(const Exact& lambda, const Exact& w) const {
        const Exact of_data = a * output(w) - u;
        const Exact of_noise = s * output(w) - v;
        return omega / (c_out * c_out) * density * (of_data * of_data * lambda + of_noise * of_noise);
    }

private:
    Exact output(const Exact& w) const { return c_skip + c_out * c_in * w; }
};

class ExactObjective {
public:
    /// farthest: of |x|, where a path reaches pure noise or data
    ExactObjective(model::ObjectiveSpec spec, const Exact& farthest) : spec_(std::move(spec)), farthest_(farthest) {}

    ExactLevel at(const Exact& x) const;
    /// ln(s/a) of t
    Exact coordinate(double t) const;
    Exact coordinate_of(const Exact& t) const;
    const model::ObjectiveSpec& spec() const { return spec_; }

private:
    Exact weighting(const ExactLevel& level) const;
    Exact training_density(const ExactLevel& level) const;
    model::ObjectiveSpec spec_;
    Exact farthest_;
};

}  // namespace eigenflow::torture
