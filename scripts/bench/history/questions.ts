/** Asks a real web server over a filled database, one question after another, each another one, and takes the time. */
import { ROUTES } from "../../../shared/catalogue/routes.ts";
import { addressOf, startWorker, webArgs } from "../../../tests/web/web_worker.ts";
import { type Extent, symbolNames } from "./extent.ts";
import type { StoreKind } from "./flags.ts";
import { cpuSecondsBelow } from "./host.ts";
import { type Goals, type Measure, percentilesOf } from "./measure.ts";
import type { Prepared } from "./prepare.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Where `deno task page` puts it. */
const PAGE_DIR = decodeURIComponent(new URL("../../../web/page/dist", import.meta.url).pathname);
const POINTS = 1_000;
/** The first few are answered by connections that are just being made. */
const WARM = 3;

/** The spans that are asked of `/api/metrics`. */
const SPANS = [
  { name: "1 h", ms: HOUR_MS },
  { name: "24 h", ms: DAY_MS },
  { name: "7 days", ms: 7 * DAY_MS },
  { name: "90 days", ms: 90 * DAY_MS },
] as const;
/** What a chart draws. */
const COLUMNS = "mid,spreadBps,imbalance";
const METRICS_GOALS: Readonly<Record<StoreKind, Goals>> = {
  postgres: { p99: 50 },
  pglite: { p95: 250, p99: 1_000 },
};
const ALERTS_GOALS: Goals = { p99: 20 };

/** An answer that says something else than was asked: its time would mean nothing. */
class WrongAnswerError extends Error {
  override readonly name = "WrongAnswerError";
}

/** What was found. */
export interface Answers {
  readonly measures: readonly Measure[];
  /** Questions that were not answered as they should be, and what the answer was, a line each; none of their times counts. */
  readonly wrong: readonly string[];
}

/** Asks each question so many times. */
export async function askAll(
  { database, endMs }: Prepared,
  { symbols, spanMs }: Extent,
  samples: number,
  say: (text: string) => void,
): Promise<Answers> {
  const { kind, address } = database;
  // On a busy machine it tells more than how long somebody waits.
  const cpu = () => [database.cpuSeconds(), cpuSecondsBelow(Deno.pid, "alone")] as const;
  const web = startWorker(webArgs({ database: address, pageDir: PAGE_DIR }));
  const url = await addressOf(web);
  const names = symbolNames(symbols);
  // No two spans end alike, so that no answer is one that was made before.
  const agoMs = spanMs.metrics / 6;
  const measures: Measure[] = [];
  const wrong: string[] = [];
  const ask = async (what: string, goals: Goals, question: (i: number) => Question) => {
    const times: number[] = [];
    const [databaseThen, webThen] = cpu();
    try {
      for (let i = 0; i < samples + WARM; i++) times.push(await timeOf(url, question(i)));
    } catch (error) {
      if (!(error instanceof WrongAnswerError)) throw error;
      wrong.push(`${kind}: ${error.message}`);
      return;
    }
    say(`${kind}: ${what} asked ${samples} times`);
    const [databaseNow, webNow] = cpu();
    const each = (place: string, seconds: number): Measure => ({
      ...{ store: kind, what: `${what}, CPU of ${place}`, unit: "ms", goal: null },
      value: seconds / times.length * 1_000,
    });
    measures.push(
      ...percentilesOf(kind, what, times.slice(WARM), goals),
      each("the database each", databaseNow - databaseThen),
      each("the web server and who asks each", webNow - webThen),
    );
  };
  try {
    for (const { name, ms } of SPANS) {
      await ask(`/api/metrics, ${name}`, METRICS_GOALS[kind], (i) => {
        const toMs = endMs - Math.floor(Math.random() * agoMs);
        const query = `from=${toMs - ms}&to=${toMs}&limit=${POINTS}&columns=${COLUMNS}`;
        return {
          path: `/api/metrics?symbol=${names[i % names.length]}&${query}`,
          countOf: (answer) => (answer as MetricsAnswer).columns.timeMs.length,
          // Bins are as long as their roll-up's are, or some times that.
          isWhole: (count) => count >= POINTS / 2 && count <= POINTS,
        };
      });
    }
    await ask("/api/alerts, first page", ALERTS_GOALS, () => ({
      path: `/api/alerts?from=${Math.floor(Math.random() * DAY_MS)}`,
      countOf: (answer) => (answer as AlertsAnswer).alerts.length,
      isWhole: (count) => count >= ROUTES.alerts.limit.default,
    }));
  } finally {
    await web.drain();
  }
  return { measures, wrong };
}

interface Question {
  readonly path: string;
  /** How much an answer has of what was asked for. */
  readonly countOf: (answer: unknown) => number;
  /** Whether that is what an answer of what is stored must have. */
  readonly isWhole: (count: number) => boolean;
}

interface MetricsAnswer {
  readonly columns: { readonly timeMs: readonly number[] };
}

interface AlertsAnswer {
  readonly alerts: readonly unknown[];
}

/** Until the last byte is here. */
async function timeOf(url: string, { path, countOf, isWhole }: Question): Promise<number> {
  const fromMs = performance.now();
  const response = await fetch(url + path);
  const text = await response.text();
  const ms = performance.now() - fromMs;
  const count = response.ok ? countOf(JSON.parse(text)) : 0;
  if (isWhole(count)) return ms;
  const said = `${response.status}, ${count} of what was asked for: ${text.slice(0, 200)}`;
  throw new WrongAnswerError(`${path} was answered with ${said}`);
}
