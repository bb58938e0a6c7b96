#include "exponential_integral.hpp"

#include <boost/math/special_functions/expint.hpp>

double eigenflow::tests::exponential_integral(double x) { return boost::math::expint(1, x); }
