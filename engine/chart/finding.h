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
 * The classes of findings: X(NAME, code, meaning, what is expected when a message does not say it). Codes are for
 * programs and stay as they are; for each there is a broken definition in tests/golden/findings.
 */
#define FINDING_CODES(X)                                                                                               \
    /* the file */                                                                                                     \
    X(UNREADABLE_FILE, "unreadable-file", "a file that cannot be read", "a file that can be read, of 4 MiB at most")   \
    X(YAML_SYNTAX, "yaml-syntax", "no YAML, or not one document", "one YAML document")                                 \
    X(UNKNOWN_KEY, "unknown-key", "a key that means nothing there", "a key of this map")                               \
    X(MISSING_KEY, "missing-key", "a key that has to be there", "every key that a definition in force must have")      \
    X(DUPLICATE_KEY, "duplicate-key", "a key that comes twice in one map", "each key once")                            \
    X(WRONG_TYPE, "wrong-type", "a list, map, text, number or bool in the place of another", "what the key takes")     \
    X(UNKNOWN_WORD, "unknown-word", "a word that is none of those that a key takes",                                   \
      "one of the words that the key takes")                                                                           \
    X(ALIAS, "alias", "a YAML alias", "everything written where it stands")                                            \
    X(TOO_DEEP, "too-deep", "nested deeper than any definition is", "parts that are not nested so deep")               \
    X(TOO_MANY, "too-many", "more states, relations or numbers than a chart holds",                                    \
      "less of them, or several workflows")                                                                            \
    X(NO_WORKFLOW, "no-workflow", "a folder without workflows", "files X.yaml")                                        \
    /* names */                                                                                                        \
    X(BAD_NAME, "bad-name", "a name with letters that names do not have", "a name that begins with a letter")          \
    X(DUPLICATE_ID, "duplicate-id", "a name that is taken", "a name that is used once")                                \
    X(DUPLICATE_VERSION, "duplicate-version", "a version of a workflow that another file defines",                     \
      "one file for each version")                                                                                     \
    X(VERSION_ORDER, "version-order", "a later version that begins earlier", "later versions not to begin earlier")    \
    X(UNKNOWN_STATE, "unknown-state", "a state that is not there", "a state of the workflow")                          \
    X(UNKNOWN_DEADLINE, "unknown-deadline", "a deadline that is not there", "a deadline of the workflow")              \
    X(UNKNOWN_FORM, "unknown-form", "a form that is not there", "a form of the workflow")                              \
    X(UNKNOWN_FIELD, "unknown-field", "a field that no form asks for and no action sets",                              \
      "a field of a form, or what an action sets")                                                                     \
    X(UNKNOWN_ROLE, "unknown-role", "a role that roles.yaml does not name", "a role of roles.yaml")                    \
    X(UNKNOWN_RULE, "unknown-rule", "a basis that is no row of rules/", "a rule of rules/")                            \
    X(UNKNOWN_NOTICE, "unknown-notice", "a notice that is no row of notices/", "a notice of notices/")                 \
    X(UNKNOWN_RELATION, "unknown-relation", "a relation that the workflow does not have", "one of `relations`")        \
    X(UNKNOWN_NUMBER, "unknown-number", "a number that the workflow does not have", "one of `numbers`")                \
    X(UNKNOWN_CALENDAR, "unknown-calendar", "a calendar that is not in calendars/", "a calendar of calendars/")        \
    X(UNKNOWN_ZONE, "unknown-zone", "a time zone that this machine does not know", "a name such as Asia/Tokyo")        \
    X(UNKNOWN_FLAG, "unknown-flag", "a flag that nothing sets", "a flag that some action sets")                        \
    X(UNKNOWN_OPTION, "unknown-option", "a value that an enum does not have", "one of the enum's options")             \
    X(UNKNOWN_EVENT, "unknown-event", "an event that no row takes", "the event of a row")                              \
    X(UNKNOWN_REGISTER, "unknown-register", "a register that nothing is published in",                                 \
      "a register that some `publish` names")                                                                          \
    X(UNKNOWN_WORKFLOW, "unknown-workflow", "a workflow that is not in the folder", "a workflow of this folder")       \
    /* values and keys */                                                                                              \
    X(BAD_VALUE, "bad-value", "a value that its key cannot have", "a value as engine/chart/doc.h says")                \
    X(BAD_PERIOD, "bad-period", "a period that cannot be computed",                                                    \
      "a span of one unit, which its calendar can count")                                                              \
    X(CHOOSE_ONE, "choose-one", "none or several of keys of which exactly one is expected",                            \
      "exactly one of these keys")                                                                                     \
    X(MISPLACED_KEY, "misplaced-key", "a key that means nothing beside the others", "nothing of the kind here")        \
    X(NEEDS_KEY, "needs-key", "a thing that means nothing without a further key", "the key that gives it a meaning")   \
    X(NO_SUCH_PART, "no-such-part", "a data path that leads nowhere",                                                  \
      "a field, or a part of a group, a period or a file")                                                             \
    X(TYPE_MISMATCH, "type-mismatch", "a value or field of another type than its use",                                 \
      "a value or a field of the type that this is for")                                                               \
    X(WRONG_RELATION, "wrong-relation", "a relation of a kind that is not for this", "a relation of another kind")     \
    X(NO_INPUT, "no-input", "data set from an input that does not come",                                               \
      "a row with an event and its form, or a signal")                                                                 \
    X(BAD_RECIPIENT, "bad-recipient", "a recipient who is nobody", "WHO.contacts, WHO.queue or WHO.lead")              \
    X(VERSION_KEY, "version-key", "a version_by that chooses no version",                                              \
      "a required date or instant of the opening form")                                                                \
    X(NOBODY_OPENS, "nobody-opens", "a workflow of which no case can be opened", "`signal`, or `by` with roles")       \
    /* access */                                                                                                       \
    X(ERASABLE_READ, "erasable-read", "personal data, which can be erased, read by the workflow",                      \
      "a field of another access class")                                                                               \
    X(RESTRICTED_NOTICE, "restricted-in-notice", "a restricted field shown by a notice",                               \
      "a field of another access class")                                                                               \
    X(RESTRICTED_SIGNAL, "restricted-in-signal", "a restricted field carried into another case",                       \
      "a field of another access class")                                                                               \
    X(HIDDEN_REGISTER, "hidden-in-register", "a field that is not public shown by a register",                         \
      "a field with access: public")                                                                                   \
    /* states and rows */                                                                                              \
    X(WRONG_INITIAL, "wrong-initial", "an initial state that cannot be one", "a state inside")                         \
    X(CONFLICTING_TARGETS, "conflicting-targets", "targets in which a case cannot be at once",                         \
      "different regions of a parallel state")                                                                         \
    X(ONE_REGION, "one-region", "a parallel state with less than two regions",                                         \
      "two inner states at least, or no `parallel`")                                                                   \
    X(NEVER_DONE, "never-done", "a done row of a state that is never done", "a final state inside")                    \
    X(UNREACHABLE_STATE, "unreachable-state", "a state that no run is ever in", "a transition to it")                  \
    X(DEAD_END, "dead-end", "a state that nothing leads out of and that does not say so",                              \
      "a transition with `to`, final: true, or waits: {forever: why}")                                                 \
    X(NO_TURN, "no-turn", "a state that is nobody's turn", "`turn` with roles, or [none]")                             \
    X(NO_DEADLINE, "no-deadline", "a state that waits without a deadline",                                             \
      "a deadline of its own or around it, or waits: {forever: why}")                                                  \
    X(NOBODY_MAY, "nobody-may", "a row that nobody may take", "`by` with roles")                                       \
    X(DEAD_ROW, "dead-row", "a row that can never be taken", "a row that some event can meet")                         \
    X(OVERLAPPING_GUARDS, "overlapping-guards", "rows of one trigger that may both hold",                              \
      "guards that exclude each other, or a last row without one")                                                     \
    X(SAME_PERSON, "same-person", "roles that let one person submit and approve", "other roles, or not_by")            \
    X(DIFFERENT_FORMS, "different-forms", "one event that fills different forms at once",                              \
      "one form for all, or events of different names")                                                                \
    X(ENDLESS_MACROSTEP, "endless-macrostep", "rows that follow each other for ever within one event",                 \
      "a guard that comes to fail, or an event to wait for")                                                           \
    X(UNSET_FIELD, "unset-field", "a field read before any path sets it",                                              \
      "a form or an action that sets it, on every way to this place")                                                  \
    /* deadlines */                                                                                                    \
    X(UNHANDLED_LIMIT, "unhandled-limit", "a limit that no row answers", "a transition with `due`")                    \
    X(IDLE_TARGET, "idle-target", "a target whose passing is told nobody and marked nowhere",                          \
      "`due` with flag, notify or signal")                                                                             \
    X(TARGET_DECIDES, "target-decides", "a target that acts", "a deadline of kind limit")                              \
    X(DEADLINE_ELSEWHERE, "deadline-elsewhere", "a deadline named where it does not live",                             \
      "a deadline of this state or of one around it")                                                                  \
    X(PAUSE_ELSEWHERE, "pause-elsewhere", "a stop or hold of a deadline of no state around",                           \
      "a deadline of a state around this one")                                                                         \
    /* between workflows, and the whole folder */                                                                      \
    X(SIGNAL_NOT_TAKEN, "signal-not-taken", "a signal that no case of the addressed workflow takes",                   \
      "a row with it, or opened_by")                                                                                   \
    X(SIGNAL_PAYLOAD, "signal-payload", "data set from a signal that no sender puts into it",                          \
      "it in the `with` of those who send the signal")                                                                 \
    X(UNUSED_FORM, "unused-form", "a form that no row asks for", "a row that asks for it")                             \
    X(UNUSED_NOTICE, "unused-notice", "a notice that nothing sends", "an action or a reminder that sends it")          \
    X(UNUSED_ROLE, "unused-role", "a role that no workflow names", "it in `by`, `turn` or `to`")                       \
    X(UNUSED_RULE, "unused-rule", "a rule that nothing cites", "a `basis` with it")

enum finding_code {
#define X(name, code, meaning, usual) FINDING_##name,
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
    char *expected;   /* what would be right */
    char *suggestion; /* the known name that was probably meant, or NULL */
};

/* "unknown-state", and in a few words what the class is. */
const char *finding_code_name(enum finding_code code);
const char *finding_code_meaning(enum finding_code code);

/* A list that owns its findings. */
GPtrArray *chart_findings_new(void);

/*
 * Appends a finding about ${path}, with the message of the format: what is wrong and, after "; expected ", what was
 * expected, if that is more than the usual. It is borrowed from the list.
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
