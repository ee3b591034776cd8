/** What waits for Redis, and the fields of its hashes: written here, and read by the web server. */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import {
  ALERTS_WAITING_MAX,
  type RedisItem,
  RedisOutbox,
} from "../../actors/writer/redis_outbox.ts";
import { redisRights } from "../../actors/writer/redis_trouble.ts";
import { METRIC_NAMES, type MetricValues } from "../../shared/catalogue/metrics.ts";
import { NULL_REASON_NAMES } from "../../shared/catalogue/null_reasons.ts";
import { codeOf, codeOfNothing, readNullCode } from "../../shared/catalogue/null_code.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import {
  bookFields,
  latestFields,
  latestText,
  readLatestText,
  WHOLE_ROW,
} from "../../shared/latest_hash.ts";
import { metricsView } from "../../shared/metrics_view.ts";
import { DATA_STATES, type MetricsFrame } from "../../shared/output.ts";
import {
  alertsChannel,
  alertsStream,
  beatKey,
  bookKey,
  latestKey,
  metricsChannel,
  REDIS_PREFIX,
  revisionKey,
} from "../../shared/redis_keys.ts";
import { alertEvent, bookFrame, bucketFrame } from "./outputs.ts";

const settings = DEFAULT_SETTINGS;

/** Names and values in turn, as Redis gives them back. */
function hashOf(fields: readonly string[]): Record<string, string> {
  const hash: Record<string, string> = {};
  for (let i = 0; i < fields.length; i += 2) hash[fields[i] ?? ""] = fields[i + 1] ?? "";
  assertEquals(Object.keys(hash).length * 2, fields.length, "each name once");
  return hash;
}

const oneFrame = fc.record({
  known: fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })), {
    minLength: METRIC_NAMES.length,
    maxLength: METRIC_NAMES.length,
  }),
  reason: fc.constantFrom(...NULL_REASON_NAMES),
  isNothing: fc.boolean(),
  state: fc.constantFrom(...DATA_STATES),
  bookUpdateId: fc.option(fc.nat()),
}).map(({ known, reason, isNothing, state, bookUpdateId }): MetricsFrame => {
  const unknown = METRIC_NAMES.filter((_, i) => isNothing || known[i] === null);
  const values = METRIC_NAMES.map((name, i) => [name, isNothing ? null : known[i] ?? null]);
  const nulls = isNothing ? codeOfNothing(reason) : unknown.map((name) => codeOf(name, reason));
  return {
    ...bucketFrame(1, { state, bookUpdateId }),
    values: Object.fromEntries(values) as MetricValues,
    nulls: typeof nulls === "string" ? nulls : nulls.join(""),
  };
});

Deno.test("readLatestText() gives back what latestText() was given, to the bit, and latestFields() has it in decimals", () => {
  fc.assert(
    fc.property(oneFrame, fc.constantFrom("exchange", "simulation"), (frame, source) => {
      const parts = { view: metricsView(frame), source, settings };
      const { timeMs, bucketMs, state, bookUpdateId, eventMs, nulls } = frame;
      // There is no text for the sign of a zero.
      const values = METRIC_NAMES.map((
        name,
      ) => [name, frame.values[name] || (frame.values[name] === null ? null : 0)]);
      assertEquals(readLatestText(latestText(parts)), {
        ...{ source, settings, timeMs, bucketMs, state, bookUpdateId, eventMs },
        values: Object.fromEntries(values),
        reasons: readNullCode(nulls),
      });
      const hash = hashOf(latestFields(parts));
      assertEquals(
        METRIC_NAMES.map((name) => [name, name in hash ? Number(hash[name]) || 0 : null]),
        values,
      );
      assertEquals([hash["timeMs"], hash["state"], hash["source"]], [
        String(timeMs),
        state,
        source,
      ]);
      assertEquals(hash["bookUpdateId"], bookUpdateId === null ? undefined : String(bookUpdateId));
      const told: Record<string, string> = JSON.parse(hash["reasons"] ?? "");
      const reasons = METRIC_NAMES.flatMap((name) => told[name] ?? told["*"] ?? []);
      assertEquals(reasons, Object.values(readNullCode(nulls)));
    }),
    { numRuns: 200 },
  );
});

Deno.test("latestFields() says in few words that nothing is known", () => {
  const nothing = bucketFrame(1, { state: "stale", nulls: codeOfNothing("not_live") });
  const hash = hashOf(latestFields({ view: metricsView(nothing), source: "exchange", settings }));
  assertEquals(hash["reasons"], '{"*":"not_live"}');
});

Deno.test("readLatestText() takes nothing for a row that is none of ours", () => {
  const text = latestText({ view: metricsView(bucketFrame(1)), source: "exchange", settings });
  const good = JSON.parse(text);
  const table = [
    ...[null, "", "7", "[1", "null", "{}", text.slice(0, -1)],
    ...[{ source: "other" }, { state: "fine" }, { timeMs: "1" }, { timeMs: null }, { settings: [] }]
      .map((over) => JSON.stringify({ ...good, ...over })),
  ];
  for (const one of table) assertEquals(readLatestText(one), null, String(one));
  const over = {
    values: { mid: "abc", spread: 1, x: 2 },
    reasons: { mid: "mood", vpin: "too_quiet" },
  };
  const strange = readLatestText(JSON.stringify({ ...good, ...over }));
  assertEquals([strange?.values.mid, strange?.values.spread], [null, 1]);
  assertEquals(strange?.reasons, { vpin: "too_quiet" });
});

Deno.test("bookFields() has 20 levels a side, of a book in focus too", () => {
  const levels = (sign: number) =>
    Array.from({ length: 50 }, (_, i) => [100 + sign * (i + 1), 1] as const);
  const book = bookFrame({ bids: levels(-1), asks: levels(1) });
  const { bids = "", asks = "" } = hashOf(bookFields(book, "exchange"));
  assertEquals(JSON.parse(bids), levels(-1).slice(0, 20));
  assertEquals(JSON.parse(asks), levels(1).slice(0, 20));
});

Deno.test("RedisOutbox keeps the newest of each market, in whatever order they come and are given back", () => {
  const offers = fc.array(fc.record({
    symbol: fc.constantFrom("AUSDT", "BUSDT"),
    isBook: fc.boolean(),
    at: fc.nat(20),
    isTaken: fc.boolean(),
  }));
  fc.assert(fc.property(offers, (all) => {
    const outbox = new RedisOutbox();
    const newest = new Map<string, number>();
    for (const { symbol, isBook, at, isTaken } of all) {
      const frame = bucketFrame(at, { symbol });
      const output = isBook ? bookFrame({ symbol, timeMs: frame.timeMs }) : frame;
      outbox.offer(output, settings);
      const key = `${output.type} ${symbol}`;
      newest.set(key, Math.max(newest.get(key) ?? 0, output.timeMs));
      if (isTaken) outbox.giveBack(outbox.take());
    }
    assertEquals(outbox.size, newest.size);
    const waiting = outbox.take().map(({ output }) =>
      [`${output.type} ${output.symbol}`, output.timeMs] as const
    );
    assertEquals(new Map(waiting), newest);
  }));
});

Deno.test("RedisOutbox keeps every revision of an alert, in order, until there are too many, and counts the others", () => {
  const outbox = new RedisOutbox();
  const revision = (number: number) => outbox.offer(alertEvent({ revision: number }), settings);
  const waiting = (items: readonly RedisItem[]) =>
    items.map((item) => item.kind === "alert" ? item.output.revision : 0);
  for (let number = 1; number <= 3; number++) revision(number);
  const taken = outbox.take();
  assertEquals([waiting(taken), outbox.size], [[1, 2, 3], 0]);
  assert(taken.every(({ output }) => !("evidence" in output)), "that is in the database");
  revision(4);
  outbox.giveBack(taken.slice(1));
  assertEquals([outbox.alerts, outbox.dropped], [3, 0]);
  for (let number = 5; number <= ALERTS_WAITING_MAX + 5; number++) revision(number);
  const kept = waiting(outbox.take());
  assertEquals([kept.length, kept[0], kept.at(-1)], [
    ALERTS_WAITING_MAX,
    6,
    ALERTS_WAITING_MAX + 5,
  ]);
  assertEquals(outbox.dropped, 4, "2 to 5");
});

Deno.test("REDIS_PREFIX is nothing that means more than itself in a pattern or a list of rights", () => {
  const good = ["orderbook", "desk:orderbook", "a.b-c_d:1", "x".repeat(64)];
  const bad = [
    "",
    ":",
    "a:",
    ":a",
    "a::b",
    "a b",
    "a*",
    "a?",
    "{a}",
    "~a",
    "a\n",
    "ä",
    "x".repeat(65),
  ];
  assertEquals(good.filter((prefix) => !REDIS_PREFIX.test(prefix)), []);
  assertEquals(bad.filter((prefix) => REDIS_PREFIX.test(prefix)), []);
});

Deno.test("docs/REDIS.md names every field that is no metric, every name, and the rights that are asked for", async () => {
  const text = await Deno.readTextFile(new URL("../../docs/REDIS.md", import.meta.url));
  const frame = bucketFrame(1, { mid: null });
  const fields = [
    ...Object.keys(
      hashOf(latestFields({ view: metricsView(frame), source: "exchange", settings })),
    ),
    ...Object.keys(hashOf(bookFields(bookFrame(), "exchange"))),
    WHOLE_ROW,
  ].filter((name) => !METRIC_NAMES.some((metric) => metric === name));
  const names = [
    ...[latestKey, bookKey, metricsChannel, alertsChannel].map((name) =>
      name("orderbook", "BTCUSDT")
    ),
    ...[alertsStream("orderbook"), beatKey("orderbook"), revisionKey("orderbook", "<alertId>")],
  ];
  const missing = [...fields, ...names].filter((name) => !text.includes(`\`${name}\``));
  assertEquals(missing, []);
  assert(text.includes(` ${redisRights("orderbook")}\n`), redisRights("orderbook"));
});
