/*
 * The workflow versions of an installation: those of its folder, and those that cases still run by.
 */
#ifndef TOROKU_ADAPTERS_CLI_VERSIONS_H
#define TOROKU_ADAPTERS_CLI_VERSIONS_H

#include "adapters/yaml/library.h"

/*
 * Adds to ${library} every version that the database at ${conninfo} has and the folder has not, compiled from the text
 * that was registered: a running case keeps its version when the file has moved on. Charts of both get the database's
 * ids. INVALID when a stored version no longer compiles, because a rule, notice or role that it names is gone.
 */
bool versions_complete(struct library *library, const char *conninfo, GError **error);

/*
 * Adds to ${library} (library_shared) every version as it stands in the database at ${conninfo}, and none of a folder.
 * One that does not compile, or whose text is not the registered one by its hash, is left out: ${reasons} gets "W@N" ->
 * why. FALSE with ${error} UNAVAILABLE.
 */
bool versions_stored(struct library *library, const char *conninfo, GHashTable *reasons, GError **error);

/* The same as versions_complete, and registers the versions of the folder, all or none; tells the log which took the
 * place of another text. CONFLICT when cases have run by another text of one of them. */
bool versions_register(struct library *library, const char *conninfo, GError **error);

/* The same as versions_complete, but where the database has another text of a version than the folder, the database's
 * counts: it is what cases run by. For what looks at recorded cases. */
bool versions_recorded(struct library *library, const char *conninfo, GError **error);

#endif
