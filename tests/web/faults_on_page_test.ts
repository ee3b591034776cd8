/**
 * Each word of the page that claims a state, against faults that make it false, in a real browser: what it says while all is
 * well, and what it says then.
 */
import { assert, assertEquals } from "@std/assert";
import { UNKNOWN_VALUES } from "../../shared/catalogue/metrics.ts";
import { codeOfNothing } from "../../shared/catalogue/null_code.ts";
import { textOf } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { auditRecord, feedStatus, metricsFrame, systemStatus } from "../support/outputs.ts";
import { type Scene, scene } from "./scene.ts";

const SYMBOLS = ["BTCUSDT", "ETHUSDT"];
const NO_CONNECTION = /not known while this page has no connection/;

/** What happens, in the world around the page. */
const FAULTS = {
  "the server is away": (on) => on.stage.close(),
  "the exchange is gone, and has told the monitor nothing": (on) => {
    on.stopMarket();
    for (const symbol of SYMBOLS) {
      const timeMs = Date.now();
      on.stage.hub.publish(feedStatus({ symbol, timeMs, state: "stale", reason: "no frame" }));
      // A year ahead, so that it does not fall silent while the test runs.
      const frame = {
        ...UNKNOWN_VALUES,
        state: "stale",
        nulls: codeOfNothing("not_live"),
      } as const;
      on.stage.hub.publish(metricsFrame({ ...frame, symbol, timeMs: timeMs + 31_536_000_000 }));
    }
  },
  "the monitor says that the exchange cannot be reached, and nothing moves": (on) => {
    on.stopMarket();
    on.setSystem({ ...MEASURED, exchange: { state: "unreachable", reason: "no way out" } });
  },
  "the store answers 503": async (on) => {
    on.stage.history.outage = "the database refuses connections";
    await eventually(async () => (await storedAlerts(on)) === "503 ");
    await on.page.reload();
  },
  "the writer says nothing": (on) => on.setSystem({ ...MEASURED, stores: null }),
  "an audit finds a level that differs": (on) =>
    on.stage.hub.publish(auditRecord({ timeMs: Date.now(), mismatched: 1 })),
  "our clock was set back": (on) => on.setSystem(withLatency({ clocks: 2, ...COMPUTED })),
} as const satisfies Record<string, (on: Scene) => unknown>;

type Fault = keyof typeof FAULTS;

/** Of this one the page must see by itself that nothing comes. */
const SILENCE: Fault = "the monitor says that the exchange cannot be reached, and nothing moves";
const SILENT_AFTER_MS = 3_000;

const COMPUTED = { receiveToComputedP50Ms: 0.02, receiveToComputedP99Ms: 0.4 };
const MEASURED = withLatency({
  clocks: 1,
  exchangeToReceiveP50Ms: 12,
  exchangeToReceiveP99Ms: 180,
  ...COMPUTED,
});

/** One word of the page, how it reads and is coloured when all is well, and with each fault that makes that untrue. */
interface Sentence {
  readonly testId: string;
  readonly well: RegExp;
  readonly tone: "good" | null;
  readonly faults: Partial<Record<Fault, { says: RegExp; tone: string | null; why?: RegExp }>>;
}

const SENTENCES: readonly Sentence[] = [
  {
    testId: "connection",
    well: /^connected$/,
    tone: "good",
    faults: { "the server is away": { says: /^reconnecting, last event .+ ago$/, tone: "bad" } },
  },
  {
    testId: "exchange-link",
    well: /^2 of 2 live$/,
    tone: "good",
    faults: {
      "the server is away": { says: /^–$/, tone: null, why: NO_CONNECTION },
      "the exchange is gone, and has told the monitor nothing": {
        says: /^no book is live$/,
        tone: "bad",
        why: /BTCUSDT is stale: no frame/,
      },
      "the monitor says that the exchange cannot be reached, and nothing moves": {
        says: /^unreachable$/,
        tone: "bad",
        why: /no way out/,
      },
    },
  },
  {
    testId: "storage",
    well: /^stored$/,
    tone: "good",
    faults: {
      "the server is away": { says: /^–$/, tone: null, why: NO_CONNECTION },
      "the writer says nothing": { says: /^not known$/, tone: "warning", why: /./ },
    },
  },
  {
    testId: "alert-count",
    well: /^none firing$/,
    tone: "good",
    faults: {
      "the server is away": { says: /^–$/, tone: null, why: NO_CONNECTION },
      "the exchange is gone, and has told the monitor nothing": {
        says: /^–$/,
        tone: null,
        why: /see nothing while its book is not live/,
      },
      "the store answers 503": {
        says: /^–$/,
        tone: null,
        why: /cannot be read: .*refuses connections/,
      },
    },
  },
  {
    testId: "alerts-note",
    well: /^No alert so far\.$/,
    tone: null,
    faults: {
      "the store answers 503": { says: /cannot be read.*refuses connections/, tone: null },
    },
  },
  {
    testId: "state",
    well: /^live$/,
    tone: "good",
    faults: {
      "the server is away": { says: /^offline$/, tone: "bad" },
      "the exchange is gone, and has told the monitor nothing": { says: /^stale$/, tone: "bad" },
      "the monitor says that the exchange cannot be reached, and nothing moves": {
        says: /^silent$/,
        tone: "bad",
      },
    },
  },
  {
    testId: "proof",
    well: /^best bid\/ask [\d.]+ s ago · 5,000 levels exact/,
    tone: "good",
    faults: {
      "the server is away": { says: /levels exact .* ago$/, tone: null },
      "the exchange is gone, and has told the monitor nothing": { says: /ago$/, tone: null },
      "an audit finds a level that differs": { says: /levels WRONG/, tone: "bad" },
    },
  },
  {
    testId: "latency-exchangeToReceive",
    well: /12 \/ 180/,
    tone: null,
    faults: {
      "the server is away": { says: /–/, tone: null },
      "our clock was set back": { says: /–/, tone: null },
    },
  },
  {
    testId: "clocks-note",
    well: /^$/,
    tone: null,
    faults: {
      "our clock was set back": { says: /is not known: by the exchange's clock/, tone: null },
    },
  },
];

for (const fault of Object.keys(FAULTS) as Fault[]) {
  scene(
    `What the page claims when ${fault}`,
    async (on) => {
      on.stage.history.episodes = [];
      await eventually(async () => (await storedAlerts(on)) === '200 {"alerts":[],"next":null}');
      on.setSystem(MEASURED);
      await on.page.reload();
      for (const { testId, well, tone } of SENTENCES) await reads(on, testId, well, tone);
      await FAULTS[fault](on);
      const concerned = SENTENCES.filter(({ faults }) => faults[fault] !== undefined);
      assert(concerned.length > 0, "a fault that no sentence tells of");
      for (const { testId, faults } of concerned) {
        const then = faults[fault];
        if (then === undefined) continue;
        await reads(on, testId, then.says, then.tone);
        // A word that stays may have had another reason a moment ago.
        const { why } = then;
        if (why !== undefined) await textOf(on.page, `${testId}-why`, (text) => why.test(text));
      }
    },
    "/",
    {},
    fault === SILENCE ? { silentAfterMs: SILENT_AFTER_MS } : {},
  );
}

async function reads(on: Scene, testId: string, text: RegExp, tone: string | null): Promise<void> {
  const place = on.page.getByTestId(testId);
  const read = async () => [
    (await place.textContent() ?? "").replace(/\s+/g, " ").trim(),
    await place.getAttribute("data-tone"),
  ];
  let last: (string | null)[] = [];
  try {
    await eventually(async () => {
      last = await read();
      return text.test(last[0] ?? "") && last[1] === tone;
    });
  } catch {
    assertEquals(last, [String(text), tone], `${testId} says it`);
  }
}

/** What the page is answered; the server gives one answer again for a moment. */
async function storedAlerts({ stage }: Scene): Promise<string> {
  const answer = await fetch(`${stage.url}/api/alerts?limit=100`);
  const text = await answer.text();
  return `${answer.status} ${answer.ok ? text : ""}`;
}

function withLatency(gauges: Readonly<Record<string, number>>) {
  const children = systemStatus().children.map((child) =>
    child.actorId === "symbol:BTCUSDT" ? { ...child, gauges } : child
  );
  return { children };
}
