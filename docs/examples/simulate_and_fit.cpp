#include <eigenflow/eigenflow.hpp>
#include <iostream>

int main() {
    eigenflow::scenario::Scenario s;  // one linear layer on the EDM path; every key of reference.toml is a member
    s.data.source = "power-law";
    s.data.exponent = 1.5;
    const auto run = eigenflow::scenario::run(s);
    if (!run) return std::cerr << run.error().message << '\n', 1;
    for (const auto& law : run->power_laws) std::cout << law.exponent << " +- " << law.exponent_se << '\n';
}
