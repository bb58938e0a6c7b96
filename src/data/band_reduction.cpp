#include "band_reduction.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "eigenflow/numerics/parallel.hpp"
// Last: complex.h defines a macro I that breaks other headers.
#include <lapacke.h>
#undef I

extern "C" void cblas_dgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, double alpha,
                            const double* a, int stride_a, const double* b, int stride_b, double beta, double* c,
                            int stride_c);

namespace eigenflow::data {
namespace {

constexpr int by_columns = 102;
enum Form : int { plain = 111, transposed = 112 };

// Rows of a task: narrower ones lose 10 % of the rate of products, wider ones leave a thread without work at the end.
constexpr int task_side = 192;

struct Range {
    int first, last;
};

// From `first` on, with ends on a grid that does not move: then squares on the diagonal are updated as a whole, both
// halves, for as long as they are used.
std::vector<Range> ranges(int first, int d) {
    std::vector<Range> out;
    for (; first < d; first = out.back().last) out.push_back({first, std::min(d, (first / task_side + 1) * task_side)});
    return out;
}

/// Of a panel of band_width columns, the block below the band is Q R, Q = I − V T Vᵀ. With X = A V T and
/// W = X − V (Tᵀ Vᵀ X)/2, the matrix to its right becomes QᵀAQ = A − V Wᵀ − W Vᵀ: LAPACK's dsytrd_sy2sb, in tasks.
class BandReduction {
public:
    BandReduction(Columns& a, Threads threads)
        : a_(a),
          threads_(threads),
          reflectors_(a.d(), 3 * band_width),
          y_(a.d(), band_width),
          t_(square, 0.0),
          next_t_(square, 0.0) {}

    void run() {
        if (rows_below(0) >= 2) factor(0);
        for (int panel = 0; rows_below(panel) >= 2; panel += band_width) {
            std::swap(t_, next_t_);
            take_reflectors(panel);
            find_w(panel + band_width);
            update(panel + band_width);
        }
    }

private:
    static constexpr std::size_t square = std::size_t{band_width} * band_width;

    int rows_below(int panel) const { return a_.d() - panel - band_width; }

    void factor(int panel) {
        std::vector<double> work(square);
        const int rows = rows_below(panel);
        LAPACKE_dgeqrt_work(LAPACK_COL_MAJOR, rows, band_width, std::min(rows, band_width),
                            a_.at(panel + band_width, panel), a_.stride(), next_t_.data(), band_width, work.data());
    }

    // The columns are [V W V]: then [V W] and [W V] are both there, and the update is one product.
    void take_reflectors(int panel) {
        const int top = panel + band_width;
        width_ = std::min(rows_below(panel), band_width);
        for (int c = 0; c < width_; ++c) {
            double* v = reflectors_.at(0, c);
            std::fill(v + top, v + top + c, 0.0);
            v[top + c] = 1.0;
            std::copy(a_.at(top + c + 1, panel + c), a_.at(0, panel + c) + a_.d(), v + top + c + 1);
            std::copy(v + top, v + a_.d(), reflectors_.at(top, 2 * width_ + c));
        }
    }

    void find_w(int top) {
        const std::vector<Range> tasks = ranges(top, a_.d());
        std::vector<double> parts(tasks.size() * square);  // Vᵀ X, a task's rows at a time
        numerics::parallel_for(tasks.size(), threads_,
                               [&](std::size_t i) { find_x(tasks[i], top, &parts[i * square]); });
        for (std::size_t i = 1; i < tasks.size(); ++i) {
            for (std::size_t j = 0; j < square; ++j) parts[j] += parts[i * square + j];
        }
        std::vector<double> s(square);
        cblas_dgemm(by_columns, transposed, plain, width_, width_, width_, 1.0, t_.data(), band_width, parts.data(),
                    band_width, 0.0, s.data(), band_width);
        numerics::parallel_for(tasks.size(), threads_, [&](std::size_t i) {
            const auto [first, last] = tasks[i];
            cblas_dgemm(by_columns, plain, plain, last - first, width_, width_, -0.5, reflectors_.at(first, 0),
                        a_.stride(), s.data(), band_width, 1.0, reflectors_.at(first, width_), a_.stride());
        });
    }

    // X of some rows: the matrix from the left up to the diagonal square, and mirrored from below it.
    void find_x(Range rows, int top, double* part) {
        const auto [first, last] = rows;
        const int count = last - first;
        const int stride = a_.stride();
        double* y = y_.at(first, 0);
        double* x = reflectors_.at(first, width_);
        cblas_dgemm(by_columns, plain, plain, count, width_, last - top, 1.0, a_.at(first, top), stride,
                    reflectors_.at(top, 0), stride, 0.0, y, stride);
        if (last < a_.d()) {
            cblas_dgemm(by_columns, transposed, plain, count, width_, a_.d() - last, 1.0, a_.at(last, first), stride,
                        reflectors_.at(last, 0), stride, 1.0, y, stride);
        }
        cblas_dgemm(by_columns, plain, plain, count, width_, width_, 1.0, y, stride, t_.data(), band_width, 0.0, x,
                    stride);
        cblas_dgemm(by_columns, transposed, plain, width_, width_, count, 1.0, reflectors_.at(first, 0), stride, x,
                    stride, 0.0, part, band_width);
    }

    // The first task is the next panel, which is then factored while others update the rest.
    void update(int top) {
        const int right = top + band_width;
        const std::vector<Range> tasks = ranges(right, a_.d());
        numerics::parallel_for(tasks.size() + 1, threads_, [&](std::size_t i) {
            if (i > 0) return update(tasks[i - 1]);
            update(Range{top, std::min(right, a_.d())});
            if (rows_below(top) >= 2) factor(top);
        });
    }

    void update(Range columns) {
        const auto [first, last] = columns;
        cblas_dgemm(by_columns, plain, transposed, a_.d() - first, last - first, 2 * width_, -1.0,
                    reflectors_.at(first, 0), a_.stride(), reflectors_.at(first, width_), a_.stride(), 1.0,
                    a_.at(first, first), a_.stride());
    }

    Columns& a_;
    Threads threads_;
    Columns reflectors_;
    Columns y_;
    std::vector<double> t_, next_t_;
    int width_ = 0;
};

}  // namespace

void reduce_to_band(Columns& a, Threads threads) { BandReduction(a, threads).run(); }

}  // namespace eigenflow::data
