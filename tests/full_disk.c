/* Loaded before libc by tests/test_interrupted.py: from the FULL_AT-th time on that something is written below FULL_BELOW, the
   disk is full. With FULL_COUNT, the number of such writes is left in that file at the end. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long writes;

static int full(const char *path) {
    const char *below = getenv("FULL_BELOW"), *at = getenv("FULL_AT");
    if (!below || strncmp(path, below, strlen(below)) != 0) return 0;
    writes++;
    if (!at || writes < atol(at)) return 0;
    errno = ENOSPC;
    return 1;
}

static int full_file(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return full(path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *data, size_t size) { return full_file(file) ? -1 : REAL(write)(file, data, size); }
ssize_t pwrite(int file, const void *data, size_t size, off_t at) { return full_file(file) ? -1 : REAL(pwrite)(file, data, size, at); }
ssize_t pwrite64(int file, const void *data, size_t size, off64_t at) { return full_file(file) ? -1 : REAL(pwrite64)(file, data, size, at); }
int ftruncate(int file, off_t size) { return full_file(file) ? -1 : REAL(ftruncate)(file, size); }
int ftruncate64(int file, off64_t size) { return full_file(file) ? -1 : REAL(ftruncate64)(file, size); }
int fsync(int file) { return full_file(file) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return full_file(file) ? -1 : REAL(fdatasync)(file); }
int mkdir(const char *path, mode_t mode) { return full(path) ? -1 : REAL(mkdir)(path, mode); }

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("FULL_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        fprintf(file, "%ld", writes);
        fclose(file);
    }
}
