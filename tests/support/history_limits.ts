/** For how long history is kept, and how large it may be, where nobody says otherwise. */
import type { HistoryLimits } from "../../actors/writer/jobs.ts";

/** Of each kind. */
export const HISTORY_LIMITS: HistoryLimits = {
  historyMaxGb: 20,
  keepMetricsDays: 3,
  keepBooksDays: 1,
  keepTradesDays: 30,
  keep10sDays: 14,
  keep1mDays: 365,
  keep1hDays: null,
  keepAlertsDays: null,
  keepFeedDays: 90,
};
