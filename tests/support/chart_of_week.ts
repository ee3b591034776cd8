/** A chart of a week that was seeded, with a monitor going on after it: what it shows is held against what finer rows say of the same time. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import type { Span } from "../../scripts/seed/simulated_life.ts";
import { USUAL } from "../../web/page/chart/chart_settings.ts";
import {
  drag,
  isAbout,
  isLive,
  lengthOf,
  paneOf,
  placeOf,
  shown,
  untilShown,
} from "../browser/chart/chart_hand.ts";
import { textOf } from "./browser.ts";
import { eventually } from "./eventually.ts";
import { getJson } from "./monitor.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** A day of it, milliseconds. */
export const DAY_MS = 24 * 60 * MINUTE_MS;
/** What `--days 7` asks for, milliseconds. */
export const WEEK_MS = 7 * DAY_MS;
/** Places of a chart or a heatmap that are read, evenly apart. */
export const PLACES = 24;
/** The hour, the day and the days before are a life each. */
const LIVES = 3;
/** Beside a time of which nothing is known, a point or column that reaches into it may know nothing either. */
const BESIDE_MS = 15 * MINUTE_MS;
/** So much on either side of the seam is walked through; half a second beside the rows. */
const SEAM_MS = 9_500;
/** What a chart asks for that nobody has changed. */
const CHARTED = USUAL.metrics.join();

/** `GET /api/metrics`, as far as it is needed. */
interface Metrics {
  readonly intervalMs: number;
  readonly resolution: readonly { readonly source: string; readonly intervalMs: number }[];
  readonly columns: {
    readonly timeMs: readonly number[];
    readonly mid: readonly (number | null)[];
  };
}

/** Whether a moment is in one of these times, or near it. */
export function isNear(spans: readonly Span[], timeMs: number): boolean {
  return spans.some(({ fromMs, toMs }) => fromMs - BESIDE_MS < timeMs && timeMs < toMs + BESIDE_MS);
}

/** `2 min`, `3 h`, `40 s`, as the page writes how long something lasted. */
function msOf(text: string): number {
  const [, number = "", unit = ""] = /^([\d.,]+) (s|min|h)$/.exec(text) ?? [];
  return Number(number) * ({ s: SECOND_MS, min: MINUTE_MS, h: 60 * MINUTE_MS }[unit] ?? NaN);
}

/** As the page writes one: `61,818.04`. */
export function numberIn(text: string): number {
  return Number(text.replaceAll(",", ""));
}

/** Of another day than `nowMs` it says which: `2026-08-01 12:34:56 UTC`. */
export function momentIn(text: string, nowMs: number): number {
  const day = text.length > 12 ? text.slice(0, 10) : new Date(nowMs).toISOString().slice(0, 10);
  return Date.parse(`${day}T${text.slice(-12, -4)}Z`);
}

/** One page, with the chart that everybody has. */
export class ChartOfWeek {
  readonly #page: Page;
  readonly #url: string;
  readonly #symbol: string;
  readonly #unknown: readonly Span[];
  #told = "";
  /** What the page has asked of stored metrics, and was answered. */
  readonly answers: { readonly url: URL; readonly answer: Metrics }[] = [];

  constructor(page: Page, url: string, symbol: string, unknown: readonly Span[]) {
    this.#page = page;
    this.#url = url;
    this.#symbol = symbol;
    this.#unknown = unknown;
    page.on("response", (response) => {
      const at = new URL(response.url());
      const isOfChart = at.searchParams.get("columns")?.startsWith(CHARTED) ?? false;
      if (at.pathname !== "/api/metrics" || !isOfChart || !response.ok()) return;
      void response.json().then((answer: Metrics) => this.answers.push({ url: at, answer }))
        .catch(() => {});
    });
  }

  /** Presses the button of a range, and waits for what is stored of it. */
  async showRange(name: string, lengthMs: number, pointsMin: number): Promise<void> {
    const page = this.#page;
    await page.getByRole("button", { name, exact: true }).first().click();
    await untilShown(page, isAbout(lengthMs), name);
    await eventually(
      async () =>
        await page.getByTestId("history-note").getAttribute("data-loading") === "loaded" &&
        Number(await paneOf(page).getAttribute("data-points")) >= pointsMin,
      `history of ${name}`,
    );
  }

  /** Reads the chart at places over its whole length: each tells a price that finer rows of that time have. */
  async readOver(): Promise<number> {
    const page = this.#page;
    const { x, y, width, height } = await placeOf(page);
    let read = 0;
    for (let place = 0; place < PLACES; place++) {
      const share = (place + 0.5) / PLACES;
      const now = await shown(page);
      const atMs = now.fromMs + share * lengthOf(now);
      if (isNear(this.#unknown, atMs)) continue;
      await page.mouse.move(x + share * width, y + height / 2);
      const pixelMs = lengthOf(now) / width;
      const time = await textOf(page, "read-time", (text) => {
        const readMs = momentIn(text, Date.now());
        return Math.abs(readMs - atMs) < 2 * pixelMs + 5 * SECOND_MS;
      });
      const mid = numberIn(await textOf(page, "read-mid", (text) => /\d/.test(text)));
      const finer = await this.#finer(atMs, this.#binMs(lengthOf(now)));
      const [least, most] = [Math.min(...finer), Math.max(...finer)];
      assert(least - 0.01 <= mid && mid <= most + 0.01, `${time}: ${mid}, ${least} to ${most}`);
      read += 1;
    }
    await page.mouse.move(1, 1);
    return read;
  }

  /** How long the points are that the page was answered of a stretch so long. */
  #binMs(lengthMs: number): number {
    const last = this.answers.findLast(({ url }) =>
      Number(url.searchParams.get("to")) - Number(url.searchParams.get("from")) >= lengthMs
    );
    assert(last !== undefined, "the page has asked");
    return Math.max(SECOND_MS, ...last.answer.resolution.map(({ intervalMs }) => intervalMs));
  }

  /** Mid in the finest rows that there are about a moment: of the bins on either side of it. */
  async #finer(atMs: number, binMs: number): Promise<readonly number[]> {
    const aboutMs = 1.5 * binMs + MINUTE_MS;
    const query = new URLSearchParams({
      symbol: this.#symbol,
      from: String(Math.round(atMs - aboutMs)),
      to: String(Math.round(atMs + aboutMs)),
      limit: "10000",
      columns: "mid",
    });
    const { columns } = await getJson<Metrics>(`${this.#url}/api/metrics?${query}`);
    const mids = columns.mid.filter((mid) => mid !== null);
    assert(mids.length > 0, `finer rows of ${new Date(atMs).toISOString()}`);
    return mids;
  }

  /** What the chart's table tells: the share of mid that is known, and for how long what is marked lasted. */
  async #table(): Promise<{ readonly known: number; readonly marks: ReadonlyMap<string, number> }> {
    const page = this.#page;
    const numbers = page.getByTestId("chart-numbers");
    const caption = await numbers.locator("caption").textContent() ?? "";
    const known = await numbers.locator("tbody tr").first().locator("td").last().textContent();
    const marks = caption.split("; ").slice(1).map((text): [string, number] => {
      const [, word = "", lasted = ""] = /^(?:\d+ × )?(.+?),? ([\d.,]+ (?:s|min|h))$/.exec(text) ??
        [];
      return [word, msOf(lasted)];
    });
    return { known: Number(known?.replace(" %", "")) / 100, marks: new Map(marks) };
  }

  /** The chart knows all but what nobody knew, and marks no more than that. */
  async isWhole(): Promise<void> {
    const page = this.#page;
    const table = page.getByTestId("chart-table");
    if (await table.getAttribute("aria-expanded") !== "true") await table.click();
    let told = "";
    await eventually(async () => {
      const span = await shown(page);
      const binMs = this.#binMs(lengthOf(span));
      const within = (one: Span) =>
        Math.max(0, Math.min(one.toMs, span.toMs) - Math.max(one.fromMs, span.fromMs));
      const unknownMs = this.#unknown.reduce((sum, one) => sum + within(one), 0);
      // Every stretch ends within a point on either side, and a life begins with some that are not whole.
      const slackMs = 2 * binMs * (this.#unknown.length + LIVES);
      const { known, marks } = await this.#table();
      const lackMs = (1 - known) * lengthOf(span);
      const absentMs = marks.get("not recorded") ?? 0;
      told = `${Math.round(100 * known)} % known, ${
        [...marks].map(([word, ms]) => `${word} ${ms / SECOND_MS} s`).join(", ")
      }, ` +
        `points of ${binMs / SECOND_MS} s; not known to anybody: ${
          Math.round(unknownMs / SECOND_MS)
        } s`;
      return lackMs <= unknownMs + slackMs + 0.006 * lengthOf(span) &&
        absentMs <=
          within(this.#unknown.at(-1) ?? { fromMs: 0, toMs: 0 }) + 2 * binMs + MINUTE_MS &&
        [...marks].every(([word, ms]) =>
          word === "not recorded" || ms <= unknownMs + slackMs
        ) &&
        !marks.has("rows lost");
    }, "the chart is whole").catch((error) => {
      throw new Error(told, { cause: error });
    });
    this.#told = told;
  }

  /** In numbers, of the last chart that was looked at. */
  told(): string {
    const { resolution } = this.answers.at(-1)?.answer ?? { resolution: [] };
    const sources = this.answers.slice(-2).flatMap(({ answer }) =>
      answer.resolution.map((one) => one.source)
    );
    return `${this.#told}; of ${[...new Set(sources)].join(", ")} (${resolution.length} parts)`;
  }

  /** Some seconds on either side of the moment at which the page was opened, walked through point by point; `watchedMs`: there are rows since then. */
  async seam(watchedMs: number): Promise<void> {
    const page = this.#page;
    // Of all of it there are rows, those before are stored when the page asks, and the stream tells those after.
    await eventually(() => Date.now() > watchedMs + 2 * SEAM_MS, "rows before it");
    await page.reload();
    await textOf(page, "mid", (text) => /\d/.test(text));
    const openedMs = Math.floor(Date.now() / SECOND_MS) * SECOND_MS;
    const span = { fromMs: openedMs - SEAM_MS, toMs: openedMs + SEAM_MS };
    await eventually(() => Date.now() > span.toMs + 3_000, "rows of both sides");
    await page.goto(
      `${this.#url}/#${this.#symbol}?chart.from=${span.fromMs}&chart.to=${span.toMs}`,
    );
    await untilShown(page, ({ fromMs }) => fromMs === span.fromMs, "the seam");
    await eventually(async () => Number(await paneOf(page).getAttribute("data-points")) >= 18);
    await page.getByTestId("chart-room").focus();
    const read: string[] = [];
    const steps = Math.ceil(lengthOf(span) / SECOND_MS);
    for (let n = 0; n < steps; n++) await page.keyboard.press("ArrowRight");
    for (let n = 0; n < steps - 1; n++) {
      read.push(await page.getByTestId("read-time").textContent() ?? "");
      await page.keyboard.press("ArrowLeft");
      await textOf(page, "read-time", (text) => text !== read.at(-1));
    }
    const seconds = read.map((text) =>
      Date.parse(`2026-01-01T${text.slice(-12, -4)}Z`) / SECOND_MS
    );
    const apart = seconds.slice(1).map((one, i) => ((seconds[i] ?? NaN) - one + 86_400) % 86_400);
    assertEquals(apart, apart.map(() => 1), read.join(" "));
    await page.getByTestId("jump").click();
    await eventually(() => isLive(page), "it follows");
  }

  /** Into the third day, which has finer points then, back to the week, and from another zoom to what is now. */
  async zoom(): Promise<void> {
    const page = this.#page;
    const before = await shown(page);
    const coarseMs = this.#binMs(WEEK_MS);
    await drag(page, 2 / 7, 3 / 7);
    const day = await untilShown(page, (now) => lengthOf(now) < 2 * DAY_MS, "a day");
    assert(Math.abs(lengthOf(day) - DAY_MS) < WEEK_MS / 100, `${lengthOf(day)} ms`);
    assert(Math.abs(day.fromMs - before.fromMs - 2 * DAY_MS) < WEEK_MS / 100);
    await eventually(() => this.#binMs(DAY_MS) < coarseMs, "finer points");
    await this.isWhole();
    const read = await this.readOver();
    console.log(`a day of it: ${this.told()}; ${read} places read`);
    assertEquals(await shown(page), day, "it stands still while numbers come");
    await page.getByTestId("chart-back").click();
    await untilShown(page, isAbout(WEEK_MS), "back");
    await eventually(() => isLive(page), "it follows");
    await drag(page, 0.5, 0.6);
    await untilShown(page, (now) => lengthOf(now) < 2 * DAY_MS, "another day");
    await page.getByTestId("jump").click();
    await untilShown(page, isAbout(WEEK_MS), "as much as before");
    const live = await shown(page);
    await untilShown(page, ({ toMs }) => toMs > live.toMs, "it moves on again");
    await this.isWhole();
  }
}
