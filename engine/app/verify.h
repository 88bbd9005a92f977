/*
 * The hash chain of a recorded case, checked. Pure.
 */
#ifndef TOROKU_APP_VERIFY_H
#define TOROKU_APP_VERIFY_H

#include "engine/app/history.h"

/*
 * Appends to ${differences} (char *, the caller's) one line for each break: a body that is not what was committed to, a
 * record or commitment that is not what was hashed, a record that speaks of another case, event or instant, a row that
 * does not stand at the chain's end. Erased parts are no break. Answers whether there was none.
 */
bool verify_chain(const struct history_case *c, GPtrArray *differences);

#endif
