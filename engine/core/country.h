/*
 * The officially assigned alpha-3 codes of ISO 3166-1 (249 of them): "JPN".
 */
#ifndef TOROKU_CORE_COUNTRY_H
#define TOROKU_CORE_COUNTRY_H

#include <stdbool.h>

/* Is ${code} one of them, in capitals? */
bool country_is_known(const char *code);

#endif
