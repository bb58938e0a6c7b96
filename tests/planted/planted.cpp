// What sanitizers and valgrind must report, one error a word: planted WORD.
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

namespace {

int shared_number = 0;

void race() {
    const auto count = [] {
        for (int i = 0; i < 10'000; ++i) ++shared_number;
    };
    std::thread other(count);
    count();
    other.join();
}

// Pointers that the compiler must take as they come: it would see the errors, and leave them out.
int* volatile kept = nullptr;

void read_after_free() {
    kept = new int(1);
    int* const freed = kept;
    delete kept;
    std::printf("%d\n", *freed);
}

void leak() {
    kept = new int(1);
    kept = nullptr;
}

void uninitialised() {
    kept = static_cast<int*>(std::malloc(sizeof(int)));
    if (*kept == 7) std::puts("seven");
    std::free(kept);
}

void overflow() {
    volatile int largest = 2'147'483'647;
    largest = largest + 1;
}

void index_beyond() {
    const std::vector<int> numbers(3);
    std::printf("%d\n", numbers[static_cast<std::size_t>(kept != nullptr) + 3]);
}

void conversion() {
    volatile double large = 1e300;
    std::printf("%d\n", static_cast<int>(large));
}

}  // namespace

int main(int count, char** words) {
    const std::string_view word = count > 1 ? words[1] : "";
    if (word == "race") race();
    if (word == "read") read_after_free();
    if (word == "leak") leak();
    if (word == "uninitialised") uninitialised();
    if (word == "overflow") overflow();
    if (word == "index") index_beyond();
    if (word == "conversion") conversion();
    return 0;
}
