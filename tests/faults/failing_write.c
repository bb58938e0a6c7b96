/* LD_PRELOAD: the operation that FAIL_AT counts and all after it find no space left. Counted, from 1, is what may need
 * some: open of a file that may be made, write, pwrite and fsync of regular files, fsync of directories, mkdir, rename.
 * Where TRACE names a file, these are put there as they come, and what is removed, a line each. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long operations;

static void trace(const char* what, const char* path) {
    const char* file = getenv("TRACE");
    if (!file) return;
    const int descriptor = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (descriptor < 0) return;
    char line[4200];
    const int length = snprintf(line, sizeof line, "%s %s\n", what, path);
    syscall(SYS_write, descriptor, line, (size_t)length);
    close(descriptor);
}

static int refused(const char* what, const char* path) {
    trace(what, path);
    const char* at = getenv("FAIL_AT");
    const long now = atomic_fetch_add(&operations, 1) + 1;
    if (!at || now < atol(at)) return 0;
    errno = ENOSPC;
    return 1;
}

static int refused_to(int descriptor, const char* what) {
    struct stat about;
    if (fstat(descriptor, &about) != 0) return 0;
    if (!S_ISREG(about.st_mode) && !(S_ISDIR(about.st_mode) && strcmp(what, "sync") == 0)) return 0;
    char link[32], path[4096] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    if (readlink(link, path, sizeof path - 1) < 0) return 0;
    return refused(what, path);
}

ssize_t write(int descriptor, const void* data, size_t size) {
    if (refused_to(descriptor, "write")) return -1;
    return syscall(SYS_write, descriptor, data, size);
}

ssize_t pwrite(int descriptor, const void* data, size_t size, off_t offset) {
    if (refused_to(descriptor, "write")) return -1;
    return syscall(SYS_pwrite64, descriptor, data, size, offset);
}

int fsync(int descriptor) {
    if (refused_to(descriptor, "sync")) return -1;
    return (int)syscall(SYS_fsync, descriptor);
}

static int opened(int directory, const char* path, int flags, va_list more) {
    const int makes = flags & O_CREAT;
    const mode_t mode = makes ? va_arg(more, mode_t) : 0;
    if (makes && refused("open", path)) return -1;
    return (int)syscall(SYS_openat, directory, path, flags, mode);
}

int open(const char* path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const int descriptor = opened(AT_FDCWD, path, flags, more);
    va_end(more);
    return descriptor;
}

int open64(const char* path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const int descriptor = opened(AT_FDCWD, path, flags, more);
    va_end(more);
    return descriptor;
}

int openat(int directory, const char* path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const int descriptor = opened(directory, path, flags, more);
    va_end(more);
    return descriptor;
}

int mkdir(const char* path, mode_t mode) {
    if (refused("mkdir", path)) return -1;
    return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

int rename(const char* from, const char* to) {
    if (refused("rename", to)) return -1;
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
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
