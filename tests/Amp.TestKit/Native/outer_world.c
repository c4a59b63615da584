/*
 * Loaded in front of the C library of a process under test: the wall clock is wrong by AMP_TEST_CLOCK_OFFSET seconds, and the
 * files below AMP_TEST_LAKE behave as the first letter in the file AMP_TEST_LAKE_FAULT says: f, the disk is full; r, the folder
 * refuses every change; t, the store times out; h, it hangs until the letter goes; nothing or no file, it works.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) ({ static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name); real; })

#define MOST_FILES 65536

static time_t clock_offset;
static const char *lake;
static size_t lake_length;
static const char *fault_file;
static volatile unsigned char in_lake[MOST_FILES];

__attribute__((constructor)) static void begin(void)
{
    const char *offset = getenv("AMP_TEST_CLOCK_OFFSET");
    clock_offset = offset ? atol(offset) : 0;
    lake = getenv("AMP_TEST_LAKE");
    lake_length = lake ? strlen(lake) : 0;
    fault_file = getenv("AMP_TEST_LAKE_FAULT");
}

int clock_gettime(clockid_t id, struct timespec *now)
{
    int result = REAL(clock_gettime)(id, now);
    if (result == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        now->tv_sec += clock_offset;
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    int result = REAL(gettimeofday)(now, zone);
    if (result == 0)
        now->tv_sec += clock_offset;
    return result;
}

time_t time(time_t *now)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    if (now)
        *now = t.tv_sec;
    return t.tv_sec;
}

/* A wait until a moment of the wall clock; moments of the monotonic clock are small numbers. */
int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict until)
{
    static int (*real)(pthread_cond_t *restrict, pthread_mutex_t *restrict, const struct timespec *restrict);
    struct timespec then = *until;
    if (!real && !(real = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2")))
        real = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
    if (then.tv_sec > 1000000000)
        then.tv_sec -= clock_offset;
    return real(condition, mutex, &then);
}

static int is_in_lake(const char *path)
{
    return lake && path && strncmp(path, lake, lake_length) == 0;
}

static char fault_letter(void)
{
    char letter = 0;
    int file;
    if (!fault_file || (file = (int)syscall(SYS_openat, AT_FDCWD, fault_file, O_RDONLY | O_CLOEXEC)) < 0)
        return 0;
    if (syscall(SYS_read, file, &letter, 1) != 1)
        letter = 0;
    syscall(SYS_close, file);
    return letter;
}

/* 0, or -1 with errno: what becomes of a change in the lake. */
static int change(int needs_room)
{
    for (;;) {
        switch (fault_letter()) {
        case 'f':
            if (!needs_room)
                return 0;
            errno = ENOSPC;
            return -1;
        case 'r':
            errno = EROFS;
            return -1;
        case 't':
            errno = ETIMEDOUT;
            return -1;
        case 'h':
            nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
            continue;
        default:
            return 0;
        }
    }
}

static int file_fails(int file, int needs_room)
{
    return file >= 0 && file < MOST_FILES && in_lake[file] && change(needs_room) != 0;
}

static int opened(int file, const char *path)
{
    if (file >= 0 && file < MOST_FILES)
        in_lake[file] = (unsigned char)is_in_lake(path);
    return file;
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

#define OPEN_FAILS(path, flags) (((flags) & (O_CREAT | O_WRONLY | O_RDWR)) && is_in_lake(path) && change(0) != 0)

int open(const char *path, int flags, ...)
{
    MODE(flags)
    return OPEN_FAILS(path, flags) ? -1 : opened(REAL(open)(path, flags, mode), path);
}

int open64(const char *path, int flags, ...)
{
    MODE(flags)
    return OPEN_FAILS(path, flags) ? -1 : opened(REAL(open64)(path, flags, mode), path);
}

int openat(int folder, const char *path, int flags, ...)
{
    MODE(flags)
    return OPEN_FAILS(path, flags) ? -1 : opened(REAL(openat)(folder, path, flags, mode), path);
}

int close(int file)
{
    if (file >= 0 && file < MOST_FILES)
        in_lake[file] = 0;
    return REAL(close)(file);
}

ssize_t write(int file, const void *bytes, size_t count) { return file_fails(file, 1) ? -1 : REAL(write)(file, bytes, count); }
ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) { return file_fails(file, 1) ? -1 : REAL(pwrite)(file, bytes, count, at); }
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) { return file_fails(file, 1) ? -1 : REAL(pwrite64)(file, bytes, count, at); }
ssize_t writev(int file, const struct iovec *parts, int count) { return file_fails(file, 1) ? -1 : REAL(writev)(file, parts, count); }
int fsync(int file) { return file_fails(file, 1) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return file_fails(file, 1) ? -1 : REAL(fdatasync)(file); }
int mkdir(const char *path, mode_t mode) { return is_in_lake(path) && change(1) ? -1 : REAL(mkdir)(path, mode); }
int unlink(const char *path) { return is_in_lake(path) && change(0) ? -1 : REAL(unlink)(path); }
int rename(const char *from, const char *to) { return is_in_lake(to) && change(0) ? -1 : REAL(rename)(from, to); }
