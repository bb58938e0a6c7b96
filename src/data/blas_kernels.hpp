#pragma once

namespace eigenflow::data {

/// For as long as one lives OpenBLAS starts no threads of its own, and has the best kernels it has for this processor.
///
/// No threads of its own: they change the bytes (7e-15 of the largest variance). Not worth a result that depends on the
/// environment. Several threads may call it, up to callers(). Several objects may live at once, on threads of a sweep:
/// the first sets OpenBLAS to one thread, the last sets back what it found.
///
/// Kernels: OpenBLAS 0.3.21 takes a processor newer than itself for the oldest it knows, and runs SSE3 there. Where
/// OPENBLAS_CORETYPE is not set and that has happened, OpenBLAS is started again with the variable set for the moment:
/// dsyevd of d = 3072 takes 2.9 s instead of 4.9. The entry points exist in builds with DYNAMIC_ARCH (Debian's); others
/// know one processor, and are left alone. The choice is made once, on first use, and stays.
///
/// Memory: OpenBLAS maps a buffer for every thread that calls it, and waits forever where there is no room. There are
/// half as many callers then, until they fit; std::bad_alloc where there is no room for one.
class BestBlas {
public:
    explicit BestBlas(unsigned callers = 1);
    ~BestBlas();
    BestBlas(const BestBlas&) = delete;
    BestBlas& operator=(const BestBlas&) = delete;

    unsigned callers() const { return callers_; }

private:
    unsigned callers_;
};

}  // namespace eigenflow::data
