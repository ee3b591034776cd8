/** What several variables say together that cannot be honoured, each of them right by itself. */
import { accessProblems, type AccessSettings } from "./access_rules.ts";
import type { DatabaseServer } from "./database_url.ts";
import { leastBytes } from "./history_days.ts";

/** The variables that may contradict each other. */
export interface JointSettings extends AccessSettings {
  readonly databaseUrl: DatabaseServer | null;
  readonly databaseReadUrl: DatabaseServer | null;
  readonly keepMetricsDays: number | null;
  readonly keep10sDays: number | null;
  readonly keep1mDays: number | null;
  readonly keep1hDays: number | null;
  readonly historyMaxGb: number;
  readonly symbols: readonly string[];
  readonly metricsIntervalMs: number;
}

/** One line for each contradiction, which names the variable and what to do; such a monitor does not start. */
export function contradictions(settings: JointSettings): string[] {
  const { databaseUrl, databaseReadUrl } = settings;
  const found = accessProblems(settings);
  if (databaseReadUrl !== null && databaseUrl === null) {
    found.push("DATABASE_READ_URL must not be set without DATABASE_URL, of which it reads");
  }
  if (databaseUrl !== null && ["read-only", "standby"].includes(databaseUrl.role)) {
    found.push(
      `DATABASE_URL must not ask for target_session_attrs=${databaseUrl.role}: it is written to; ` +
        "DATABASE_READ_URL may",
    );
  }
  found.push(...ageProblems(settings), ...sizeProblems(settings));
  return found;
}

/** From fine to coarse. */
const CHAIN = [
  ["KEEP_METRICS_DAYS", "keepMetricsDays"],
  ["KEEP_10S_DAYS", "keep10sDays"],
  ["KEEP_1M_DAYS", "keep1mDays"],
  ["KEEP_1H_DAYS", "keep1hDays"],
] as const;

/** What is coarser is for longer spans, and would have to answer for what is gone. */
function ageProblems(settings: JointSettings): string[] {
  const said = (days: number | null) => days ?? "forever";
  return CHAIN.slice(1).flatMap(([name, key], i) => {
    const [finerName, finerKey] = CHAIN[i] ?? CHAIN[0];
    const [days, finer] = [settings[key], settings[finerKey]];
    if (days === null || finer !== null && finer <= days) return [];
    return [
      `${name} (${days}) must not be less than ${finerName} (${
        said(finer)
      }): what is coarser is kept at least as ` +
      `long as what it is made from; raise ${name}, or lower ${finerName}`,
    ];
  });
}

function sizeProblems({ historyMaxGb, symbols, metricsIntervalMs }: JointSettings): string[] {
  const neededGb = leastBytes(symbols.length, metricsIntervalMs) / 1e9;
  if (historyMaxGb >= neededGb) return [];
  // Rounded up: whoever does as they are told is not refused again.
  const told = (Math.ceil(neededGb * 100) / 100).toFixed(2);
  return [
    `HISTORY_MAX_GB (${historyMaxGb}) is less than ${symbols.length} symbols take over midnight, two hours of rows of each second ` +
    `and roll-ups of a day, about ${told}: raise it, follow fewer SYMBOLS, or raise METRICS_INTERVAL_MS`,
  ];
}
