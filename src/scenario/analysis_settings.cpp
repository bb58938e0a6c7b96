#include "analysis_settings.hpp"

#include "eigenflow/scenario/load.hpp"

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

Result<void> refuse_other_sections(const std::vector<std::string>& overrides, const std::string& what) {
    std::string sentences;
    for (const std::string& text : overrides) {
        if (text.starts_with("emergence.") || text.starts_with("fit.")) continue;
        if (!sentences.empty()) sentences += '\n';
        sentences += "command line: " + text + ": " + what + ": give emergence.key=value or fit.key=value";
    }
    if (sentences.empty()) return {};
    return Error{ErrorKind::usage, sentences};
}

Result<Scenario> default_analysis(const std::vector<std::string>& overrides) {
    return parse_scenario("[data]\nsource = \"list\"\nvariances = [1.0]\n", "defaults", overrides);
}

}  // namespace eigenflow::scenario
