/* LD_PRELOAD: the write that FAIL_AT counts (from 1, over write, pwrite and fsync of regular files) and all after it find
 * no space left. Where COUNT_WRITES names a file, the number of writes is put there at the end. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long writes;

static int refused(int descriptor) {
    struct stat about;
    if (fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode)) return 0;
    const char* at = getenv("FAIL_AT");
    const long now = atomic_fetch_add(&writes, 1) + 1;
    if (!at || now < atol(at)) return 0;
    errno = ENOSPC;
    return 1;
}

ssize_t write(int descriptor, const void* data, size_t size) {
    if (refused(descriptor)) return -1;
    return syscall(SYS_write, descriptor, data, size);
}

ssize_t pwrite(int descriptor, const void* data, size_t size, off_t offset) {
    if (refused(descriptor)) return -1;
    return syscall(SYS_pwrite64, descriptor, data, size, offset);
}

int fsync(int descriptor) {
    if (refused(descriptor)) return -1;
    return (int)syscall(SYS_fsync, descriptor);
}

__attribute__((destructor)) static void tell(void) {
    const char* path = getenv("COUNT_WRITES");
    if (!path) return;
    char text[32];
    const int length = snprintf(text, sizeof text, "%ld\n", atomic_load(&writes));
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (descriptor < 0) return;
    syscall(SYS_write, descriptor, text, length);
    close(descriptor);
}
