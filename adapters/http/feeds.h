/*
 * Feeds of deadlines at addresses that need no session, and the page on which a person makes and revokes them.
 *
 * An address is public_url/feeds/TOKEN.ics with a random token of 256 bits; the database keeps its SHA-256 (the digits
 * as they stand in the address). Whoever holds it reads what its maker may read at that moment: deadlines with their
 * rules, the names of cases, no field of a form. Private to this room.
 */
#ifndef TOROKU_ADAPTERS_HTTP_FEEDS_H
#define TOROKU_ADAPTERS_HTTP_FEEDS_H

#include "adapters/http/page_chart.h"

#define FEED_TOKEN_SIZE 65 /* 64 hexadecimal digits and a NUL */

/* A new random token and its hash. */
void feed_token_new(char token[FEED_TOKEN_SIZE], uint8_t hash[HASH_SIZE]);

/* The address of the feed of ${token}; for g_free. */
char *feed_address(const struct api *api, const char *token);

#endif
