#include "active_matrix.hpp"

#include <chrono>
#include <cmath>

namespace eigenflow::dynamics {
namespace {

using Clock = std::chrono::steady_clock;

// Reading the clock costs 30 ns, a product of 16 × 16 takes 500.
class Timed {
public:
    Timed(MultiplyWork& work, Eigen::Index rows, Eigen::Index inner, Eigen::Index columns, double each = 2.0)
        : work_(work) {
        work_.flops += each * static_cast<double>(rows) * static_cast<double>(inner) * static_cast<double>(columns);
    }
    ~Timed() { work_.seconds += std::chrono::duration<double>(Clock::now() - start_).count(); }
    Timed(const Timed&) = delete;
    Timed& operator=(const Timed&) = delete;

private:
    MultiplyWork& work_;
    Clock::time_point start_ = Clock::now();
};

}  // namespace

void ActiveMatrix::set_identity() {
    block.setIdentity();
    rest.setOnes();
}

void ActiveMatrix::add_to_diagonal(double value) {
    block.topRows(active()).diagonal().array() += value;
    rest += value;
}

void ActiveMatrix::combine(double first, const ActiveMatrix& a, double second, const ActiveMatrix& b) {
    block = first * a.block + second * b.block;
    rest = first * a.rest + second * b.rest;
}

void ActiveMatrix::combine(double first, const ActiveMatrix& a, double second, const ActiveMatrix& b, double third,
                           const ActiveMatrix& c) {
    block = first * a.block + second * b.block + third * c.block;
    rest = first * a.rest + second * b.rest + third * c.rest;
}

void ActiveMatrix::scale(double factor) {
    block *= factor;
    rest *= factor;
}

void ActiveMatrix::scale_rows(const Eigen::ArrayXd& factor) {
    block.array().colwise() *= factor;
    rest *= factor.tail(rest.size());
}

Eigen::ArrayXd ActiveMatrix::diagonal() const {
    Eigen::ArrayXd all(size());
    all.head(active()) = block.topRows(active()).diagonal().array();
    all.tail(rest.size()) = rest;
    return all;
}

double ActiveMatrix::norm() const { return std::sqrt(block.squaredNorm() + rest.square().sum()); }

double ActiveMatrix::trace() const { return diagonal().sum(); }

void multiply(const ActiveMatrix& a, const ActiveMatrix& b, ActiveMatrix& out, MultiplyWork& work) {
    const Eigen::Index m = a.active();
    {
        const Timed timed(work, a.size(), m, m);
        out.block.noalias() = a.block * b.block.topRows(m);
    }
    const Eigen::Index others = a.rest.size();
    out.block.bottomRows(others).array() += b.block.bottomRows(others).array().colwise() * a.rest;
    out.rest = a.rest * b.rest;
}

void multiply_add(const ActiveMatrix& a, const ActiveMatrix& b, ActiveMatrix& out, MultiplyWork& work) {
    const Eigen::Index m = a.active();
    {
        const Timed timed(work, a.size(), m, m);
        out.block.noalias() += a.block * b.block.topRows(m);
    }
    const Eigen::Index others = a.rest.size();
    out.block.bottomRows(others).array() += b.block.bottomRows(others).array().colwise() * a.rest;
    out.rest += a.rest * b.rest;
}

void multiply(const ActiveMatrix& a, const Eigen::MatrixXd& b, Eigen::MatrixXd& out, MultiplyWork& work) {
    const Eigen::Index m = a.active();
    {
        const Timed timed(work, a.size(), m, b.cols());
        out.noalias() = a.block * b.topRows(m);
    }
    const Eigen::Index others = a.rest.size();
    out.bottomRows(others).array() += b.bottomRows(others).array().colwise() * a.rest;
}

void multiply(const Eigen::Ref<const Eigen::MatrixXd>& a, const Eigen::Ref<const Eigen::MatrixXd>& b,
              Eigen::MatrixXd& out, MultiplyWork& work) {
    const Timed timed(work, a.rows(), a.cols(), b.cols());
    out.noalias() = a * b;
}

void multiply(const Eigen::Ref<const Eigen::MatrixXf>& a, const Eigen::Ref<const Eigen::MatrixXf>& b,
              Eigen::MatrixXf& out, MultiplyWork& work) {
    const Timed timed(work, a.rows(), a.cols(), b.cols(), 1.0);
    out.noalias() = a * b;
}

void multiply_add(const Eigen::Ref<const Eigen::MatrixXf>& a, const Eigen::Ref<const Eigen::MatrixXf>& b,
                  Eigen::MatrixXf& out, MultiplyWork& work) {
    const Timed timed(work, a.rows(), a.cols(), b.cols(), 1.0);
    out.noalias() += a * b;
}

void commutator(const ActiveMatrix& a, const ActiveMatrix& b, ActiveMatrix& out, ActiveMatrix& scratch,
                MultiplyWork& work) {
    multiply(a, b, out, work);
    multiply(b, a, scratch, work);
    out.block -= scratch.block;
    out.rest.setZero();
}

void commutator(const Eigen::MatrixXf& a, const Eigen::MatrixXf& b, Eigen::MatrixXf& out, MultiplyWork& work) {
    const Eigen::Index m = a.cols();
    const Timed timed(work, a.rows(), m, 2 * m, 1.0);
    out.noalias() = a * b.topRows(m);
    out.noalias() -= b * a.topRows(m);
}

}  // namespace eigenflow::dynamics
