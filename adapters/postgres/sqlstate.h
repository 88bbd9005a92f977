/*
 * The one place where SQLSTATE becomes TOROKU_ERROR.
 */
#ifndef TOROKU_POSTGRES_SQLSTATE_H
#define TOROKU_POSTGRES_SQLSTATE_H

#include "engine/error.h"

#include <libpq-fe.h>

/*
 * The code for ${sqlstate} (PostgreSQL manual, appendix A): 23505 CONFLICT; 40001, 40P01, 55P03 BUSY; 57014 TIMEOUT;
 * classes 08, 53 and 57 and 25P03 UNAVAILABLE; NULL, which libpq gives when the connection broke, UNAVAILABLE;
 * everything else INTERNAL.
 */
enum toroku_error sqlstate_code(const char *sqlstate);

/*
 * The error that ${res} carries. ${what} names the statement. The server's detail, which may quote values, is part of
 * the message for INTERNAL only. The caller frees it.
 */
GError *sqlstate_error(const PGresult *res, const char *what);

/* TOROKU_ERROR_UNAVAILABLE with libpq's last message for ${pg} on one line. The caller frees it. */
GError *sqlstate_lost(const PGconn *pg, const char *what);

#endif
