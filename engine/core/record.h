/*
 * The record of an event: everything it read and its outcome, as one canonical JSON text (RFC 8785). The input stands
 * apart, in parts (engine/core/chain.h).
 */
#ifndef TOROKU_CORE_RECORD_H
#define TOROKU_CORE_RECORD_H

#include "engine/core/outcome.h"

/* Appends the record of ${event}, which led from ${before} to the taken ${outcome}; ${received} is the instant of
 * arrival at the daemon (equal to event->at unless that was raised to the case's last instant). */
void record_print(const struct snapshot *before, const struct event *event, struct outcome *outcome, instant received,
                  GString *out);

/* The event that a parsed record tells of, for deciding again: texts and values are borrowed from ${record}. ${roles}
 * receives the actor's roles; the caller frees it with g_free. FALSE with CORRUPT when the record does not fit. */
bool record_event(const struct chart *chart, const struct value *record, const struct value *input, struct event *event,
                  const char ***roles, GError **error);

#endif
