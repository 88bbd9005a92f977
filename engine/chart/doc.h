/*
 * A workflow definition in the exact shape of its YAML file: plain structs, filled by adapters/yaml, read by compile.c.
 *
 * Absent text is NULL, an absent number 0, an absent sequence has count 0. Sequences stand as pointer and `_count`.
 * "One of" is "exactly one of these keys": compile.c checks what the loader cannot. Nothing here is owned by the
 * engine: the loader frees a document as a whole.
 */
#ifndef TOROKU_CHART_DOC_H
#define TOROKU_CHART_DOC_H

#include <stdbool.h>
#include <stdint.h>

struct doc_text {
    char *ja;
    char *en;
};

struct doc_span {
    int years, months, days, business_days, hours, minutes;
};

/*
 * Exactly one of all, any, not, in_state, flag, passed, count, linked, field; the last three with exactly one
 * comparison (linked with `field` compares that field of the linked case). A comparison with what is not there does not
 * hold, whichever it is, and so its `not` does: {not: {field: hives, at_least: 3}} holds of a case without hives.
 */
struct doc_guard {
    struct doc_guard *all; /* each of these holds */
    uint32_t all_count;
    struct doc_guard *any; /* one of these holds */
    uint32_t any_count;
    struct doc_guard *not_;  /* not: */
    char *in_state;          /* the case is in this state */
    char *flag;              /* the case carries this flag */
    char *passed;            /* this deadline is live and the event, or with field: that instant, does not come before
                                its due instant */
    char *count;             /* how often this event or signal was taken in the case: is, at_least, at_most, more_than,
                                less_than. One counts from when it is taken: for what is done then, not for the `when`
                                of its own row. Cases count only what their version of the workflow asks for */
    struct doc_span *within; /* count: only those of so long before the event; of the last 1000 */
    char *linked;            /* a relation: its one case exists and satisfies `in`, `before`, `absent`, or what is asked
                                of its `field` */
    char *field;             /* a path into the case's data, overlaid by the event's form */
    char *is;                /* field: equal to this text; "true"/"false" for bool, digits for int */
    char **in;               /* field: one of these texts; linked without field: in one of these states */
    uint32_t in_count;
    bool present;    /* field: there and not empty; linked: there is such a case */
    bool absent;     /* the contrary of present */
    char *day_after; /* field: a date, the day after the date at this path "RELATION.path" of a linked case */
    char *has;       /* field: a list of single values, one of which is this */
    char *at_least;  /* an int, or the number of entries of a list, not below this: digits, or the path of an int */
    char *at_most;   /* an int, or the number of entries of a list, not above this: digits, or the path of an int */
    char *more_than; /* an int, or the number of entries of a list, above this: digits, or the path of an int */
    char *less_than; /* an int, or the number of entries of a list, below this: digits, or the path of an int */
    char *before; /* a date before `today`, YYYY-MM-DD, or the date at this path of the case; an instant before `now`,
                     one as in RFC 3339, or that at this path. linked without field: the event's instant lies before
                     the due instant of this deadline of it, or that is held or not live */
    char *after;  /* field: a date or an instant later than this, which stands as with before */
    struct doc_span *plus; /* before, after: so long after that day or instant: years, months, days or business days for
                              a date, hours and minutes for an instant */
    struct doc_span *minus; /* before, after: so long before that day or instant */
};

enum field_type {
    FIELD_TEXT,     /* one line, NFC */
    FIELD_LONGTEXT, /* several lines */
    FIELD_BOOL,
    FIELD_INT,
    FIELD_DATE,    /* YYYY-MM-DD */
    FIELD_INSTANT, /* RFC 3339 */
    FIELD_PERIOD,  /* {start, end}, both counted */
    FIELD_CORP_NO, /* 法人番号, check digit verified */
    FIELD_REG_NO,  /* 登録番号 of a service */
    FIELD_COUNTRY, /* ISO 3166-1 alpha-3 */
    FIELD_EMAIL,
    FIELD_ENUM,  /* one of `options` */
    FIELD_FILE,  /* {name, sha256, size, media_type} of a document put first */
    FIELD_CASE,  /* the number of a case, as in "SA-42" */
    FIELD_ORG,   /* the code of an organisation known here */
    FIELD_GROUP, /* a map of `fields` */
    FIELD_LIST   /* a list of maps of `fields`, or of single values when `items` names their type */
};

/* Who may read a value; each class of an event's input is stored, committed and erased apart from the others. */
enum access_class { ACCESS_PUBLIC, ACCESS_CASE, ACCESS_RESTRICTED, ACCESS_PERSONAL, ACCESS_CLASS_COUNT };

struct doc_field {
    char *id;
    enum field_type type;   /* what its values are */
    enum field_type *items; /* FIELD_LIST of single values; NULL: absent */
    bool required;          /* it has to be filled in */
    /* A guard over the same form and, beside it, the case: its data, flag, passed. LIST.field: of the same entry. */
    struct doc_guard *required_if;
    bool accept;               /* bool: must be true (a pledge, 宣誓事項) */
    struct doc_text label;     /* as people read it */
    struct doc_text help;      /* how to fill it in */
    char *basis;               /* the clause that asks for it */
    enum access_class *access; /* of top-level fields, NULL: case; inner ones follow it */
    bool not_future;           /* date, instant: not after the event */
    int max;                   /* text: characters; list: elements; 0: the default of the type */
    int min_items;             /* list: so many entries at least */
    char *distinct; /* list of maps: no two entries are alike in this inner text; case, width and spaces apart */
    char **some;    /* list of maps: for each of these inner bools, some entry says true */
    uint32_t some_count;
    bool not_past;  /* date: the day on which it is sent, or a later one */
    char **options; /* enum: what it may be */
    uint32_t options_count;
    struct doc_text *option_labels; /* what people read for each of `options`, in their order; none: the options */
    uint32_t option_labels_count;
    struct doc_span *at_least; /* period: shortest */
    struct doc_span *at_most;  /* period: longest */
    struct doc_field *fields;  /* group, list: what is within */
    uint32_t fields_count;
};

struct doc_form {
    char *id;
    struct doc_text title; /* as people read it */
    char *basis;           /* the clause that asks for it */
    char **like; /* forms above: their fields come first; a field of the same name takes the place of theirs */
    uint32_t like_count;
    struct doc_field *fields; /* what it asks for, in the order in which people see it */
    uint32_t fields_count;
};

struct doc_register_op {
    char *register_; /* register: services */
    char *key;       /* data path of the entry's key */
    char **from;     /* publish: data paths that the entry shows */
    uint32_t from_count;
    char *banner; /* mark: what the public sees */
};

/* Exactly one of the first keys; the others qualify it. */
struct doc_action {
    char *set;      /* name in the data, from the member of the same name (or `from`) of the event's input */
    char *update;   /* the same, but what was left out stays as it was: a whole field, or a member of a group */
    char *clear;    /* data path */
    char *flag;     /* a mark on the case */
    char *unflag;   /* takes the mark away */
    char *allocate; /* a number of `numbers`, into the data path of the same name */
    char *signal;   /* to relations, with data paths */
    char *notify;   /* a notice, to recipients */
    char *restart;  /* a deadline of an active state: armed anew from the present data */
    char *start;    /* a deadline of an active state that is not live, as its `when` did not hold or it was cancelled:
                       armed    from the present data */
    char *cancel;   /* a deadline of an active state: live no longer, until a start or restart */
    char *raise;    /* an internal event: rows without `by` answer to it, before anything from outside */
    char *link;     /* a relation: to the cases named by the data path `from`; one with owned_by: to the case that it
                       finds now, in place of a former one */
    struct doc_register_op *publish;        /* an entry of a register: new, or as it is from now on */
    struct doc_register_op *mark;           /* shows a banner with a published entry */
    struct doc_register_op *unmark;         /* takes the banner away */
    struct doc_register_op *withdraw_entry; /* takes the entry out of the register */
    char *from; /* set, update: another name in the input; link: where the numbers of cases stand */
    char **to;  /* notify: recipients, WHO.KIND; signal: relations */
    uint32_t to_count;
    char **with; /* signal: data paths that it carries */
    uint32_t with_count;
    struct doc_guard *when; /* done only when this holds of the case as the actions before it have left it; a deadline
                               that ended on the way counts as it stood */
};

/* Exactly one of from, earliest, latest. */
struct doc_period {
    char *from;      /* state_entry | day | day_after | day_before | instant | ahead_of | ahead_of_day |
                        year_end */
    char *of;        /* day, day_after, day_before: data path of a date; instant: of an instant; ahead_of: a deadline of
                        this state or of one around it, that declared above: so long before it is due; ahead_of_day:
                        data path of a date: so long before that day begins; year_end: "MM-DD" of a (fiscal) year's last day,
                        the        next one as the state is entered */
    int nth;         /* day, day_after, day_before of a list of dates: of the nth earliest among them */
    char *first_day; /* counted | not_counted (Civil Code 140, the default) */
    bool include_corresponding_day; /* months, years: the corresponding day counts as well */
    char *cutoff;                   /* "hh:mm" of the zone: days end at this time, and the last one with it */
    char *roll;    /* none (default) | next_open: an end on a closed day moves to the next open one (Civil Code 142) */
    char *roll_at; /* "hh:mm": due at this time of the day that it moved to; default: at its end */
    int years, months, days, business_days, hours, minutes;
    struct doc_period *earliest; /* of several periods the one that is due first; those whose date or instant is not
                                    there are left out, and the choice is made anew when one of them moves */
    uint32_t earliest_count;
    struct doc_period *latest; /* the same, the one that is due last */
    uint32_t latest_count;
};

struct doc_remind {
    struct doc_span before; /* so long before the deadline is due */
    char *at;               /* "hh:mm" in the zone, default 09:00; not with hours */
    char *notice;           /* what is told */
    char **to;              /* recipients, WHO.KIND */
    uint32_t to_count;
};

struct doc_deadline {
    char *id;
    char *kind;                /* target | limit */
    struct doc_guard *when;    /* a case has it only when this holds as its state is entered, or it is restarted */
    struct doc_text label;     /* as people read it */
    struct doc_period period;  /* when it is due */
    struct doc_span *every;    /* it comes again so many days, months or years after its first last day, as long as its
                                  state is active */
    char *catch_up;            /* skip (default) | each: of those that were over when it was armed none acts, or each */
    char *calendar;            /* default: the workflow's */
    char *fires;               /* end_of_last_day (default) | exact (hours and minutes) */
    struct doc_remind *remind; /* who is told before it is due */
    uint32_t remind_count;
    struct doc_action *due; /* done when it passes */
    uint32_t due_count;
    char *basis; /* the clause that sets it */
};

struct doc_not_by {
    char *person_of; /* an event: not the person who raised it last */
};

/* At most one of event, signal, due; none: taken as soon as `when` holds, before the next event. */
struct doc_take {
    char *row;    /* its id, unique in the file, which stands in the histories */
    char *event;  /* with `by` raised by persons; else internal: raised by an action, or done.state.ID. It answers to
                     the event of this name and to those that go on from it with a dot; `*` to all; NAME.* is NAME */
    char *signal; /* what another case tells this one */
    char *due;    /* a deadline of the state or of an ancestor */
    struct doc_text label; /* what people read on its button */
    char **by;             /* roles and relations: owner, opsup, committee, ... */
    uint32_t by_count;
    struct doc_not_by *not_by; /* four eyes: not by who did something before */
    uint32_t not_by_count;
    char *form;             /* what is asked of who takes it */
    bool partial;           /* the form may be incomplete: a draft that changes no data of the case */
    bool internal;          /* SCXML: the source state is not left when the targets lie inside it */
    struct doc_guard *when; /* taken only when this holds */
    char **to;              /* where it leads; absent: the case stays where it is */
    uint32_t to_count;
    struct doc_action *do_; /* do: */
    uint32_t do_count;
    char *basis; /* the clause that it carries out; absent: that of the state */
};

/* A row for the internal event done.state.ID of its state: that a final child of it was entered, or that all regions
   have ended. */
struct doc_done {
    char *row; /* its id, unique in the file */
    char **to; /* where it leads */
    uint32_t to_count;
    struct doc_action *do_;
    uint32_t do_count;
};

/* The transition that begins a state, or that a history without memory takes. */
struct doc_first {
    char **to; /* inner states; several lie in different regions of a parallel one */
    uint32_t to_count;
    struct doc_action *do_; /* done after `enter` of the state: for a history, of the state whose history it is */
    uint32_t do_count;
};

struct doc_waits {
    char *forever; /* why */
};

struct doc_state {
    char *id;
    struct doc_text label;   /* as people read it */
    bool parallel;           /* the case is in all inner states at once */
    bool final;              /* what it stands in ends with it */
    char *history;           /* shallow | deep */
    char *initial;           /* the inner state in which it begins; default: the first. Of a history: where it goes
                                before its state was ever left */
    struct doc_first *first; /* in place of initial: several states at once, or actions */
    char **turn;             /* roles; "none" when nobody has to act */
    uint32_t turn_count;
    struct doc_waits *waits; /* why it may last without a deadline */
    char *basis;             /* the clause it rests on; absent: that of the state around it */
    char **stops;            /* deadlines of states around it for which time does not count meanwhile */
    uint32_t stops_count;
    char **holds; /* deadlines of states around it that count on, but act only afterwards */
    uint32_t holds_count;
    struct doc_action *enter; /* done when it is entered */
    uint32_t enter_count;
    struct doc_action *exit; /* done when it is left */
    uint32_t exit_count;
    struct doc_deadline *deadlines; /* they live as long as the state */
    uint32_t deadlines_count;
    struct doc_take *take; /* what may happen, in this state and in all within */
    uint32_t take_count;
    struct doc_done *done;    /* taken when all within has ended */
    struct doc_state *states; /* those within, of which the first is entered first */
    uint32_t states_count;
};

/* How to find other cases of `workflow`: exactly one of same_subject, linked, owned_by, linked_by. */
struct doc_relation {
    char *id;
    char *workflow;    /* whose cases they are */
    bool same_subject; /* the open one about the same subject */
    bool linked;       /* those that an action linked */
    char *owned_by;    /* the open one of the organisation that this field of type org names */
    char *linked_by;   /* open ones that linked this case, through their relation of that name */
};

struct doc_number {
    char *id;
    char
        *format; /* "C{yy}-{n:4}-2": {yy}, {yyyy} year of the event in the zone, {n:W} the counter, W digits at least */
    char *counter; /* numbers of one counter never come twice; absent: one of its own */
    char *basis;
};

struct doc_opened_by {
    char *signal; /* opened when this signal finds no open case about its subject */
    char **by;    /* opened by a person of these roles */
    uint32_t by_count;
    char *form;  /* what opening asks for */
    char *about; /* subject: opening names one */
};

struct doc_open_at_most {
    char *one_per; /* subject */
};

/* Who may set right what came late or was decided wrongly, in any state, ended cases included; without it nobody. */
struct doc_rectify {
    char **by; /* roles and relations */
    uint32_t by_count;
    struct doc_not_by *not_by; /* four eyes: nobody who raised one of these */
    uint32_t not_by_count;
    char *basis; /* the clause that allows it */
};

struct doc_workflow {
    char *workflow;
    int version;      /* 1, 2, ...; running cases keep theirs */
    char *effective;  /* YYYY-MM-DD */
    char *version_by; /* a field of the opening form, a date or an instant: a case follows the version in force then */
    char *prefix;     /* of case numbers: "SA" */
    struct doc_text title;                 /* as people read it */
    char *zone;                            /* where its days begin and end: Asia/Tokyo */
    char *calendar;                        /* which days are business days: a file of calendars */
    char *basis;                           /* the clause that it rests on where nothing nearer says one */
    struct doc_open_at_most *open_at_most; /* how many cases may be open at once */
    struct doc_opened_by opened_by;        /* how a case begins */
    struct doc_rectify *rectify;           /* who sets right what came late or was decided wrongly */
    struct doc_relation *relations;        /* how other cases are found */
    uint32_t relations_count;
    struct doc_number *numbers; /* what is allocated */
    uint32_t numbers_count;
    struct doc_form *forms; /* what people are asked for */
    uint32_t forms_count;
    struct doc_state *states; /* of which the first is entered first */
    uint32_t states_count;
};

/* workflows/rules: one clause a row. What no rule of the programme says is of kind default. */
struct doc_rule {
    char *id;
    char *kind; /* rule | default */
    struct doc_text title;
    char *source;
    /* A rule that no definition cites says why: it is applied elsewhere (outside), or not at all so far (unmet). */
    char *outside;
    char *unmet;
};

/* workflows/roles.yaml: who may act and whose turn may be. */
struct doc_role {
    char *id;
    char *kind; /* membership | relation */
    struct doc_text label;
    char *outside; /* of a role that no definition names: what it is for */
};

/* workflows/notices: subject and body with {{variables}}. */
struct doc_notice {
    char *id;
    char *basis;
    struct doc_text subject;
    struct doc_text body;
};

/* Where in its file a piece of a document stands: filled by the loader in a second pass, keyed by document path. */
struct doc_position {
    char *path; /* "states[3].take[0].to[1]" */
    int line, column;
};

#endif
