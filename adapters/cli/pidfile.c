#include "adapters/cli/pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct pidfile {
    char *path;
    int file;
};

static struct flock lock_whole(void)
{
    return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

static bool pidfile_lock(struct pidfile *pidfile, GError **error)
{
    struct flock lock = lock_whole(), other = lock_whole();

    pidfile->file = open(pidfile->path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (pidfile->file >= 0 && fcntl(pidfile->file, F_SETLK, &lock) == 0)
        return true;
    if (pidfile->file >= 0 && (errno == EACCES || errno == EAGAIN) && fcntl(pidfile->file, F_GETLK, &other) == 0)
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_CONFLICT,
                    "%s is another daemon's (process %d); give each daemon a pid_file of its own", pidfile->path,
                    (int)other.l_pid);
    else
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_UNAVAILABLE, "cannot write %s: %s", pidfile->path,
                    g_strerror(errno));
    return false;
}

struct pidfile *pidfile_take(const char *path, GError **error)
{
    struct pidfile *pidfile = g_new0(struct pidfile, 1);

    pidfile->path = g_strdup(path);
    pidfile->file = -1;
    if (path[0] != '\0' && !pidfile_lock(pidfile, error)) {
        if (pidfile->file >= 0)
            close(pidfile->file);
        g_free(pidfile->path);
        g_free(pidfile);
        return NULL;
    }
    pidfile_tell(pidfile, 0, 0, NULL, "");
    return pidfile;
}

void pidfile_tell(struct pidfile *pidfile, unsigned asked, unsigned done, const GError *error, const char *told)
{
    g_autofree char *text = g_strdup_printf("%d\n%u %u\n%s\n%s\n", (int)getpid(), asked, done,
                                            error == NULL ? "ok" : "failed", error == NULL ? told : error->message);
    size_t size = strlen(text);

    if (pidfile->file < 0)
        return;
    if (pwrite(pidfile->file, text, size, 0) != (ssize_t)size || ftruncate(pidfile->file, (off_t)size) != 0)
        g_warning("cannot write %s: %s", pidfile->path, g_strerror(errno));
}

void pidfile_free(struct pidfile *pidfile)
{
    if (pidfile == NULL)
        return;
    if (pidfile->file >= 0) {
        unlink(pidfile->path);
        close(pidfile->file);
    }
    g_free(pidfile->path);
    g_free(pidfile);
}

static bool told_parse(const char *text, struct pidfile_told *told)
{
    char verdict[8];
    int pid, end = 0;

    if (sscanf(text, "%d\n%u %u\n%7s%n", &pid, &told->asked, &told->done, verdict, &end) != 4)
        return false;
    told->ok = strcmp(verdict, "ok") == 0;
    told->text = g_strdup(text[end] == '\n' ? text + end + 1 : "");
    g_strchomp(told->text);
    return true;
}

bool pidfile_read(const char *path, struct pidfile_told *told, GError **error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    g_autofree char *text = NULL;
    bool held = file >= 0 && fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;

    *told = (struct pidfile_told){.pid = held ? lock.l_pid : 0};
    if (held && g_file_get_contents(path, &text, NULL, NULL))
        held = told_parse(text, told);
    if (file >= 0)
        close(file);
    if (!held)
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_UNAVAILABLE, "no daemon runs with the pid_file %s", path);
    return held;
}
