/**
 * What the page says while real parts of a whole monitor fail, one after the other, and when they are back: PostgreSQL is
 * killed, the network to the exchange is cut, the clocks part, the monitor itself is killed, a symbol's actor dies again and
 * again. Each word against each fault, by what a monitor may tell: tests/browser/faults_on_page_test.ts.
 */
import { assert } from "@std/assert";
import type { Page } from "playwright-core";
import { bundle } from "../../scripts/bundle.ts";
import { type Exchange, startExchange } from "../../scripts/exchange/exchange.ts";
import { nothingIsAnsweredAgain } from "../support/answered_again.ts";
import { launch, openPage, testInBrowser } from "../support/browser.ts";
import { freePort } from "../support/child_process.ts";
import { type CutLine, openLine } from "../support/cut_line.ts";
import { DEADLY } from "../support/deadly.ts";
import { eventually } from "../support/eventually.ts";
import { json } from "../support/json_request.ts";
import { type Monitor, startMonitor } from "../support/monitor.ts";
import { findPostgresBin, type PostgresServer, startPostgres } from "../support/postgres_server.ts";
import { makeMonitorDatabase } from "../support/store_faults.ts";

/** By the test id of its place: how it reads, and whether it is coloured as good; `null`: as it may be. */
type Words = Readonly<Record<string, readonly [text: RegExp, isGood: boolean | null]>>;

/** Of a view, by its address. */
interface Told {
  readonly view: string;
  /** The page is loaded anew: it has heard nothing of before. */
  readonly isAnew?: boolean;
  readonly words: Words;
}

/** The parts that fail. */
interface Parts {
  readonly server: PostgresServer;
  readonly exchange: Exchange;
  readonly line: CutLine;
  readonly url: string;
  readonly monitor: {
    kill(): Promise<unknown>;
    start(): Promise<unknown>;
  };
}

interface Fault {
  readonly begin: (parts: Parts) => unknown;
  readonly told: readonly Told[];
  readonly end: (parts: Parts) => unknown;
  /** What of the desk reads otherwise then than before. */
  readonly after?: Words;
}

const SYMBOLS = ["BTCUSDT", "ETHUSDT"];
const DESK = "#BTCUSDT";
/** Longer than a test runs. */
const EVER = "for=36000s";
/** Of what the monitor has said, when something went wrong. */
const LOG_TOLD = 3_000;
/** The simulated market may raise an alert at any time. */
const COUNTED = /^(none|\d+) firing$/;
const UNKNOWN = [/^–$/, false] as const;
/** Rows that died with an actor are told of for an hour, if there were any. */
const LOSSES_TOLD = [/^(stored|rows lost)$/, null] as const;

const DESK_WELL: Words = {
  "connection": [/^connected$/, true],
  "exchange-link": [/^2 of 2 live$/, true],
  "storage": [/^stored$/, true],
  "state": [/^live$/, true],
  "proof": [/^best bid\/ask [\d.]+ s ago/, true],
  "latency-exchangeToReceive": [/\d/, null],
  "latency-sentToWritten": [/\d/, null],
  "alert-count": [COUNTED, null],
};

const FAULTS: Readonly<Record<string, Fault>> = {
  "PostgreSQL is killed": {
    begin: async ({ server }) => {
      await server.down("kill");
      await nothingIsAnsweredAgain();
    },
    told: [
      { view: DESK, words: { ...DESK_WELL, "storage": [/^not stored$/, false] } },
      {
        view: "#/quality/BTCUSDT",
        words: { "quality-past": [/^What is stored cannot be read/, false] },
      },
      { view: "#/system", words: { "fact-Database": [/^Databasedown/, false] } },
      { view: DESK, isAnew: true, words: { "alert-count": [/^(–|≥ \d+ firing)$/, false] } },
    ],
    end: ({ server }) => server.up(),
  },
  "the network to the exchange is cut": {
    begin: ({ line }) => line.cut(),
    told: [{
      view: DESK,
      words: {
        "state": [/^(stale|syncing|degraded)$/, false],
        "exchange-link": [/^(no book is live|unreachable)/, false],
        "proof": [/./, false],
        "alert-count": [/^(–|\d+ firing)$/, false],
        "connection": [/^connected$/, true],
        "storage": [/^stored$/, true],
      },
    }],
    end: ({ line }) => line.mend(),
  },
  "the exchange's clock is an hour ahead": {
    begin: ({ exchange }) => exchange.faults.inject(`clock_skew ms=3600000 ${EVER}`),
    told: [{ view: DESK, words: { "latency-exchangeToReceive": [/–/, null] } }],
    end: ({ exchange }) => exchange.faults.clear(),
    // It is asked for its time once a minute, and when a monitor starts, as the next one does.
    after: { "latency-exchangeToReceive": [/./, null] },
  },
  "the monitor is killed": {
    begin: ({ monitor }) => monitor.kill(),
    told: [{
      view: DESK,
      words: {
        "connection": [/^reconnecting/, false],
        "exchange-link": UNKNOWN,
        "storage": UNKNOWN,
        "alert-count": UNKNOWN,
        "state": [/^offline$/, false],
        "proof": [/./, false],
        "latency-exchangeToReceive": [/–/, null],
      },
    }],
    end: ({ monitor }) => monitor.start(),
    after: { "storage": LOSSES_TOLD },
  },
  "the actor of a symbol dies again and again": {
    begin: ({ exchange }) =>
      exchange.faults.inject(`wrong_symbol symbol=BTCUSDT name=${DEADLY} ${EVER}`),
    told: [{
      view: DESK,
      words: {
        "state": [/^quarantined$/, false],
        "exchange-link": [/^1 of 2 live$/, false],
        "proof": [/./, false],
      },
    }, { view: "#/system", words: { "actor-symbol:BTCUSDT": [/quarantined/, null] } }],
    // Nobody waits for its quarantine to be over: it is followed anew.
    end: async ({ exchange, url }) => {
      exchange.faults.clear();
      await fetch(`${url}/api/symbols/BTCUSDT`, { method: "DELETE" });
      await fetch(`${url}/api/symbols`, json({ symbol: "BTCUSDT" }));
    },
    after: { "storage": LOSSES_TOLD },
  },
};

/** Reads until each says so. */
async function reads(page: Page, { view, isAnew = false, words }: Told): Promise<void> {
  await page.evaluate(`location.hash = "${view}"`);
  if (isAnew) await page.reload();
  for (const [testId, [text, isGood]] of Object.entries(words)) {
    let last: readonly [string | null, string | null] = [null, null];
    const place = page.getByTestId(testId);
    await eventually(async () => {
      last = [await place.textContent(), await place.getAttribute("data-tone")];
      return text.test(last[0] ?? "") && (isGood === null || (last[1] === "good") === isGood);
    }).catch(() => {
      throw new Error(`${testId} said ${last.join(", as ")}, never ${text}, good: ${isGood}`);
    });
  }
}

/** The actor that may die, as one file, which is named from the project's folder on. */
async function bundleMortal(folder: string): Promise<string> {
  const file = `${folder}/worker.js`;
  const entry = new URL("../support/mortal_symbol.ts", import.meta.url);
  await Deno.writeFile(file, await bundle("the symbol actor", entry));
  const root = new URL("../../", import.meta.url);
  return root.pathname.split("/").slice(2).map(() => "../").join("") + file.slice(1);
}

testInBrowser(
  "The page says what is not so any more while PostgreSQL, the network, a symbol's actor and the monitor fail, and what is so again",
  async (executablePath, t) => {
    const folder = await Deno.makeTempDir();
    const [server, exchange, worker] = await Promise.all([
      startPostgres(),
      startExchange({ source: { kind: "simulate", symbols: SYMBOLS, seed: 7 }, faults: {} }),
      bundleMortal(folder),
    ]);
    const line = await openLine(new URL(exchange.restUrl).host);
    const environment = {
      DATA_DIR: `${folder}/data`,
      PORT: String(freePort()),
      SYMBOLS: SYMBOLS.join(),
      SYMBOL_WORKER: worker,
      EXCHANGE_REST_URL: `http://${line.host}`,
      EXCHANGE_WS_URL: `ws://${line.host}`,
      DATABASE_URL: await makeMonitorDatabase(server),
    };
    let running: Monitor = startMonitor(environment);
    const monitor = {
      kill: () => running.end("SIGKILL"),
      start: () => (running = startMonitor(environment)).url(),
    };
    const browser = await launch(executablePath);
    try {
      const url = await running.url();
      const { page } = await openPage(browser, url);
      await reads(page, { view: DESK, words: DESK_WELL });
      for (const [name, { begin, told, end, after }] of Object.entries(FAULTS)) {
        const parts = { server, exchange, line, url, monitor };
        const isOver = await t.step(name, async () => {
          await begin(parts);
          for (const one of told) await reads(page, one);
          await end(parts);
          await reads(page, { view: DESK, words: { ...DESK_WELL, ...after } });
        });
        // What comes then is not of one fault.
        assert(isOver, running.log().slice(-LOG_TOLD));
      }
    } finally {
      await browser.close();
      await running.end("SIGKILL");
      await line.close();
      await exchange.stop();
      await server.stop();
      await Deno.remove(folder, { recursive: true });
    }
  },
  findPostgresBin() !== null,
);
