#include "adapters/http/registers.h"

#include <glib.h>
#include <string.h>

static const struct register_value service_columns[] = {
    {"サービス", "Service", "service_name", "service_name_en", NULL},
    {"事業者", "Provider", "applicant_name", NULL, NULL},
    {"監査対象期間", "Audit period", "audit_period.start", NULL, "audit_period.end"},
    {"有効期限", "Valid until", "expiry", NULL, NULL},
    {0}};

static const struct register_value service_facts[] = {
    {"サービス", "Service", "service_name", NULL, NULL},
    {"サービス（英語）", "Service (English)", "service_name_en", NULL, NULL},
    {"事業者", "Provider", "applicant_name", NULL, NULL},
    {"言明の対象範囲", "Scope of the statement", "listed_information.scope", NULL, NULL},
    {"対象外", "Not covered", "listed_information.not_covered", NULL, NULL},
    {"実施している統制目標", "Control objectives implemented", "listed_information.control_objectives", NULL, NULL},
    {"監査対象期間の初日", "Audit period from", "audit_period.start", NULL, NULL},
    {"監査対象期間の末日", "Audit period to", "audit_period.end", NULL, NULL},
    {"後発事象", "Subsequent events", "listed_information.subsequent_events", NULL, NULL},
    {"有効期限（日本時間の終日）", "Valid until (end of the day, Japan)", "expiry", NULL, NULL},
    {0}};

static const struct register_cell service_cells[] = {{"service_name", "service_name"},
                                                     {"service_name_en", "service_name_en"},
                                                     {"applicant_name", "applicant_name"},
                                                     {"scope", "listed_information.scope"},
                                                     {"audit_period_start", "audit_period.start"},
                                                     {"audit_period_end", "audit_period.end"},
                                                     {"valid_until", "expiry"},
                                                     {0}};

static const struct register_value auditor_columns[] = {
    {"監査機関", "Auditor", "auditor_name", "auditor_name_en", NULL},
    {"法人番号", "Corporate number", "corporate_number", NULL, NULL},
    {"登録日", "Registered on", "decided_on", NULL, NULL},
    {"登録の期限", "Registered until", "term", NULL, NULL},
    {0}};

static const struct register_value auditor_facts[] = {
    {"監査機関", "Auditor", "auditor_name", NULL, NULL},
    {"監査機関（英語）", "Auditor (English)", "auditor_name_en", NULL, NULL},
    {"法人番号", "Corporate number", "corporate_number", NULL, NULL},
    {"所在地", "Address", "address", NULL, NULL},
    {"登録日（更新の日を含む）", "Registered, or last renewed, on", "decided_on", NULL, NULL},
    {"登録の期限（日本時間の終日）", "Registered until (end of the day, Japan)", "term", NULL, NULL},
    {0}};

static const struct register_cell auditor_cells[] = {{"auditor_name", "auditor_name"},
                                                     {"auditor_name_en", "auditor_name_en"},
                                                     {"corporate_number", "corporate_number"},
                                                     {"address", "address"},
                                                     {"registered_on", "decided_on"},
                                                     {"registered_until", "term"},
                                                     {0}};

/* A path that continues another stands above it: the first that fits is taken. */
const struct register_page register_pages[] = {{.name = "auditors",
                                                .path = "/register/auditors",
                                                .key = "auditor_no",
                                                .file = "auditors.csv",
                                                .title_ja = "監査機関リスト",
                                                .title_en = "Auditor List",
                                                .caption_ja = "現在登録されている監査機関",
                                                .caption_en = "Auditors registered now",
                                                .unit_ja = "件",
                                                .unit_en = "auditors",
                                                .columns = auditor_columns,
                                                .facts = auditor_facts,
                                                .cells = auditor_cells},
                                               {.name = "services",
                                                .path = "/register",
                                                .key = "registration_no",
                                                .file = "register.csv",
                                                .title_ja = "クラウドサービスリスト",
                                                .title_en = "Cloud Service List",
                                                .caption_ja = "現在登録されているサービス",
                                                .caption_en = "Services registered now",
                                                .unit_ja = "件",
                                                .unit_en = "services",
                                                .columns = service_columns,
                                                .facts = service_facts,
                                                .cells = service_cells},
                                               {0}};

const struct register_page *register_page_at(const char *path)
{
    for (const struct register_page *page = register_pages; page->name != NULL; page++) {
        size_t size = strlen(page->path);

        if (strncmp(path, page->path, size) == 0 && (path[size] == '\0' || path[size] == '/' || path[size] == '.'))
            return page;
    }
    g_assert_not_reached();
}
