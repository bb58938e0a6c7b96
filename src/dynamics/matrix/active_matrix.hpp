#pragma once

#include <Eigen/Core>

namespace eigenflow::dynamics {

/// Arithmetic spent on matrix products.
struct MultiplyWork {
    double flops = 0.0;  ///< 2 a multiply-add, 1 in single precision, which takes half the time
    double seconds = 0.0;
    MultiplyWork& operator+=(const MultiplyWork& other) {
        flops += other.flops;
        seconds += other.seconds;
        return *this;
    }
};

/// An n × n matrix whose columns beyond the first m hold nothing but their diagonal entry:
///
///     [ B_aa   0       ]
///     [ B_ia   diag(r) ]        block = [B_aa; B_ia] is n × m, rest = r
///
/// Sums and products have the same form. m modes still pass something on to the others; what the learned ones pass on
/// has died away, so that a product costs 2 n m² flops instead of 2 n³. m = n: a full matrix.
struct ActiveMatrix {
    Eigen::MatrixXd block;
    Eigen::ArrayXd rest;

    ActiveMatrix() = default;
    ActiveMatrix(Eigen::Index size, Eigen::Index active) : block(size, active), rest(size - active) {}

    Eigen::Index size() const { return block.rows(); }
    Eigen::Index active() const { return block.cols(); }

    void set_identity();
    void add_to_diagonal(double value);
    /// This one is first · a + second · b (+ third · c), in one pass; it may be one of them.
    void combine(double first, const ActiveMatrix& a, double second, const ActiveMatrix& b);
    void combine(double first, const ActiveMatrix& a, double second, const ActiveMatrix& b, double third,
                 const ActiveMatrix& c);
    void scale(double factor);
    /// Row j times factor_j.
    void scale_rows(const Eigen::ArrayXd& factor);
    Eigen::ArrayXd diagonal() const;
    double trace() const;
    double norm() const;  ///< Frobenius'
};

/// out = a b; out is neither a nor b. Cost: one product n × m × m.
void multiply(const ActiveMatrix& a, const ActiveMatrix& b, ActiveMatrix& out, MultiplyWork& work);

/// out += a b, likewise: a sum that is there already costs no pass of its own.
void multiply_add(const ActiveMatrix& a, const ActiveMatrix& b, ActiveMatrix& out, MultiplyWork& work);

/// out = a b for b with n rows and any columns; out is not b. Cost: one product n × m × columns.
void multiply(const ActiveMatrix& a, const Eigen::MatrixXd& b, Eigen::MatrixXd& out, MultiplyWork& work);

/// out = a b, timed and counted.
void multiply(const Eigen::Ref<const Eigen::MatrixXd>& a, const Eigen::Ref<const Eigen::MatrixXd>& b,
              Eigen::MatrixXd& out, MultiplyWork& work);

/// out = a b in single precision, a n × m and b m × m.
void multiply(const Eigen::Ref<const Eigen::MatrixXf>& a, const Eigen::Ref<const Eigen::MatrixXf>& b,
              Eigen::MatrixXf& out, MultiplyWork& work);

/// out += a b, likewise.
void multiply_add(const Eigen::Ref<const Eigen::MatrixXf>& a, const Eigen::Ref<const Eigen::MatrixXf>& b,
                  Eigen::MatrixXf& out, MultiplyWork& work);

/// out = a b − b a. Cost: two products.
void commutator(const ActiveMatrix& a, const ActiveMatrix& b, ActiveMatrix& out, ActiveMatrix& scratch,
                MultiplyWork& work);

/// out = a b − b a in single precision, columns beyond the m of a and b being 0. Cost: two products of half the time.
void commutator(const Eigen::MatrixXf& a, const Eigen::MatrixXf& b, Eigen::MatrixXf& out, MultiplyWork& work);

}  // namespace eigenflow::dynamics
