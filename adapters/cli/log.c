#include "adapters/cli/log.h"

#include "engine/chart/value.h"

#include <stdio.h>
#include <string.h>
#include <systemd/sd-journal.h>

struct log_line {
    const char *message, *file, *line;
    const char *domain;
};

static struct config_log log_config;

static int log_priority(GLogLevelFlags level)
{
    if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL))
        return 3;
    if (level & G_LOG_LEVEL_WARNING)
        return 4;
    return level & (G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO) ? 6 : 7;
}

static int log_priority_max(void)
{
    static const int priorities[] = {
        [CONFIG_LOG_ERROR] = 3, [CONFIG_LOG_WARNING] = 4, [CONFIG_LOG_INFO] = 6, [CONFIG_LOG_DEBUG] = 7};

    return priorities[log_config.level];
}

static const char *log_word(int priority)
{
    static const char *const words[] = {"emergency", "alert",  "critical", "error",
                                        "warning",   "notice", "info",     "debug"};

    return words[priority];
}

static struct log_line log_line_of(const GLogField *fields, gsize count)
{
    struct log_line line = {NULL, NULL, NULL, NULL};

    for (gsize i = 0; i < count; i++) {
        if (strcmp(fields[i].key, "MESSAGE") == 0)
            line.message = fields[i].value;
        else if (strcmp(fields[i].key, "CODE_FILE") == 0)
            line.file = fields[i].value;
        else if (strcmp(fields[i].key, "CODE_LINE") == 0)
            line.line = fields[i].value;
        else if (strcmp(fields[i].key, "GLIB_DOMAIN") == 0)
            line.domain = fields[i].value;
    }
    return line;
}

static void log_write_text(int priority, const char *time, const struct log_line *line)
{
    fprintf(stderr, "%s %-7s %s\n", time, log_word(priority), line->message);
}

static void log_write_json(int priority, const char *time, const struct log_line *line)
{
    struct value *v = value_new_map();
    GString *out = g_string_new(NULL);

    value_map_set_text(v, "time", time);
    value_map_set_text(v, "level", log_word(priority));
    value_map_set_text(v, "message", line->message);
    value_map_set_text(v, "file", line->file);
    value_map_set_text(v, "line", line->line);
    value_print(v, out);
    g_string_append_c(out, '\n');
    fputs(out->str, stderr);
    g_string_free(out, TRUE);
    value_unref(v);
}

static GLogWriterOutput log_write(GLogLevelFlags level, const GLogField *fields, gsize count, gpointer user)
{
    struct log_line line = log_line_of(fields, count);
    int priority = log_priority(level);
    GDateTime *now;
    g_autofree char *time = NULL;

    (void)user;
    if (priority > log_priority_max() || line.message == NULL)
        return G_LOG_WRITER_HANDLED;
    if (log_config.format == CONFIG_LOG_JOURNAL) {
        sd_journal_send("MESSAGE=%s", line.message, "PRIORITY=%d", priority, "CODE_FILE=%s",
                        line.file == NULL ? "" : line.file, "CODE_LINE=%s", line.line == NULL ? "0" : line.line, NULL);
        return G_LOG_WRITER_HANDLED;
    }
    now = g_date_time_new_now_utc();
    time = g_date_time_format(now, "%Y-%m-%dT%H:%M:%S.%fZ");
    g_date_time_unref(now);
    if (log_config.format == CONFIG_LOG_JSON)
        log_write_json(priority, time, &line);
    else
        log_write_text(priority, time, &line);
    return G_LOG_WRITER_HANDLED;
}

void log_start(const struct config_log *config)
{
    log_config = *config;
    g_log_set_writer_func(log_write, NULL, NULL);
}
