/*
 * The files that a form names must be documents that were put before: the same SHA-256, the same size, and the actor
 * may read them. Checked before the command is queued; documents are never taken away, so what held then still holds.
 */
#ifndef TOROKU_ADAPTERS_HTTP_FILES_H
#define TOROKU_ADAPTERS_HTTP_FILES_H

#include "engine/core/outcome.h"
#include "engine/port/reader.h"

/* Runs later, unless there is nothing to check; ${findings} (struct finding) is lent, empty when all is well. */
typedef void files_checked(void *user, GPtrArray *findings, const GError *error);

/* Looks for every {name, sha256, size, media_type} in ${data}, which outlives the check. FALSE: there is none, and
 * ${done} will not run. */
bool files_check(struct reader *reader, struct actor actor, const struct value *data, files_checked *done, void *user);

#endif
