/*
 * What is wrong with a definition: which class of mistake, where it stands, what it is, what was expected, and the
 * nearest known name.
 *
 * The chart room knows document paths only ("states[3].take[0].to[1]"); the loader adds the file, line and column.
 */
#ifndef TOROKU_CHART_FINDING_H
#define TOROKU_CHART_FINDING_H

#include <glib.h>

/*
 * The classes of findings: X(NAME, code, meaning). Codes are for programs and stay as they are; for each there is a
 * broken definition in tests/golden/findings.
 */
#define FINDING_CODES(X)                                                                                               \
    /* the file */                                                                                                     \
    X(UNREADABLE_FILE, "unreadable-file", "a file that cannot be read")                                                \
    X(YAML_SYNTAX, "yaml-syntax", "no YAML, or not one document")                                                      \
    X(UNKNOWN_KEY, "unknown-key", "a key that means nothing there")                                                    \
    X(MISSING_KEY, "missing-key", "a key that has to be there")                                                        \
    X(DUPLICATE_KEY, "duplicate-key", "a key that comes twice in one map")                                             \
    X(WRONG_TYPE, "wrong-type", "a list, map, text, number or bool in the place of another")                           \
    X(UNKNOWN_WORD, "unknown-word", "a word that is none of those that a key takes")                                   \
    X(ALIAS, "alias", "a YAML alias")                                                                                  \
    X(TOO_DEEP, "too-deep", "nested deeper than any definition is")                                                    \
    X(TOO_MANY, "too-many", "more states, relations or numbers than a chart holds")                                    \
    X(NO_WORKFLOW, "no-workflow", "a folder without workflows")                                                        \
    /* names */                                                                                                        \
    X(BAD_NAME, "bad-name", "a name with letters that names do not have")                                              \
    X(DUPLICATE_ID, "duplicate-id", "a name that is taken")                                                            \
    X(DUPLICATE_VERSION, "duplicate-version", "a version of a workflow that another file defines")                     \
    X(VERSION_ORDER, "version-order", "a later version that begins earlier")                                           \
    X(UNKNOWN_STATE, "unknown-state", "a state that is not there")                                                     \
    X(UNKNOWN_DEADLINE, "unknown-deadline", "a deadline that is not there")                                            \
    X(UNKNOWN_FORM, "unknown-form", "a form that is not there")                                                        \
    X(UNKNOWN_FIELD, "unknown-field", "a field that no form asks for and no action sets")                              \
    X(UNKNOWN_ROLE, "unknown-role", "a role that roles.yaml does not name")                                            \
    X(UNKNOWN_RULE, "unknown-rule", "a basis that is no row of rules/")                                                \
    X(UNKNOWN_NOTICE, "unknown-notice", "a notice that is no row of notices/")                                         \
    X(UNKNOWN_RELATION, "unknown-relation", "a relation that the workflow does not have")                              \
    X(UNKNOWN_NUMBER, "unknown-number", "a number that the workflow does not have")                                    \
    X(UNKNOWN_CALENDAR, "unknown-calendar", "a calendar that is not in calendars/")                                    \
    X(UNKNOWN_ZONE, "unknown-zone", "a time zone that this machine does not know")                                     \
    X(UNKNOWN_FLAG, "unknown-flag", "a flag that nothing sets")                                                        \
    X(UNKNOWN_OPTION, "unknown-option", "a value that an enum does not have")                                          \
    X(UNKNOWN_EVENT, "unknown-event", "an event that no row takes")                                                    \
    X(UNKNOWN_REGISTER, "unknown-register", "a register that nothing is published in")                                 \
    X(UNKNOWN_WORKFLOW, "unknown-workflow", "a workflow that is not in the folder")                                    \
    /* values and keys */                                                                                              \
    X(BAD_VALUE, "bad-value", "a value that its key cannot have")                                                      \
    X(BAD_PERIOD, "bad-period", "a period that cannot be computed")                                                    \
    X(CHOOSE_ONE, "choose-one", "none or several of keys of which exactly one is expected")                            \
    X(MISPLACED_KEY, "misplaced-key", "a key that means nothing beside the others")                                    \
    X(NEEDS_KEY, "needs-key", "a thing that means nothing without a further key")                                      \
    X(NO_SUCH_PART, "no-such-part", "a data path that leads nowhere")                                                  \
    X(TYPE_MISMATCH, "type-mismatch", "a value or field of another type than its use")                                 \
    X(WRONG_RELATION, "wrong-relation", "a relation of a kind that is not for this")                                   \
    X(NO_INPUT, "no-input", "data set from an input that does not come")                                               \
    X(BAD_RECIPIENT, "bad-recipient", "a recipient who is nobody")                                                     \
    X(VERSION_KEY, "version-key", "a version_by that chooses no version")                                              \
    X(NOBODY_OPENS, "nobody-opens", "a workflow of which no case can be opened")                                       \
    /* access */                                                                                                       \
    X(ERASABLE_READ, "erasable-read", "personal data, which can be erased, read by the workflow")                      \
    X(RESTRICTED_NOTICE, "restricted-in-notice", "a restricted field shown by a notice")                               \
    X(RESTRICTED_SIGNAL, "restricted-in-signal", "a restricted field carried into another case")                       \
    X(HIDDEN_REGISTER, "hidden-in-register", "a field that is not public shown by a register")                         \
    /* states and rows */                                                                                              \
    X(WRONG_INITIAL, "wrong-initial", "an initial state that cannot be one")                                           \
    X(CONFLICTING_TARGETS, "conflicting-targets", "targets in which a case cannot be at once")                         \
    X(ONE_REGION, "one-region", "a parallel state with less than two regions")                                         \
    X(NEVER_DONE, "never-done", "a done row of a state that is never done")                                            \
    X(UNREACHABLE_STATE, "unreachable-state", "a state that no run is ever in")                                        \
    X(DEAD_END, "dead-end", "a state that nothing leads out of and that does not say so")                              \
    X(NO_TURN, "no-turn", "a state that is nobody's turn")                                                             \
    X(NO_DEADLINE, "no-deadline", "a state that waits without a deadline")                                             \
    X(NOBODY_MAY, "nobody-may", "a row that nobody may take")                                                          \
    X(DEAD_ROW, "dead-row", "a row that can never be taken")                                                           \
    X(OVERLAPPING_GUARDS, "overlapping-guards", "rows of one trigger that may both hold")                              \
    X(SAME_PERSON, "same-person", "roles that let one person submit and approve")                                      \
    X(DIFFERENT_FORMS, "different-forms", "one event that fills different forms at once")                              \
    X(ENDLESS_MACROSTEP, "endless-macrostep", "rows that follow each other for ever within one event")                 \
    X(UNSET_FIELD, "unset-field", "a field read before any path sets it")                                              \
    /* deadlines */                                                                                                    \
    X(UNHANDLED_LIMIT, "unhandled-limit", "a limit that no row answers")                                               \
    X(IDLE_TARGET, "idle-target", "a target whose passing is told nobody and marked nowhere")                          \
    X(TARGET_DECIDES, "target-decides", "a target that acts")                                                          \
    X(DEADLINE_ELSEWHERE, "deadline-elsewhere", "a deadline named where it does not live")                             \
    X(PAUSE_ELSEWHERE, "pause-elsewhere", "a stop or hold of a deadline of no state around")                           \
    /* between workflows, and the whole folder */                                                                      \
    X(SIGNAL_NOT_TAKEN, "signal-not-taken", "a signal that no case of the addressed workflow takes")                   \
    X(SIGNAL_PAYLOAD, "signal-payload", "data set from a signal that no sender puts into it")                          \
    X(UNUSED_FORM, "unused-form", "a form that no row asks for")                                                       \
    X(UNUSED_NOTICE, "unused-notice", "a notice that nothing sends")                                                   \
    X(UNUSED_ROLE, "unused-role", "a role that no workflow names")                                                     \
    X(UNUSED_RULE, "unused-rule", "a rule that nothing cites")

enum finding_code {
#define X(name, code, meaning) FINDING_##name,
    FINDING_CODES(X)
#undef X
        FINDING_CODE_COUNT
};

struct chart_finding {
    enum finding_code code;
    char *file;       /* NULL until the loader has filled it */
    char *path;       /* in the document; empty for the document as a whole */
    int line, column; /* from 1; 0 until the loader has filled them */
    char *text;       /* what is wrong */
    char *expected;   /* what would be right, or NULL */
    char *suggestion; /* the known name that was probably meant, or NULL */
};

/* "unknown-state", and in a few words what the class is. */
const char *finding_code_name(enum finding_code code);
const char *finding_code_meaning(enum finding_code code);

/* A list that owns its findings. */
GPtrArray *chart_findings_new(void);

/*
 * Appends a finding about ${path}, with the message of the format: what is wrong and, after "; expected ", what was
 * expected. It is borrowed from the list.
 */
struct chart_finding *chart_findings_add(GPtrArray *findings, enum finding_code code, const char *path,
                                         const char *format, ...) G_GNUC_PRINTF(4, 5);

/* Orders the findings from index ${first} on by file, line, column; equal ones as they were found. */
void chart_findings_sort(GPtrArray *findings, guint first);

/* Appends one finding as `file:line:column: path: message [code]`, without what is not known, and a line feed. */
void chart_finding_print(const struct chart_finding *finding, GString *out);

/*
 * Appends one finding as compilers do: `file:line:column: text [code]`, then on lines of their own, indented, the path,
 * what was expected and the suggestion, as far as they are known.
 */
void chart_finding_explain(const struct chart_finding *finding, GString *out);

#endif
