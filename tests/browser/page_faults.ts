/** What happens in the world around the page, so that something that it says is true no more. */
import { UNKNOWN_VALUES } from "../../shared/catalogue/metrics.ts";
import { codeOfNothing } from "../../shared/catalogue/null_code.ts";
import { nothingIsAnsweredAgain } from "../support/answered_again.ts";
import { eventually } from "../support/eventually.ts";
import {
  alertEvent,
  auditRecord,
  budgetStatus,
  feedStatus,
  lossRecord,
  metricsFrame,
  proofStatus,
  ruleState,
  storesStatus,
  systemStatus,
} from "../support/outputs.ts";
import { SESSIONS, swapSession } from "./reader.ts";
import type { Scene } from "./scene.ts";

export const SYMBOLS = ["BTCUSDT", "ETHUSDT"];
/** Ahead by so much, it does not fall silent while a test runs. */
const YEAR_MS = 31_536_000_000;

const COMPUTED = { receiveToComputedP50Ms: 0.02, receiveToComputedP99Ms: 0.4 };

/** A system that is well, with what is measured of how long its numbers take. */
export const MEASURED = {
  ...withGauges({
    clocks: 1,
    exchangeToReceiveP50Ms: 12,
    exchangeToReceiveP99Ms: 180,
    ...COMPUTED,
  }),
  stores: storesStatus({ redis: { state: "up", reason: null, sinceMs: Date.now() } }),
};

const REFUSED = "the database refuses connections";

/** By their names. */
export const FAULTS = {
  "the server is away": (on) => on.stage.close(),
  "the exchange is gone, and has told the monitor nothing": (on) => {
    on.stopMarket();
    for (const symbol of SYMBOLS) {
      const timeMs = Date.now();
      on.stage.hub.publish(feedStatus({ symbol, timeMs, state: "stale", reason: "no frame" }));
      const frame = {
        ...UNKNOWN_VALUES,
        state: "stale",
        nulls: codeOfNothing("not_live"),
      } as const;
      on.stage.hub.publish(metricsFrame({ ...frame, symbol, timeMs }));
    }
  },
  "the monitor says that the exchange cannot be reached, and nothing moves": (on) => {
    on.stopMarket();
    on.setSystem({ ...MEASURED, exchange: { state: "unreachable", reason: "no way out" } });
  },
  "the exchange has banned this address": (on) => {
    const ban = { untilMs: Date.now() + YEAR_MS, reason: "HTTP 418" };
    on.setSystem({ ...MEASURED, budget: budgetStatus({ ban }) });
  },
  "the source is a simulation": (on) =>
    on.setSystem({ ...MEASURED, source: { kind: "simulation", label: "SIMULATED" } }),
  "the store answers 503": async (on) => {
    on.stage.history.outage = REFUSED;
    await nothingIsAnsweredAgain();
    await eventually(async () => (await storedAlerts(on)) === "503 ");
    await on.page.reload();
  },
  "the store goes away while the page is open": async (on) => {
    on.stage.history.outage = REFUSED;
    await nothingIsAnsweredAgain();
  },
  "the writer says nothing": (on) => on.setSystem({ ...MEASURED, stores: null }),
  "the database is down": (on) => {
    const down = { state: "down", reason: "connection refused", sinceMs: Date.now() } as const;
    on.setSystem({ ...MEASURED, stores: { database: down, redis: null } });
  },
  "the database is behind": (on) => {
    const behind = { state: "behind", reason: null, sinceMs: Date.now() } as const;
    on.setSystem({ ...MEASURED, stores: { database: behind, redis: null } });
  },
  "rows are lost": (on) => on.stage.hub.publish(lossRecord({ timeMs: Date.now(), rows: 7 })),
  "an audit finds a level that differs": (on) =>
    on.stage.hub.publish(auditRecord({ timeMs: Date.now(), mismatched: 1 })),
  "the best price differs from the exchange's": (on) => {
    on.stopMarket();
    const counts = { exactChecked: 566, exactMismatched: 2, lastExactMs: Date.now() };
    on.stage.hub.publish(proofStatus({ timeMs: Date.now(), ...counts }));
  },
  "our clock was set back": (on) => on.setSystem(withGauges({ clocks: 2, ...COMPUTED })),
  "the actor of a symbol is given up": (on) =>
    on.setSystem({
      children: MEASURED.children.map((child) =>
        child.actorId === "symbol:BTCUSDT"
          ? { ...child, state: "quarantined", reason: "five crashes" }
          : child
      ),
    }),
  "Redis is down": (on) => {
    const down = { state: "down", reason: "connection refused", sinceMs: Date.now() } as const;
    on.setSystem({ ...MEASURED, stores: storesStatus({ redis: down }) });
  },
  "an alert fires": (on) =>
    on.stage.hub.publish(alertEvent({ alertId: "new", revision: 1, firedMs: Date.now() })),
  "a rule has learnt too little": (on) => {
    on.stage.hub.publish(ruleState({ samples: 120, samplesNeeded: 300 }));
    on.setSystem({ ...MEASURED, ...withGauges({ learningRules: 1 }) });
  },
  "who looks may do less from now on": (on) => swapSession(on, SESSIONS.read),
} as const satisfies Record<string, (on: Scene) => unknown>;

/** One of them. */
export type Fault = keyof typeof FAULTS;

const wellAgain = (on: Scene) => on.setSystem(MEASURED);
const movesAgain = (on: Scene) => {
  wellAgain(on);
  on.startMarket();
};
const storeIsBack = (on: Scene) => {
  on.stage.history.outage = null;
};

/**
 * How each ends; then all is said again that was said before. Those that are not here are told of for an hour, whatever
 * comes after them; and of a server that comes back tests/e2e/page_under_faults_test.ts tells.
 */
export const ENDS: { readonly [Name in Fault]?: (on: Scene) => unknown } = {
  "the exchange is gone, and has told the monitor nothing": movesAgain,
  "the monitor says that the exchange cannot be reached, and nothing moves": movesAgain,
  "the exchange has banned this address": wellAgain,
  "the source is a simulation": wellAgain,
  "the store answers 503": storeIsBack,
  "the store goes away while the page is open": storeIsBack,
  "the writer says nothing": wellAgain,
  "the database is down": wellAgain,
  "the database is behind": wellAgain,
  "Redis is down": wellAgain,
  "our clock was set back": wellAgain,
  "the actor of a symbol is given up": wellAgain,
  "an alert fires": (on) => {
    const timeMs = Date.now();
    const over = { phase: "resolved", resolvedMs: timeMs, firedMs: timeMs, timeMs } as const;
    on.stage.hub.publish(alertEvent({ alertId: "new", revision: 2, ...over }));
  },
  "a rule has learnt too little": (on) => {
    on.stage.hub.publish(ruleState({ number: 2, phase: "idle", samples: 300 }));
    wellAgain(on);
  },
  "who looks may do less from now on": (on) => swapSession(on, SESSIONS.operate),
};

/** What the page is answered; the server gives one answer again for a moment. */
export async function storedAlerts({ stage }: Scene): Promise<string> {
  const answer = await fetch(`${stage.url}/api/alerts?limit=100`);
  const text = await answer.text();
  return `${answer.status} ${answer.ok ? text : ""}`;
}

function withGauges(gauges: Readonly<Record<string, number>>) {
  const children = systemStatus().children.map((child) =>
    child.actorId === "symbol:BTCUSDT"
      ? { ...child, gauges: { ...child.gauges, ...gauges } }
      : child
  );
  return { children };
}
