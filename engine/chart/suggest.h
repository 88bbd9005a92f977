/*
 * What somebody who wrote an unknown word most likely meant.
 */
#ifndef TOROKU_CHART_SUGGEST_H
#define TOROKU_CHART_SUGGEST_H

#include <glib.h>

/*
 * The one of ${names} (const char *) that ${word} was most likely meant to be: at most a third of its letters differ.
 * NULL when none is near. Of equally near ones the first.
 */
const char *name_nearest(const char *word, const GPtrArray *names);

#endif
