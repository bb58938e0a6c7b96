/* LD_PRELOAD: the write that FAIL_AT counts (from 1, over write, pwrite and fsync of regular files) and all after it find
 * no space left. Where COUNT_WRITES names a file, the number of writes is put there at the end; where TRACE names one,
 * what is synced, removed and renamed, in that order, a line each. */
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

static void trace(const char* what, const char* path) {
    const char* file = getenv("TRACE");
    if (!file) return;
    const int descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (descriptor < 0) return;
    dprintf(descriptor, "%s %s\n", what, path);
    close(descriptor);
}

int fsync(int descriptor) {
    if (refused(descriptor)) return -1;
    char link[32], path[4096] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    if (readlink(link, path, sizeof path - 1) > 0) trace("sync", path);
    return (int)syscall(SYS_fsync, descriptor);
}

int unlink(const char* path) {
    const int done = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (done == 0) trace("remove", path);
    return done;
}

int remove(const char* path) {  // of files only: std::filesystem::remove() calls it
    const int done = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (done == 0) trace("remove", path);
    return done == 0 ? 0 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}

int rename(const char* from, const char* to) {
    const int done = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (done == 0) trace("rename", to);
    return done;
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
