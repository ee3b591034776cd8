import { assert, assertEquals } from "@std/assert";
import {
  type FieldOf,
  type FieldsOf,
  number,
  orNull,
  text,
  whole,
} from "../../shared/catalogue/fields.ts";
import { METRIC_NAMES } from "../../shared/catalogue/metrics.ts";
import { checkOutput } from "../../shared/catalogue/output_check.ts";
import {
  formOf,
  HIDDEN_TYPES,
  type OutputOf,
  type OutputType,
} from "../../shared/catalogue/outputs.ts";
import { BOOK_FRAME_LEVELS_IN_FOCUS } from "../../shared/output.ts";
import { muteRecord } from "../support/mutes.ts";
import {
  alertEvent,
  auditRecord,
  bookFrame,
  bookSecond,
  bucketFrame,
  depthProfile,
  feedStatus,
  gapRecord,
  lossRecord,
  metricsFrame,
  proofStatus,
  ruleState,
  tapedTrade,
  tradeFrame,
  tradesFrame,
  tradesOfSide,
  tradesSecond,
} from "../support/outputs.ts";
import { metricState, microPriceTable } from "../support/memory_outputs.ts";

const SOUND: { readonly [Type in OutputType]: readonly OutputOf[Type][] } = {
  metrics: [metricsFrame(), bucketFrame(), bucketFrame({ state: "stale", bookUpdateId: null })],
  book: [bookFrame(), bookFrame({ bids: [] })],
  book_1s: [bookSecond(), bookSecond({ bids: null })],
  depth_profile: [depthProfile(), depthProfile({ bidCoveredBps: null, bids: [] })],
  trade: [tradeFrame(), tradeFrame({ trades: [tapedTrade({ side: "sell" })], leftOut: 3 })],
  trades: [tradesFrame(), tradesFrame({ buy: null, sell: tradesOfSide() })],
  trades_1s: [tradesSecond(), tradesSecond({ buy: null, sell: tradesOfSide() })],
  alert: [
    alertEvent(),
    alertEvent({
      mutedUntilMs: 7,
      acknowledged: { timeMs: 3, by: null, comment: "seen", severity: "critical" },
    }),
    alertEvent({ phase: "resolved", resolvedMs: 5, value: null, mid: null }),
  ],
  rule_state: [ruleState(), ruleState({ phase: "idle", rule: "*", samplesNeeded: 0 })],
  metric_state: [metricState()],
  mute: [muteRecord(), muteRecord({ rule: null, by: null, reason: "why", removedMs: 5 })],
  micro_price: [microPriceTable(), microPriceTable({ moves: 0, shiftsBps: [], visits: [] })],
  feed: [feedStatus(), feedStatus({ state: "syncing", reason: "Gap", bookUpdateId: null })],
  loss: [lossRecord(), lossRecord({ fromMs: null, toMs: null, lostBy: "writer", detail: "why" })],
  gap: [gapRecord(), gapRecord({ durationMs: null })],
  audit: [auditRecord(), auditRecord({ mismatched: 1, differences: ["bid 1: 2 here, 0 there"] })],
  proof: [proofStatus(), proofStatus({ lastExactMs: null })],
};
const ALL = Object.values(SOUND).flat();

Deno.test("Browsers are told of every form of every output but those that are hidden", () => {
  const hidden = ALL.filter((output) => formOf(output).event === null).map(({ type }) => type);
  assertEquals(new Set<string>(hidden), new Set(Object.keys(HIDDEN_TYPES)));
  const shown = ALL.filter((output) => formOf(output).event !== null).map(({ type }) => type);
  assertEquals(hidden.filter((type) => shown.includes(type)), []);
});

/** Longer than any text but what metrics remember. */
const LONG = "x".repeat(5_000);

/** What no field of any output may be. */
const NOTHING_SOUND = [
  undefined,
  NaN,
  Infinity,
  -Infinity,
  {},
  [null],
  LONG,
  "x".repeat(60_000),
  () => {},
];

const isRight = (type: OutputType, value: unknown) => checkOutput(type, value).isRight;

Deno.test("checkOutput() takes every output, as it is and as JSON has carried it, and gives it back", () => {
  for (const output of ALL) {
    assertEquals(checkOutput(output.type, output), { isRight: true, output });
    assert(isRight(output.type, JSON.parse(JSON.stringify(output))));
  }
});

Deno.test("checkOutput() refuses an output of another type, and what is none", () => {
  for (const output of ALL) {
    for (const type of Object.keys(SOUND) as OutputType[]) {
      assertEquals(isRight(type, output), type === output.type, `${output.type} as ${type}`);
    }
  }
  for (const value of [null, 3, "text", [], [alertEvent()], ...NOTHING_SOUND]) {
    assertEquals(isRight("alert", value), false);
  }
});

/** The places of a value at any depth. */
function placesOf(value: unknown, place: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const own = [...place, key];
    return [own, ...placesOf(inner, own)];
  });
}

/** A copy with something else at one place; without it when `change` says so. */
function changed(
  value: unknown,
  place: readonly string[],
  change: (parent: Record<string, unknown>, key: string) => void,
): unknown {
  const copy = structuredClone(value);
  const parent = place.slice(0, -1).reduce(
    (inner, key) => inner[key] as Record<string, unknown>,
    copy as Record<string, unknown>,
  );
  change(parent, place.at(-1) ?? "");
  return copy;
}

Deno.test("checkOutput() refuses what is wrong at any place: missing, of another type, or without an end", () => {
  for (const output of ALL) {
    for (const place of placesOf(output)) {
      const where = `${output.type}.${place.join(".")}`;
      for (const wrong of NOTHING_SOUND) {
        // A list of what may be unknown.
        if (Array.isArray(wrong) && /^(series|shiftsBps)$/.test(place.at(-1) ?? "")) continue;
        if (wrong === LONG && where === "metric_state.memory") continue;
        const spoilt = changed(output, place, (parent, key) => parent[key] = wrong);
        assertEquals(
          isRight(output.type, spoilt),
          false,
          `${where} is ${String(wrong).slice(0, 20)} of ${String(wrong).length}`,
        );
      }
      // An item that a list lacks is no item.
      if (/^\d+$/.test(place.at(-1) ?? "")) continue;
      const lacking = changed(output, place, (parent, key) => delete parent[key]);
      assertEquals(isRight(output.type, lacking), false, `${where} is missing`);
    }
    assertEquals(isRight(output.type, { ...output, more: 1 }), false, `${output.type} has more`);
  }
});

Deno.test("checkOutput() says where, and repeats nothing of what it was given", () => {
  const problem = (type: OutputType, value: unknown) => {
    const check = checkOutput(type, value);
    return check.isRight ? null : check.problem;
  };
  const side = tradesOfSide({ qty: -1 });
  assertEquals(problem("trades", tradesFrame({ buy: side })), "buy.qty is less than 5e-324");
  assertEquals(problem("alert", alertEvent({ revision: 0 })), "revision is less than 1");
  assertEquals(
    problem("alert", { ...alertEvent(), "<script>": 1 }),
    "it has a field that is not defined",
  );
  assertEquals(
    problem("book", bookFrame({ bids: [[1, 2], [3, 0]] })),
    "bids[1][1] is less than 5e-324",
  );
  const many = Array.from({ length: BOOK_FRAME_LEVELS_IN_FOCUS + 1 }, () => [1, 1] as const);
  assertEquals(problem("book", bookFrame({ asks: many })), "asks has too many items");
  assertEquals(
    problem("feed", { ...feedStatus(), state: "toString" }),
    "state is none of its words",
  );
  const { toId: _, ...lacking } = gapRecord();
  assertEquals(problem("gap", lacking), "toId is missing");
  assertEquals(problem("gap", gapRecord({ fromId: 2 ** 53 })), "fromId is no whole number");
});

Deno.test("checkOutput() holds each metric within the range of its definition", () => {
  const { values } = metricsFrame();
  const withValue = (name: string, value: number) => ({
    ...metricsFrame(),
    values: { ...values, [name]: value },
  });
  for (const name of METRIC_NAMES) assert(isRight("metrics", withValue(name, 0.5)), name);
  assertEquals(isRight("metrics", withValue("imbalance", 1.01)), false);
  assertEquals(isRight("metrics", withValue("topShare", -0.01)), false);
  assertEquals(isRight("metrics", withValue("spread", -1)), false);
  assert(isRight("metrics", withValue("velocity", -1e9)));
});

interface Small {
  readonly name: string;
  readonly count: number;
  readonly reason: string | null;
}

Deno.test("FieldsOf is a mistake for the compiler where a field is missing or of another type", () => {
  const sound: FieldsOf<Small> = {
    name: text(9),
    count: whole(0),
    reason: orNull<string>(text(9)),
  };
  assertEquals(Object.keys(sound).length, 3);
  // @ts-expect-error a field is missing
  const missing: FieldsOf<Small> = { name: text(9), count: whole(0) };
  // @ts-expect-error a field is of another type
  const wrong: FieldsOf<Small> = { ...sound, name: number() };
  // @ts-expect-error a field may not be null
  const never: FieldsOf<Small> = { ...sound, count: orNull<number>(number()) };
  // @ts-expect-error a word is missing
  const words: FieldOf<"bid" | "ask"> = { kind: "word", words: { bid: true } };
  assert([missing, wrong, never, words].every((one) => typeof one === "object"));
});
