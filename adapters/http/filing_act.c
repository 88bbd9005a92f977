#include "adapters/http/filing.h"

#include "adapters/http/files.h"
#include "adapters/http/problem.h"
#include "engine/core/validate.h"

#include <string.h>

/* Only the version that another person's event made void is told as such; what else was refused has its reason. */
static void filing_refused(struct filing *f, enum toroku_error code, const char *reason)
{
    if (code == TOROKU_ERROR_STALE)
        filing_notice(
            f, PAGE_ERROR,
            call_text(f->call, "まだ受け付けていません：その間に案件が変わりました",
                      "Not filed: the case has changed meanwhile"),
            call_text(f->call, "入力した内容はすべて残っています。変更を確かめ、必要なら直してから提出してください。",
                      "All that you typed is still here. See what changed, correct it if need be, and file."));
    else
        filing_notice(f, PAGE_ERROR, call_text(f->call, "受け付けられませんでした", "This was not taken"), reason);
}

static int code_status(enum toroku_error code)
{
    return problem_status(&(struct problem){.code = code});
}

/* The case read again after a refusal: shown with what changed and all that was typed. */
static void filing_again(struct call *call)
{
    struct filing *f = call->own;
    struct case_view view;
    int status = code_status(f->command.outcome.code);

    if (!case_view_read(call, &view))
        return;
    case_view_release(&f->view);
    f->view = view;
    filing_prepare(f);
    if (f->findings->len > 0)
        filing_show_form(f, 422);
    else
        filing_show_check(f, status);
}

static void filing_answer_refusal(struct filing *f)
{
    struct outcome *outcome = &f->command.outcome;
    enum toroku_error code = outcome->code;
    g_autofree char *reason = g_strdup(call_text(f->call, outcome->reason_ja, outcome->reason_en));

    for (guint i = 0; i < outcome->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(outcome->findings, i);
        struct finding *copy = g_new(struct finding, 1);

        *copy = (struct finding){g_strdup(finding->pointer), g_strdup(finding->rule), g_strdup(finding->ja),
                                 g_strdup(finding->en)};
        g_ptr_array_add(f->findings, copy);
    }
    filing_refused(f, code, reason);
    command_release(&f->command);
    g_clear_pointer(&f->key, g_free);
    f->command.outcome.code = code;
    if (!f->opening)
        case_view_ask(f->call, filing_again);
    else if (f->findings->len > 0)
        filing_show_form(f, 422);
    else
        filing_show_check(f, code_status(code));
}

/* The world's failure: nothing is known to be filed, and the same key makes sure that it is filed once. */
static void filing_answer_failure(struct filing *f)
{
    GError *error = g_steal_pointer(&f->command.error);
    enum toroku_error code = toroku_error_code(error);

    command_release(&f->command);
    if (toroku_error_retryable(code)) {
        filing_notice(
            f, PAGE_ERROR, call_text(f->call, "今は受け付けられませんでした", "This could not be taken at the moment"),
            call_text(
                f->call,
                "入力した内容は残っています。もう一度「この内容で提出する」を押してください。二重には受け付けません。",
                "All that you typed is still here. Press \"File this\" again; it is never taken twice."));
        filing_show_check(f, 503);
    } else {
        call_fail(f->call, error);
    }
    g_error_free(error);
}

static void filing_done(struct command *command)
{
    struct filing *f = (struct filing *)(void *)command;
    g_autofree char *location = NULL;

    if (command->result == COMMAND_REFUSED) {
        filing_answer_refusal(f);
        return;
    }
    if (command->result == COMMAND_FAILED) {
        filing_answer_failure(f);
        return;
    }
    location = g_strdup_printf("/cases/%s-%" G_GINT64_FORMAT "/receipts/%d", f->view.chart->prefix, command->case_id,
                               command->seq);
    command_release(command);
    page_redirect(f->call, location, NULL);
}

/* The key stands for all that was meant. */
static void filing_hash(struct filing *f)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_append_printf(text, "page %s %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d ",
                           f->opening ? f->workflow : "", f->opening ? "" : f->event, f->command.case_id, f->subject,
                           f->command.if_version);
    value_print(f->input, text);
    chain_sha256(text->str, text->len, f->command.body_hash);
}

static void filing_files_checked(void *user, GPtrArray *findings, const GError *error)
{
    struct filing *f = user;

    if (error != NULL) {
        call_fail(f->call, error);
        return;
    }
    if (findings->len == 0) {
        command_submit(f->call->api->config.engine, &f->command);
        return;
    }
    for (guint i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);
        struct finding *copy = g_new(struct finding, 1);

        *copy = (struct finding){g_strdup(finding->pointer), g_strdup("file"), g_strdup(finding->ja),
                                 g_strdup(finding->en)};
        g_ptr_array_add(f->findings, copy);
    }
    filing_show_form(f, 422);
}

/* Gives the command to the engine and answers with what comes of it. */
static void filing_submit(struct filing *f)
{
    struct reader *reader = f->call->api->config.reader;

    f->command = (struct command){.case_id = f->opening ? 0 : f->view.s->id,
                                  .workflow = f->opening ? f->workflow : NULL,
                                  .subject = f->opening ? f->subject : 0,
                                  .prefix = f->opening ? NULL : f->view.chart->prefix,
                                  .event = f->opening ? EVENT_OPEN : f->event,
                                  .input = f->input,
                                  .actor = call_actor(f->call),
                                  .key = f->key,
                                  .if_version = f->opening ? -1 : f->version,
                                  .received = f->call->request->received,
                                  .done = filing_done};
    filing_hash(f);
    if (!files_check(reader, f->command.actor, f->input, filing_files_checked, f))
        command_submit(f->call->api->config.engine, &f->command);
}

/* What was typed as it would be filed, and what the engine would find in it. FALSE: there are findings. */
static bool filing_check(struct filing *f)
{
    value_unref(f->input);
    f->input = fields_prune(&f->fields, f->data);
    value_unref(f->data);
    f->data = value_ref(f->input);
    f->fields.data = f->data;
    validate_input(f->view.s, f->fields.at, f->fields.form, f->input, f->fields.partial, f->findings);
    f->lacks_subject = f->opening && f->view.chart->about_subject && f->subject == 0;
    return f->findings->len == 0 && !f->lacks_subject;
}

/* Not offered, or not open: told above what was typed, which stays. */
static void filing_closed(struct filing *f)
{
    if (f->open || f->title != NULL)
        return;
    filing_notice(f, PAGE_ERROR, call_text(f->call, "今は提出できません", "This cannot be filed now"),
                  f->why != NULL ? f->why
                                 : call_text(f->call, "現在の状態では、この手続は行えません。",
                                             "The case as it stands does not take it from you."));
}

static void filing_edit(struct filing *f)
{
    struct value *edited = fields_edit(&f->fields, f->data, f->action, &f->focus);

    value_unref(f->data);
    f->data = edited;
    filing_show_form(f, 200);
}

/* The same form, filed as the draft that the case lets this person keep. */
static void filing_become_draft(struct filing *f)
{
    const char *draft = filing_draft(f);

    if (draft == NULL)
        return;
    f->event = draft;
    filing_prepare(f);
}

static void filing_file(struct filing *f)
{
    bool file = strcmp(f->action, "file") == 0 && (f->opening || f->version >= 0);

    if (!filing_check(f)) {
        filing_show_form(f, 422);
    } else if ((file && (f->open || f->view.s->seq != f->version)) || (f->fields.partial && f->open)) {
        filing_submit(f);
    } else {
        filing_closed(f);
        filing_show_check(f, f->open ? 200 : 409);
    }
}

void filing_act(struct filing *f)
{
    bool carried = f->call->form != NULL && form_get(f->call->form, "data") != NULL;

    if (g_str_has_prefix(f->action, "lang-"))
        f->call->language = strcmp(f->action, "lang-en") == 0 ? "en" : "ja";
    if (f->action[0] == '\0' && !f->open) {
        filing_closed(f);
        filing_show_check(f, 409);
    } else if (f->action[0] == '\0' || g_str_has_prefix(f->action, "lang-")) {
        filing_closed(f);
        if (carried || (f->fields.form == CHART_NONE && !f->opening))
            filing_show_check(f, 200);
        else
            filing_show_form(f, 200);
    } else if (g_str_has_prefix(f->action, "change:")) {
        f->focus = g_strdup(f->action + strlen("change:"));
        filing_show_form(f, 200);
    } else if (g_str_has_prefix(f->action, "add:") || g_str_has_prefix(f->action, "remove:")) {
        filing_edit(f);
    } else {
        if (strcmp(f->action, "draft") == 0)
            filing_become_draft(f);
        filing_file(f);
    }
}
