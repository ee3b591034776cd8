/** The variables that say for how long history is kept, and how large it may be: a part of `VARIABLES` in `config.ts`. */
import { z } from "zod";
import type { AgeVariable } from "./catalogue/table_definition.ts";
import type { Variable } from "./variable.ts";
import type { Schema } from "./variable_schema.ts";

/** A hundred years: longer is for ever. */
const DAYS_MAX = 36_500;
const MAX_GB_MIN = 0.05;
const MAX_GB_MAX = 100_000;

const DAYS_MESSAGE = `must be a whole number of days, 1 to ${DAYS_MAX}, or forever`;
/** `null`: for ever. */
const days: Schema<number | null> = z.string().toLowerCase()
  .regex(/^(?:\d{1,6}|forever)$/, DAYS_MESSAGE)
  .transform((text) => text === "forever" ? null : Number(text))
  .refine((n) => n === null || n >= 1 && n <= DAYS_MAX, DAYS_MESSAGE);

const GB_MESSAGE = `must be a number of gigabytes, ${MAX_GB_MIN} to ${MAX_GB_MAX}`;
const gigabytes: Schema<number> = z.string().regex(/^\d{1,6}(?:\.\d{1,3})?$/, GB_MESSAGE)
  .transform(Number)
  .refine((n) => n >= MAX_GB_MIN && n <= MAX_GB_MAX, GB_MESSAGE);

function keepDays<const Name extends string, const Default extends string>(
  name: Name,
  standard: Default,
  meaning: string,
) {
  return { name, schema: days, default: standard, meaning, actors: ["writer", "web"] } as const;
}

/** In the order in which they are shown. */
export const HISTORY_VARIABLES = {
  historyMaxGb: {
    name: "HISTORY_MAX_GB",
    schema: gigabytes,
    default: "20",
    meaning:
      "How large [history](docs/OPERATIONS.md#how-long-history-is-kept) may be in all, with its indexes, gigabytes of " +
      "10⁹ bytes. It goes before every age: when it is reached the oldest rows of each second give way.",
    actors: ["writer", "web"],
  },
  keepMetricsDays: keepDays(
    "KEEP_METRICS_DAYS",
    "3",
    "For how many days rows of metrics are kept, one an interval; `forever`: as long as `HISTORY_MAX_GB` lets them.",
  ),
  keepBooksDays: keepDays("KEEP_BOOKS_DAYS", "1", "… books and depth profiles of each second."),
  keepTradesDays: keepDays("KEEP_TRADES_DAYS", "30", "… trades of each second."),
  keep10sDays: keepDays("KEEP_10S_DAYS", "14", "… metrics over ten seconds."),
  keep1mDays: keepDays(
    "KEEP_1M_DAYS",
    "365",
    "… metrics over a minute, and what the micro-price had learnt each hour.",
  ),
  keep1hDays: keepDays("KEEP_1H_DAYS", "forever", "… metrics over an hour."),
  keepAlertsDays: keepDays("KEEP_ALERTS_DAYS", "forever", "… alerts."),
  keepFeedDays: keepDays(
    "KEEP_FEED_DAYS",
    "90",
    "… how far data could be trusted: states of feeds, gaps, losses, audits and proofs.",
  ),
} as const satisfies Readonly<Record<AgeVariable | "historyMaxGb", Variable>>;

/** For how many days rows are kept, by variable; `null`: for ever. */
export type Ages = Readonly<Record<AgeVariable, number | null>>;
