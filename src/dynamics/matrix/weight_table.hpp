#pragma once

#include <map>
#include <memory>
#include <vector>

#include "coupled_weights.hpp"

namespace eigenflow::dynamics {

/// Trained layers as functions of the noise level, at some training times: ΔW_x(τ_i) and its residual are polynomials
/// in the path's coordinate x through Chebyshev points, on pieces of the path that are halved until the last
/// coefficients are below `precision`. A panel of the flow then costs no training.
///
/// Pieces are made as they are asked for, from noise to data, and forgotten behind.
class WeightTable {
public:
    /// @param precision  of ΔW times the rate at which it moves ln x, per unit of the coordinate, > 0
    WeightTable(const MatrixProblem& problem, std::shared_ptr<const CoupledWeights> weights, std::vector<double> tau,
                double precision, Threads threads);

    /// Trains what the coordinates from start to end need; what lies before start is forgotten.
    void prepare(double start, double end);
    /// At one coordinate that is prepared: of every time, trained.parameters apart. From any thread.
    void evaluate(double coordinate, std::vector<TrainedMatrix>& out) const;

    /// Empty for a time whose weights exist and are resolved.
    const std::string& failure(std::size_t time) const { return failure_[time]; }
    const TrainingReport& report() const { return report_; }
    /// ∫ loss_excess E|F̂ − F̂*|² dx of every time over the pieces made so far.
    const std::vector<double>& excess() const { return excess_; }

private:
    struct Node {
        model::NoiseTerms at{};
        std::vector<TrainedMatrix> trained;
    };
    struct Piece {
        double start = 0.0;
        double end = 0.0;
        std::vector<std::shared_ptr<const Node>> nodes;  // Chebyshev–Lobatto, from start to end
    };

    double along(double coordinate) const { return direction_ * coordinate; }
    void make_pieces(double start, double end, int depth);
    void train(Piece& piece, std::size_t degree);
    /// Of the good times, those whose polynomials on this piece do not have the precision.
    std::vector<std::size_t> unresolved_times(const Piece& piece) const;
    void interpolate(const Piece& piece, double coordinate, std::vector<TrainedMatrix>& out) const;
    void add_excess(const Piece& piece);
    void fail(std::size_t time, const std::string& reason);

    MatrixProblem problem_;
    std::shared_ptr<const CoupledWeights> weights_;
    std::vector<double> tau_;
    double precision_;
    Threads threads_;
    Eigen::ArrayXd lambda_;
    double direction_ = 1.0;
    double data_ = 0.0;
    std::size_t next_ = 0;   // base piece
    std::size_t count_ = 0;  // of base pieces
    double noise_ = 0.0;
    std::map<double, Piece> pieces_;     // by along(end)
    std::shared_ptr<const Node> joint_;  // where the next piece starts
    std::vector<std::string> failure_;
    std::vector<double> excess_;
    TrainingReport report_;
};

}  // namespace eigenflow::dynamics
