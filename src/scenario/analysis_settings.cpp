#include "analysis_settings.hpp"

namespace eigenflow::scenario {

analysis::EmergenceOptions emergence_options(const Emergence& e) {
    analysis::EmergenceOptions options;
    options.thresholds.clear();
    for (const std::string& name : e.thresholds) options.thresholds.push_back(*analysis::criterion_named(name));
    options.target = e.target == "limit" ? analysis::EmergenceTarget::limit : analysis::EmergenceTarget::data;
    options.gray_low = e.gray_zone[0];
    options.gray_high = e.gray_zone[1];
    options.settling_band = e.settling_band;
    options.rule = *analysis::emergence_rule_named(e.rule);
    options.smoothing = e.smoothing;
    return options;
}

analysis::FitOptions fit_options(const Fit& f) {
    return {.estimators = f.estimators, .bootstrap = f.bootstrap, .confidence = f.confidence, .seed = f.seed};
}

}  // namespace eigenflow::scenario
