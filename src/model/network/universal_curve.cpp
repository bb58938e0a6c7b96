#include "network/universal_curve.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "eigenflow/numerics/exponential.hpp"

namespace eigenflow::model {

/// T(V) = ∫ rate dV, on cells 1/4 wide in which the rate is a polynomial; T is given at one end and summed from there,
/// in long double, so that hundreds of cells leave no trace.
class UniversalCurve::Antiderivative {
public:
    enum class Given { at_low, at_high };
    Antiderivative(double low, double high, Given given, double time, const SmoothFunction& rate) {
        const auto cells = static_cast<std::size_t>(std::ceil((high - low) / width));
        low_ = given == Given::at_low ? low : high - width * static_cast<double>(cells);
        for (std::size_t i = 0; i < cells; ++i) rates_.push_back(polynomial_of(rate, centre(i), 0.5L * width));
        times_.assign(cells + 1, time);
        if (given == Given::at_low) {
            for (std::size_t i = 0; i < cells; ++i) times_[i + 1] = times_[i] + integral(i, 1.0L);
        } else {
            for (std::size_t i = cells; i-- > 0;) times_[i] = times_[i + 1] - integral(i, 1.0L);
        }
    }

    long double operator()(long double state) const {
        const std::size_t i = cell(state);
        return times_[i] + integral(i, (state - centre(i)) / (0.5L * width));
    }
    double rate(double state) const {
        const std::size_t i = cell(state);
        const double s = (state - centre(i)) / (0.5 * width);
        double sum = 0.0;
        for (std::size_t p = polynomial_terms; p-- > 0;) sum = sum * s + static_cast<double>(rates_[i][p]);
        return sum;
    }
    /// The middle of the cell that passes `time`.
    double state_near(long double time) const {
        const auto after = std::upper_bound(times_.begin(), times_.end(), time) - times_.begin();
        return centre(std::clamp<std::size_t>(static_cast<std::size_t>(after), 1, rates_.size()) - 1);
    }

private:
    static constexpr double width = 0.25;
    double centre(std::size_t i) const { return low_ + width * (static_cast<double>(i) + 0.5); }
    std::size_t cell(long double state) const {
        const long double at = (state - low_) / width;
        return at > 0.0L ? std::min(static_cast<std::size_t>(at), rates_.size() - 1) : 0;
    }
    /// From the low end of a cell to s.
    long double integral(std::size_t i, long double s) const {
        long double sum = 0.0L;
        long double at_low = 0.0L;
        for (std::size_t p = polynomial_terms; p-- > 0;) {
            const long double coefficient = rates_[i][p] / static_cast<long double>(p + 1);
            sum = (sum + coefficient) * s;
            at_low = -(at_low + coefficient);
        }
        return 0.5L * width * (sum - at_low);
    }

    double low_ = 0.0;
    std::vector<std::array<long double, polynomial_terms>> rates_;
    std::vector<long double> times_;
};

namespace {

using Lane = UniversalCurve::Lane;

using numerics::logarithms;

/// What the asymptotes of T neglect is below e^−40 = 4e-18 where x or 1 − x is (or, at T → e^(αV)/α, its power α).
constexpr double far = 40.0;

}  // namespace

/// Beyond its ends a leg goes on straight: there it is its asymptote, or the other leg takes over.
UniversalCurve::Leg::Leg(Clock clock, double low, double high, const Antiderivative& time)
    : clock_(clock),
      reading_(low, high, slope(low, time), slope(high, time), [&](long double state) { return shown(time(state)); }),
      state_(reading_(low), reading_(high), 1.0 / slope(low, time), 1.0 / slope(high, time),
             [&](long double reading) { return state_where(reading, time); }) {}

double UniversalCurve::Leg::slope(double state, const Antiderivative& time) const {
    const double unit = clock_ == Clock::linear ? 1.0 : std::abs(static_cast<double>(time(state)));
    return time.rate(state) / unit;
}

/// Newton's iteration on the table is good to the table's rounding; one step more on T itself is good to long double's.
long double UniversalCurve::Leg::state_where(long double reading, const Antiderivative& time) const {
    const long double wanted = clock_ == Clock::linear      ? reading
                               : clock_ == Clock::logarithm ? std::exp(reading)
                                                            : -std::exp(-reading);
    const double unit = clock_ == Clock::linear ? 1.0 : static_cast<double>(std::abs(wanted));
    double state = time.state_near(wanted);
    for (int i = 0; i < 4; ++i) {  // quadratic from 1/8: 4 reach 1e-16
        state += (static_cast<double>(reading) - reading_(state)) * unit / time.rate(state);
    }
    return state + (wanted - time(state)) / time.rate(state);
}

long double UniversalCurve::Leg::shown(long double time) const {
    if (clock_ == Clock::linear) return time;
    return clock_ == Clock::logarithm ? std::log(time) : -std::log(-time);
}

UniversalCurve::Way UniversalCurve::rising_way(double alpha) {
    const double start = -far / alpha;
    const double meeting = -1.5;  // T between −2.6 and −5: early enough for ln(−T), 1.9 from the zero of T
    const Antiderivative time(start, far, Antiderivative::Given::at_high, far,
                              [alpha](long double v) { return std::exp(alpha * std::log1p(std::exp(-v))); });
    return {Leg(Clock::logarithm_of_negative, start, meeting, time), Leg(Clock::linear, meeting, far, time), meeting,
            static_cast<double>(time(meeting))};
}

UniversalCurve::Way UniversalCurve::falling_way(double alpha) {
    const double power = 1.0 + alpha;
    const double meeting = 3.0;  // T between 2.1 and 2.7: late enough for T itself, away from its branch point 0
    const Antiderivative time(-far, far, Antiderivative::Given::at_low, std::exp(-power * far) / power,
                              [power](long double v) { return std::exp(-power * std::log1p(std::exp(-v))); });
    return {Leg(Clock::logarithm, -far, meeting, time), Leg(Clock::linear, meeting, far, time), meeting,
            static_cast<double>(time(meeting))};
}

/// A power of z from end to end: two legs that meet at V = 0.
UniversalCurve::Way UniversalCurve::fading_way(double alpha) {
    const double power = 1.0 + alpha;
    const Antiderivative time(-far, far / alpha, Antiderivative::Given::at_low, std::exp(-power * far) / power,
                              [power](long double v) { return std::exp(power * v) / (1.0L + std::exp(v)); });
    return {Leg(Clock::logarithm, -far, 0.0, time), Leg(Clock::logarithm, 0.0, far / alpha, time), 0.0,
            static_cast<double>(time(0.0L))};
}

UniversalCurve::UniversalCurve(int depth)
    : alpha_(1.0 - 2.0 / depth),
      rising_(rising_way(alpha_)),
      falling_(falling_way(alpha_)),
      fading_(fading_way(alpha_)) {}

UniversalCurve::Start UniversalCurve::start(const Lane& q, const Lane& optimum) const {
    Start start{q, optimum, {}, {}, {}, {}};
    Lane state;
    for (std::size_t i = 0; i < lanes; ++i) {
        start.gap[i] = q[i] - optimum[i];
        start.ways[i] = &way(start.gap[i], optimum[i]);
        state[i] = optimum[i] < 0.0     ? -optimum[i] / q[i]
                   : start.gap[i] > 0.0 ? optimum[i] / start.gap[i]
                                        : q[i] / -start.gap[i];
        start.speed[i] = std::abs(optimum[i]);
    }
    logarithms(state);
    logarithms(start.speed);
    for (double& s : start.speed) s *= 1.0 + alpha_;
    numerics::exponentials(start.speed);
    std::array<Clock, lanes> clock;
    Lane power;
    for (std::size_t i = 0; i < lanes; ++i) {
        const Leg& leg = start.ways[i]->at_state(state[i]);
        clock[i] = leg.clock();
        start.time[i] = leg.reading(state[i]);
        power[i] = clock[i] == Clock::logarithm_of_negative ? -start.time[i] : start.time[i];
    }
    numerics::exponentials(power);
    for (std::size_t i = 0; i < lanes; ++i) {
        if (clock[i] != Clock::linear) start.time[i] = clock[i] == Clock::logarithm ? power[i] : -power[i];
    }
    return start;
}

/// T(V₀) + θ → V, through the clocks' logarithms.
UniversalCurve::Weights UniversalCurve::weights(const Start& start, const Lane& progress) const {
    const auto& [q, optimum, gap, ways, begin, speed] = start;
    Lane time;
    Lane reading;
    for (std::size_t i = 0; i < lanes; ++i) {
        time[i] = begin[i] + speed[i] * progress[i];
        reading[i] = std::abs(time[i]);
    }
    logarithms(reading);
    Lane state;
    for (std::size_t i = 0; i < lanes; ++i) {
        const Leg& leg = ways[i]->at_time(time[i]);
        const bool negative = leg.clock() == Clock::logarithm_of_negative;
        state[i] = leg.state(leg.clock() == Clock::linear ? time[i] : negative ? -reading[i] : reading[i]);
    }
    Lane fading;  // e^−V; rising: e^−|V|, x/(1−x) or its inverse, whichever is below 1
    for (std::size_t i = 0; i < lanes; ++i) fading[i] = ways[i] == &rising_ ? -std::abs(state[i]) : -state[i];
    numerics::exponentials(fading);

    Weights w;
    for (std::size_t i = 0; i < lanes; ++i) {
        if (progress[i] == 0.0 || gap[i] == 0.0) {
            w.value[i] = q[i];
            w.deviation[i] = gap[i];
        } else if (ways[i] == &fading_) {
            w.value[i] = -optimum[i] * fading[i];
            w.deviation[i] = w.value[i] - optimum[i];
        } else if (ways[i] == &falling_) {
            w.deviation[i] = optimum[i] * fading[i];
            w.value[i] = optimum[i] + w.deviation[i];
        } else {
            const double larger = optimum[i] / (1.0 + fading[i]);
            w.value[i] = state[i] < 0.0 ? larger * fading[i] : larger;
            w.deviation[i] = state[i] < 0.0 ? -larger : -larger * fading[i];
        }
    }
    return w;
}

// A curve takes 14 ms and 345 KB, and networks were made several times while one scenario was judged.
std::shared_ptr<const UniversalCurve> universal_curve(int depth) {
    constexpr std::size_t most = 16;  // a sweep over depths doesn't grow it
    static std::mutex lock;
    static std::map<int, std::shared_ptr<const UniversalCurve>> kept;
    const std::scoped_lock alone(lock);
    const auto found = kept.find(depth);
    if (found != kept.end()) return found->second;
    auto curve = std::make_shared<const UniversalCurve>(depth);
    if (kept.size() == most) kept.clear();
    return kept.emplace(depth, std::move(curve)).first->second;
}

}  // namespace eigenflow::model
