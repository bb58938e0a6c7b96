#include "eigenflow/io/npy.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
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

// Bytes at `offset` until `out` is full or the file ends: how many, or the errno as a negative number.
ssize_t read_at(int descriptor, std::span<std::byte> out, std::size_t offset) {
    std::size_t held = 0;
    while (held < out.size()) {
        const ssize_t more =
            ::pread(descriptor, out.data() + held, out.size() - held, static_cast<off_t>(offset + held));
        if (more < 0 && errno == EINTR) continue;
        if (more < 0) return -errno;
        if (more == 0) break;
        held += static_cast<std::size_t>(more);
    }
    return static_cast<ssize_t>(held);
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

// A regular file that is open, as it was then.
struct NpyFile::Source {
    int descriptor = -1;
    struct stat before {};

    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    ~Source() {
        if (descriptor >= 0) ::close(descriptor);
    }
    std::size_t size() const { return static_cast<std::size_t>(before.st_size); }
    bool has_changed() const {
        struct stat now {};
        return ::fstat(descriptor, &now) != 0 || now.st_size != before.st_size ||
               now.st_mtim.tv_sec != before.st_mtim.tv_sec || now.st_mtim.tv_nsec != before.st_mtim.tv_nsec;
    }
};

Result<NpyFile> NpyFile::open(const std::filesystem::path& path) {
    const auto source = std::make_shared<Source>();
    // Without waiting for a writer, should it be a pipe.
    source->descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (source->descriptor < 0) return system_error("read", path, errno);
    if (::fstat(source->descriptor, &source->before) != 0) return system_error("read", path, errno);
    if (!S_ISREG(source->before.st_mode)) {
        return refusal(path, "it is not a regular file; name an .npy file on disk");
    }
    if (source->size() == 0) return refusal(path, "it is empty; write it again with numpy.save");
    std::string start(std::min(source->size(), longest_npy_header), '\0');
    const ssize_t held = read_at(source->descriptor, std::as_writable_bytes(std::span(start)), 0);
    if (held < 0) return system_error("read", path, static_cast<int>(-held));
    start.resize(static_cast<std::size_t>(held));
    auto header = parse_npy_header(start);
    if (!header) return refusal(path, header.error().message);

    NpyFile file;
    std::size_t promised = 0;
    if (auto measured = measure(*header, file.columns_, promised); !measured) {
        return refusal(path, measured.error().message);
    }
    if (const std::size_t values = source->size() - header->values_offset; values != promised) {
        return refusal(
            path, fmt::format(
                      "its header promises {} bytes of values, but it holds {}; {}", promised, values,
                      values < promised ? "it is cut short, copy it again" : "save one array a file, with numpy.save"));
    }
    file.path_ = path.string();
    file.shape_ = std::move(header->shape);
    file.type_ = header->type;
    file.swapped_ = header->big_endian != (std::endian::native == std::endian::big);
    file.fortran_order_ = header->fortran_order;
    file.values_offset_ = header->values_offset;
    file.source_ = source;
    return file;
}

// `count` values of the file from the one at `first` on, to every `stride`-th place of `out`.
Result<void> NpyFile::read_run(std::size_t first, std::size_t count, double* out, std::size_t stride) const {
    constexpr std::size_t bytes_at_once = std::size_t{1} << 15U;  // they stay in the processor's first cache
    std::array<std::byte, bytes_at_once> buffer;
    const auto convert_values = converter(type_);
    const std::size_t size = item_size(type_);
    for (std::size_t done = 0; done < count;) {
        const std::size_t values = std::min(count - done, bytes_at_once / size);
        const std::span bytes(buffer.data(), values * size);
        const ssize_t held = read_at(source_->descriptor, bytes, values_offset_ + (first + done) * size);
        if (held < 0) return system_error("read", path_, static_cast<int>(-held));
        if (static_cast<std::size_t>(held) < bytes.size()) return changed();
        convert_values(bytes.data(), swapped_, values, out + done * stride, stride);
        done += values;
    }
    return {};
}

Error NpyFile::changed() const {
    return refusal(path_, "it was changed while it was read; try again once it is written, to another name if need be");
}

Result<void> NpyFile::read_rows(std::size_t first, std::size_t count, std::span<double> out) const {
    if (first > rows() || count > rows() - first || out.size() != count * columns_) {
        return Error{ErrorKind::internal,
                     fmt::format("rows {} + {} into {} places were asked of {}, which has {} x {}; "
                                 "this is a bug, please report it",
                                 first, count, out.size(), path_, rows(), columns_)};
    }
    if (!fortran_order_) {
        if (auto read = read_run(first * columns_, count * columns_, out.data(), 1); !read) return read;
    } else {
        // `index` runs over the axes behind the first, the last one fastest. On disk the first axis is fastest: `run`
        // counts the runs of rows() values that lie before this column's.
        std::vector<std::size_t> index(shape_.size(), 0);
        for (std::size_t column = 0; column < columns_ && count > 0; ++column) {
            std::size_t run = 0;
            for (std::size_t axis = shape_.size(); axis-- > 1;) run = run * shape_[axis] + index[axis];
            if (auto read = read_run(run * rows() + first, count, out.data() + column, columns_); !read) return read;
            for (std::size_t axis = shape_.size(); axis-- > 1 && ++index[axis] == shape_[axis];) index[axis] = 0;
        }
    }
    if (source_->has_changed()) return changed();
    if (all_finite(out)) return {};
    const auto bad = std::find_if(out.begin(), out.end(), [](double value) { return !std::isfinite(value); });
    const auto place = static_cast<std::size_t>(bad - out.begin());
    return refusal(path_,
                   fmt::format("row {}, {} (counted from 0) is {}, not a finite number; remove or repair such rows",
                               first + place / columns_, column_name(shape_, place % columns_), *bad));
}

}  // namespace eigenflow::io
