#pragma once

namespace eigenflow::data {

/// For as long as it lives OpenBLAS runs one thread, on the best kernels it has for this processor.
///
/// One thread: d = 3072, values only, 2.6 s against 1.5 s on two, but the bytes differ (7e-15 of the largest variance).
/// Not worth a result that depends on the environment.
///
/// Kernels: OpenBLAS 0.3.21 takes a processor newer than itself for the oldest it knows, and runs SSE3 there. Where
/// OPENBLAS_CORETYPE is not set and that has happened, OpenBLAS is started again with the variable set for the moment:
/// dsyevd of d = 3072 takes 2.9 s instead of 4.9. The entry points exist in builds with DYNAMIC_ARCH (Debian's); others
/// know one processor, and are left alone. The choice is made once, on first use, and stays.
///
/// Memory: std::bad_alloc where there is no room for OpenBLAS's buffers, which it would wait for forever.
class BestBlas {
public:
    BestBlas();
    ~BestBlas();
    BestBlas(const BestBlas&) = delete;
    BestBlas& operator=(const BestBlas&) = delete;

private:
    int threads_before_;
};

}  // namespace eigenflow::data
