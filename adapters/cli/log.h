/*
 * The process's log: GLib's structured messages, written as text, as JSON lines or to the journal.
 */
#ifndef TOROKU_ADAPTERS_CLI_LOG_H
#define TOROKU_ADAPTERS_CLI_LOG_H

#include "adapters/yaml/config.h"

/* From now on messages up to ${config}'s level go to standard error or the journal. Once, before anything is logged. */
void log_start(const struct config_log *config);

#endif
