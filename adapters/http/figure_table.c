#include "adapters/http/figure.h"

#include <string.h>

/* clang-format off */
#define WORKFLOW {"workflow", FIGURE_NAMED, {"手続", "Workflow"}}
#define STATE {"state", FIGURE_NAMED, {"状態", "State"}}
#define CLOSED {"closed", FIGURE_BOOL, {"終了", "Closed"}}
#define CASES {"cases", FIGURE_COUNT, {"件数", "Cases"}}
#define ROLE {"role", FIGURE_NAMED, {"対応する者", "Whose turn"}}
#define KIND {"kind", FIGURE_NAMED, {"種類", "Kind"}}
#define DEADLINE {"deadline", FIGURE_NAMED, {"期限", "Deadline"}}
#define DURATIONS(what_ja, what_en)                                                                                    \
    {"median_days", FIGURE_DECIMAL, {what_ja "日数の中央値", "Median, days " what_en}},                                \
    {"p85_days", FIGURE_DECIMAL, {what_ja "日数の85パーセンタイル", "85th percentile, days " what_en}},                \
    {"longest_days", FIGURE_DECIMAL, {what_ja "日数の最長", "Longest, days " what_en}},                                \
    {"median_business", FIGURE_COUNT, {what_ja "営業日数の中央値", "Median, business days " what_en}},                 \
    {"p85_business", FIGURE_COUNT, {what_ja "営業日数の85パーセンタイル", "85th percentile, business days " what_en}}, \
    {"longest_business", FIGURE_COUNT, {what_ja "営業日数の最長", "Longest, business days " what_en}}

const struct figure figures[] = {
    {"cases", READ_STAT_CASES, "ac", false, false, "cases",
     {"手続・状態別の案件", "Cases by workflow and state"},
     {"データの時点でその状態にある案件の数です。並行する状態にある案件は、それぞれの状態で数えます。計は案件ごとに1回だけ数えます。"
      "期間の指定は使いません。",
      "How many cases stand in each state at the instant of the data. A case in parallel states is counted in each of "
      "them; a total counts every case once. The period is not used."},
     {WORKFLOW, STATE, CLOSED, CASES}},
    {"due", READ_STAT_DUE, "a", false, false, "overdue",
     {"期限の超過と接近", "Overdue and due soon"},
     {"データの時点で誰の対応を待っているかを、最も近い期限によって数えます。1件の案件が複数の者の対応を待つときは、それぞれに数えます。"
      "目標は過ぎても何も決まらず、理由の説明を求めるものです。期限は過ぎると効果が生じるものです。"
      "「なし」は期限がないか、期間の進行が停止しているものです。各行の待ち件数は、右の5列のどれか1つに入ります。期間の指定は使いません。",
      "Whose action is awaited at the instant of the data, by the nearest deadline. A case that waits for several is "
      "counted for each. When a target passes nothing is decided, but a reason is asked for; when a limit passes it "
      "takes effect. \"None\" has no deadline, or its clock stands still. Each turn of a row is in one of the five "
      "columns that follow. The period is not used."},
     {WORKFLOW, ROLE, KIND,
      {"turns", FIGURE_COUNT, {"待ち件数", "Turns"}},
      {"overdue", FIGURE_COUNT, {"超過", "Overdue"}},
      {"week", FIGURE_COUNT, {"7日以内", "Within 7 days"}},
      {"month", FIGURE_COUNT, {"8日から30日", "8 to 30 days"}},
      {"later", FIGURE_COUNT, {"30日より後", "After 30 days"}},
      {"never", FIGURE_COUNT, {"日付なし", "No date"}},
      {"nearest", FIGURE_INSTANT, {"最も近い期限", "Nearest"}}}},
    {"attention", READ_STAT_ATTENTION, "al", false, true, NULL,
     {"期限を超過した案件と7日以内の案件", "Cases overdue or due within 7 days"},
     {"「期限の超過と接近」の超過と7日以内に数えた待ちを、期限の順に並べたものです。残り日数は24時間を1日とし、過ぎたものは負の数です。",
      "What \"Overdue and due soon\" counts as overdue and within 7 days, in the order of the instants. Days left are "
      "of 24 hours, negative once the instant has passed."},
     {{"case", FIGURE_CASE, {"案件番号", "Case"}}, WORKFLOW,
      {"subject", FIGURE_TEXT, {"対象", "Subject"}},
      {"owner", FIGURE_NAMED, {"事業者", "Organisation"}}, ROLE, DEADLINE, KIND,
      {"due", FIGURE_INSTANT, {"時点", "Due"}},
      {"standing", FIGURE_NAMED, {"状況", "Standing"}},
      {"days_left", FIGURE_DECIMAL, {"残り日数", "Days left"}}}},
    {"incidents", READ_STAT_INCIDENTS, "ftacw", true, false, "cases",
     {"情報セキュリティインシデント報告", "Security incident reports"},
     {"データの時点の報告を重大度と状態で数え、そのうち期間内に受け付けたもの、対応の期限を過ぎたもの、最も近い期限とそれまでの残り時間を示します。"
      "重大度は届け出られ、又は判定された最新の値です。計は報告ごとに1回だけ数えます。",
      "Reports at the instant of the data by severity and state; of these how many were opened in the period, for how "
      "many a turn's deadline has passed, the nearest deadline and the hours left until it. The severity is the "
      "latest that was reported or assessed. The total counts every report once."},
     {{"severity", FIGURE_NAMED, {"重大度", "Severity"}}, STATE, CLOSED, CASES,
      {"opened", FIGURE_COUNT, {"期間内の受付", "Opened in the period"}},
      {"overdue", FIGURE_COUNT, {"超過", "Overdue"}},
      {"due", FIGURE_INSTANT, {"最も近い期限", "Nearest"}},
      {"hours", FIGURE_COUNT, {"残り時間（時間）", "Hours left"}}}},
    {"stages", READ_STAT_STAGES, "ftaczo", true, false, "median_days",
     {"各段階の所要期間", "Time in each stage"},
     {"期間内に終わった滞在の長さです。期間の前に始まったものを含み、まだ続いているものは含みません。期間の進行が停止した時間も数えます。"
      "日数は24時間を1日とし、営業日数は入った日の翌日から出た日までの営業日を数えます。"
      "中央値と85パーセンタイルは、滞在の少なくとも半数又は85％がそれ以下となる最短の実際の滞在です。入った件数と出た件数は期間内のものです。",
      "How long the stays were that ended in the period, those begun before it included, those not ended left out. "
      "Time in which a deadline's clock stood still counts. Days are of 24 hours; business days are those after the "
      "day of entry up to the day of leaving. The median and the 85th percentile are the shortest real stay that at "
      "least half or 85 % of the stays do not exceed. Entered and left are counted in the period."},
     {WORKFLOW, STATE,
      {"entered", FIGURE_COUNT, {"入った件数", "Entered"}},
      {"left", FIGURE_COUNT, {"出た件数", "Left"}}, DURATIONS("", "")}},
    {"lateness", READ_STAT_LATENESS, "ftaczo", true, false, "passed",
     {"運用支援機関の目標の遅れ", "Lateness of the operation support body"},
     {"運用支援機関が対応する番であった目標です。達成は期間内に目標の時点より前に終わったもの、超過は目標の時点が期間内に過ぎたもので、"
      "未了はそのうちデータの時点でまだ終わっていないものです。遅れは目標の時点から終わるまで（未了はデータの時点まで）の長さで、"
      "営業日数は目標の最終日の翌日から数えます。百分位数の定めは所要期間と同じです。",
      "Targets in the turn of the operation support body. Met: ended in the period before the target's instant. "
      "Passed: the instant came in the period; of these not ended: those that had not ended at the instant of the "
      "data. The lateness runs from the target's instant until it ended, or until the instant of the data; business "
      "days begin after the target's last day. Percentiles as for the time in stages."},
     {WORKFLOW, DEADLINE,
      {"targets", FIGURE_COUNT, {"目標の数", "Targets"}},
      {"met", FIGURE_COUNT, {"達成", "Met"}},
      {"passed", FIGURE_COUNT, {"超過", "Passed"}},
      {"open", FIGURE_COUNT, {"うち未了", "Not ended"}}, DURATIONS("遅れの", "late")}},
};
/* clang-format on */

const size_t figure_count = G_N_ELEMENTS(figures);

const struct figure *figure_find(const char *id)
{
    for (size_t i = 0; i < figure_count; i++)
        if (strcmp(figures[i].id, id) == 0)
            return &figures[i];
    return NULL;
}
