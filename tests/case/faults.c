/* Preloaded before libc by test_faults.py: the n-th call that changes a file fails, or is the process's last. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FAIL_ONCE, FAIL_FROM_THEN_ON, KILL, KILL_HALFWAY };
static long calls, at = -1;
static int mode;

void faults_arm(long n, int how) { calls = 0; at = n; mode = how; }
long faults_calls(void) { return calls; }

/* Whether this call is not to be made. Pipes and terminals are left alone. */
static int is_due(int fd) {
    struct stat about;
    if (at < 0 || fstat(fd, &about) || !S_ISREG(about.st_mode)) return 0;
    long call = calls++;
    if (call < at || (call > at && mode != FAIL_FROM_THEN_ON)) return 0;
    if (mode == KILL) kill(getpid(), SIGKILL);
    errno = mode == FAIL_ONCE ? EIO : ENOSPC;
    return 1;
}

#define REAL(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))
#define HALFWAY(call) if (mode == KILL_HALFWAY) { call; kill(getpid(), SIGKILL); }

ssize_t write(int fd, const void *data, size_t size) {
    if (is_due(fd)) { HALFWAY(REAL(write)(fd, data, size / 2)) return -1; }
    return REAL(write)(fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t place) {
    if (is_due(fd)) { HALFWAY(REAL(pwrite)(fd, data, size / 2, place)) return -1; }
    return REAL(pwrite)(fd, data, size, place);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t place) {
    if (is_due(fd)) { HALFWAY(REAL(pwrite64)(fd, data, size / 2, place)) return -1; }
    return REAL(pwrite64)(fd, data, size, place);
}
int fsync(int fd) { if (is_due(fd)) { HALFWAY(0) return -1; } return REAL(fsync)(fd); }
int fdatasync(int fd) { if (is_due(fd)) { HALFWAY(0) return -1; } return REAL(fdatasync)(fd); }
int ftruncate(int fd, off_t size) { if (is_due(fd)) { HALFWAY(0) return -1; } return REAL(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { if (is_due(fd)) { HALFWAY(0) return -1; } return REAL(ftruncate64)(fd, size); }
