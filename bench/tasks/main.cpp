// Our side of compare.sh:  eigenflow_tasks TASK FOLDER THREADS
//
// Prepares, works once untimed where that takes less than half a second, then repeatedly for a second, at least once.
// FOLDER/ours.bin holds the numbers as doubles; stdout gets one line of JSON, the median wall and user seconds.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "tasks/task.hpp"

namespace {

using namespace eigenflow;

double user_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec) + 1e-6 * static_cast<double>(usage.ru_utime.tv_usec);
}

struct Seconds {
    double wall, user;
};

Seconds time_once(const bench::Work& work, std::vector<double>& numbers) {
    const double user = user_seconds();
    const auto start = std::chrono::steady_clock::now();
    numbers = work();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    return {wall.count(), user_seconds() - user};
}

// The first run of a short task warms caches and is not counted; of a long one it is the measurement.
Seconds measure(const bench::Work& work, std::vector<double>& numbers) {
    Seconds first = time_once(work, numbers);
    if (first.wall > 0.5) return first;
    std::vector<double> walls;
    double wall = 0.0;
    double user = 0.0;
    while (wall < 1.0) {
        const Seconds once = time_once(work, numbers);
        walls.push_back(once.wall);
        wall += once.wall;
        user += once.user;
    }
    std::nth_element(walls.begin(), walls.begin() + static_cast<std::ptrdiff_t>(walls.size() / 2), walls.end());
    return {walls[walls.size() / 2], user / static_cast<double>(walls.size())};
}

bench::Work prepare(const std::string& name, const std::filesystem::path& folder, Threads threads) {
    for (const auto tasks : {bench::dynamics_tasks(), bench::data_tasks(), bench::table_tasks()}) {
        for (const bench::Task& task : tasks) {
            if (task.name == name) return task.prepare(folder, threads);
        }
    }
    std::fprintf(stderr, "eigenflow_tasks: no task \"%s\"\n", name.c_str());
    std::exit(2);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "eigenflow_tasks TASK FOLDER THREADS\n");
        return 2;
    }
    const std::filesystem::path folder = argv[2];
    const bench::Work work = prepare(argv[1], folder, Threads(static_cast<unsigned>(std::atoi(argv[3]))));
    std::vector<double> numbers;
    const Seconds seconds = measure(work, numbers);
    std::ofstream out(folder / "ours.bin", std::ios::binary);
    out.write(reinterpret_cast<const char*>(numbers.data()), static_cast<std::streamsize>(8 * numbers.size()));
    std::printf("{\"wall\": %.9g, \"user\": %.9g}\n", seconds.wall, seconds.user);
    return out.good() ? 0 : 1;
}
