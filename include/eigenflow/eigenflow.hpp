#pragma once

// Everything a program needs to simulate and analyse: describe a Scenario, run() it, read the Run.

#include "eigenflow/analysis/distance.hpp"
#include "eigenflow/analysis/emergence.hpp"
#include "eigenflow/analysis/gaussian_smoothing.hpp"
#include "eigenflow/analysis/power_law.hpp"
#include "eigenflow/data/spectrum.hpp"
#include "eigenflow/dynamics/closed_forms.hpp"
#include "eigenflow/dynamics/simulate.hpp"
#include "eigenflow/numerics/ein.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "eigenflow/scenario/load.hpp"
#include "eigenflow/scenario/run.hpp"
#include "eigenflow/scenario/run_files.hpp"
#include "eigenflow/scenario/scenario.hpp"
