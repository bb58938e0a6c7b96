#include "eigenflow/io/npy.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "eigenflow/core/finite.hpp"
#include "npy_header.hpp"
#include "system_error.hpp"

namespace eigenflow::io {
namespace {

Error refusal(const std::filesystem::path& path, std::string_view message) {
    return {ErrorKind::file, fmt::format("cannot read {}: {}", path.string(), message)};
}

struct Mapping {
    std::shared_ptr<const std::byte> bytes;
    std::size_t size = 0;
};

Result<Mapping> map_file(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return system_error("read", path, errno);
    struct stat status {};
    const int problem = ::fstat(descriptor, &status) == 0 ? 0 : errno;
    const bool regular = problem == 0 && S_ISREG(status.st_mode);
    const auto size = static_cast<std::size_t>(status.st_size);
    void* start = MAP_FAILED;
    if (regular && size > 0) start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    const int unmapped = errno;
    ::close(descriptor);
    if (problem != 0) return system_error("read", path, problem);
    if (!regular) return refusal(path, "it is not a regular file; name an .npy file on disk");
    if (size == 0) return refusal(path, "it is empty; write it again with numpy.save");
    if (start == MAP_FAILED) return system_error("read", path, unmapped);
    const auto unmap = [size](const std::byte* bytes) { ::munmap(const_cast<std::byte*>(bytes), size); };
    return Mapping{{static_cast<const std::byte*>(start), unmap}, size};
}

// a · b in `a`; false when it does not fit.
bool multiply(std::size_t& a, std::size_t b) { return !__builtin_mul_overflow(a, b, &a); }

// Numbers of elements per row and of bytes in all; refuses what no array can be.
Result<void> measure(const NpyHeader& header, std::size_t& columns, std::size_t& bytes) {
    if (header.shape.empty())
        return Error{ErrorKind::file, "it holds a single number without axes; save a list of rows"};
    if (std::count(header.shape.begin(), header.shape.end(), std::size_t{0}) != 0) {
        return Error{ErrorKind::file, "an axis has length 0; save at least one element"};
    }
    columns = 1;
    bool fits = true;
    for (std::size_t axis = 1; axis < header.shape.size(); ++axis) fits = fits && multiply(columns, header.shape[axis]);
    bytes = item_size(header.type);
    fits = fits && multiply(bytes, columns) && multiply(bytes, header.shape[0]);
    if (!fits) return Error{ErrorKind::file, "its header promises 2^64 bytes or more; write it again with numpy.save"};
    return {};
}

// Pages of a mapped file count as the process's own memory until they are dropped. Small files may be read again.
constexpr std::size_t large_file = std::size_t{64} << 20U;
// In Fortran order every read is in pages of the whole file, and so are the reads of other threads: all go once for as
// many rows, and with the last row.
constexpr std::size_t rows_a_drop = 4096;

void drop_pages(const std::byte* begin, const std::byte* end) {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto first = (reinterpret_cast<std::uintptr_t>(begin) + page - 1) / page * page;
    const auto last = reinterpret_cast<std::uintptr_t>(end) / page * page;
    if (first < last) ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

template <class Stored>
Stored load(const std::byte* bytes, bool swapped) {
    using Bits =
        std::conditional_t<sizeof(Stored) == 1, std::uint8_t,
                           std::conditional_t<sizeof(Stored) == 2, std::uint16_t,
                                              std::conditional_t<sizeof(Stored) == 4, std::uint32_t, std::uint64_t>>>;
    Bits bits;
    std::memcpy(&bits, bytes, sizeof bits);  // NPY does not promise alignment
    if (swapped) {
        if constexpr (sizeof(Bits) == 2) bits = __builtin_bswap16(bits);
        if constexpr (sizeof(Bits) == 4) bits = __builtin_bswap32(bits);
        if constexpr (sizeof(Bits) == 8) bits = __builtin_bswap64(bits);
    }
    return std::bit_cast<Stored>(bits);
}

// `count` contiguous elements to every `stride`-th place of `out`.
template <class Stored>
void convert(const std::byte* bytes, bool swapped, std::size_t count, double* out, std::size_t stride) {
    for (std::size_t i = 0; i < count; ++i) {
        out[i * stride] = static_cast<double>(load<Stored>(bytes + i * sizeof(Stored), swapped));
    }
}

auto converter(NpyType type) {
    using Function = void (*)(const std::byte*, bool, std::size_t, double*, std::size_t);
    constexpr Function functions[] = {convert<std::uint8_t>, convert<std::int16_t>, convert<std::int32_t>,
                                      convert<std::int64_t>, convert<float>,        convert<double>};
    return functions[static_cast<std::size_t>(type)];
}

// Where in a row: the axes of images have names.
std::string column_name(const std::vector<std::size_t>& shape, std::size_t column) {
    if (shape.size() == 3) return fmt::format("y {}, x {}", column / shape[2], column % shape[2]);
    if (shape.size() != 4) return fmt::format("column {}", column);
    const std::size_t pixel = column / shape[3];
    return fmt::format("y {}, x {}, channel {}", pixel / shape[2], pixel % shape[2], column % shape[3]);
}

}  // namespace

std::size_t item_size(NpyType type) {
    constexpr std::size_t sizes[] = {1, 2, 4, 8, 4, 8};
    return sizes[static_cast<std::size_t>(type)];
}

Result<NpyFile> NpyFile::open(const std::filesystem::path& path) {
    auto mapping = map_file(path);
    if (!mapping) return mapping.error();
    const std::byte* bytes = mapping->bytes.get();
    auto header = parse_npy_header({reinterpret_cast<const char*>(bytes), mapping->size});
    if (!header) return refusal(path, header.error().message);

    NpyFile file;
    std::size_t promised = 0;
    if (auto measured = measure(*header, file.columns_, promised); !measured) {
        return refusal(path, measured.error().message);
    }
    if (const std::size_t held = mapping->size - header->values_offset; held != promised) {
        return refusal(path, fmt::format("its header promises {} bytes of values, but it holds {}; {}", promised, held,
                                         held < promised ? "it is cut short, copy it again"
                                                         : "save one array a file, with numpy.save"));
    }
    file.path_ = path.string();
    file.shape_ = std::move(header->shape);
    file.type_ = header->type;
    file.swapped_ = header->big_endian != (std::endian::native == std::endian::big);
    file.fortran_order_ = header->fortran_order;
    file.values_ = {mapping->bytes, bytes + header->values_offset};
    return file;
}

Result<void> NpyFile::read_rows(std::size_t first, std::size_t count, std::span<double> out) const {
    if (first > rows() || count > rows() - first || out.size() != count * columns_) {
        return Error{ErrorKind::internal,
                     fmt::format("rows {} + {} into {} places were asked of {}, which has {} x {}; "
                                 "this is a bug, please report it",
                                 first, count, out.size(), path_, rows(), columns_)};
    }
    const auto convert_run = converter(type_);
    const std::size_t size = item_size(type_);
    if (!fortran_order_) {
        convert_run(values_.get() + first * columns_ * size, swapped_, count * columns_, out.data(), 1);
    } else {
        // `index` runs over the axes behind the first, the last one fastest. On disk the first axis is fastest: `run`
        // counts the runs of rows() values that lie before this column's.
        std::vector<std::size_t> index(shape_.size(), 0);
        for (std::size_t column = 0; column < columns_ && count > 0; ++column) {
            std::size_t run = 0;
            for (std::size_t axis = shape_.size(); axis-- > 1;) run = run * shape_[axis] + index[axis];
            convert_run(values_.get() + (run * rows() + first) * size, swapped_, count, out.data() + column, columns_);
            for (std::size_t axis = shape_.size(); axis-- > 1 && ++index[axis] == shape_[axis];) index[axis] = 0;
        }
    }
    drop_read_pages(first, count);
    if (all_finite(out)) return {};
    const auto bad = std::find_if(out.begin(), out.end(), [](double value) { return !std::isfinite(value); });
    const auto place = static_cast<std::size_t>(bad - out.begin());
    return refusal(path_,
                   fmt::format("row {}, {} (counted from 0) is {}, not a finite number; remove or repair such rows",
                               first + place / columns_, column_name(shape_, place % columns_), *bad));
}

void NpyFile::drop_read_pages(std::size_t first, std::size_t count) const {
    const std::size_t row = columns_ * item_size(type_);
    const std::size_t bytes = rows() * row;
    if (bytes <= large_file) return;
    if (!fortran_order_) return drop_pages(values_.get() + first * row, values_.get() + (first + count) * row);
    const std::size_t before = rows_read_->fetch_add(count);
    const bool many = before / rows_a_drop != (before + count) / rows_a_drop;
    if (many || first + count == rows()) drop_pages(values_.get(), values_.get() + bytes);
}

}  // namespace eigenflow::io
