/** Symbols come and go while the monitor runs: real workers, the look-alike exchange, a stored list. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Exchange, startExchange } from "../../scripts/exchange/exchange.ts";
import { type Latencies, type Leg, SYMBOL_LEGS } from "../../shared/latency.ts";
import type { Health } from "../../web/health.ts";
import { eventually } from "../support/eventually.ts";
import { getJson, type Monitor, postJson, startMonitor } from "../support/monitor.ts";
import { storedMetrics } from "../support/stored_rows.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { madeDataDir } from "../support/made_database.ts";

interface Stage {
  readonly exchange: Exchange;
  readonly dataDir: string;
  readonly start: (symbols: string) => Monitor;
}

async function stage(act: (stage: Stage) => Promise<void>): Promise<void> {
  const dataDir = await madeDataDir();
  const source = { kind: "simulate", symbols: ["AAAUSDT", "BBBUSDT", "CCCUSDT"], seed: 6 } as const;
  const exchange = await startExchange({ source, faults: {} });
  const monitors: Monitor[] = [];
  const start = (symbols: string) => {
    const monitor = startMonitor({
      SYMBOLS: symbols,
      DATA_DIR: dataDir,
      EXCHANGE_REST_URL: exchange.restUrl,
      EXCHANGE_WS_URL: exchange.wsUrl,
      METRICS_INTERVAL_MS: "200",
    });
    monitors.push(monitor);
    return monitor;
  };
  try {
    await act({ exchange, dataDir, start });
  } finally {
    for (const monitor of monitors) await monitor.end("SIGKILL");
    await exchange.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
}

interface Listed {
  readonly symbol: string;
  readonly isFollowed: boolean;
}

const standing = async (url: string) => {
  const { symbols } = await getJson<Pick<Health, "symbols">>(`${url}/api/symbols`);
  return symbols.map(({ symbol, state }) => `${symbol} ${state}`).join();
};

const add = (url: string, symbol: string) => postJson(`${url}/api/symbols`, { symbol });

const remove = (url: string, symbol: string) =>
  fetch(`${url}/api/symbols/${symbol}`, { method: "DELETE" });

const told = async (response: Response) => {
  const body = await response.json();
  return `${response.status} ${body.error ?? body.symbols}`;
};

/** On one machine a message may take less time than the clocks can be told apart by. */
const isShort = ({ clocks }: Latencies, leg: Leg) =>
  leg === "exchangeToReceive" && clocks === "doubtful";

Deno.test("Symbols are added and removed while running; their rows and the list outlive a restart", () =>
  stage(async ({ dataDir, start }) => {
    const first = start("AAAUSDT,BBBUSDT");
    const url = await first.url();
    const rows = async (symbol: string) => {
      const path = `/api/metrics?symbol=${symbol}&columns=mid`;
      const response = await fetch(`${url}${path}`);
      const body = await response.json();
      return response.ok ? body.columns.timeMs.length as number : 0;
    };
    const is = (wanted: string) => async () => await standing(url) === wanted;
    await eventually(is("AAAUSDT live,BBBUSDT live"), "both are live", PATIENCE_MS);

    // What the exchange lists, by a monitor that is not told of it beforehand.
    const search = async (q: string) => {
      const path = `/api/exchange/symbols?q=${q}`;
      const { symbols, listed } = await getJson<{ symbols: Listed[]; listed: number }>(url + path);
      return [listed, ...symbols.map(({ symbol, isFollowed }) => `${symbol} ${isFollowed}`)];
    };
    assertEquals(await search("ccc"), [3, "CCCUSDT false"]);
    assertStringIncludes(await told(await add(url, "NOPE")), "404 The exchange does not know NOPE");
    assertEquals(await told(await add(url, "BBBUSDT")), "409 BBBUSDT is followed already");
    assertEquals(await told(await add(url, "CCCUSDT")), "201 AAAUSDT,BBBUSDT,CCCUSDT");
    await eventually(is("AAAUSDT live,BBBUSDT live,CCCUSDT live"), "all three are live");
    await eventually(async () => await rows("CCCUSDT") > 5, "rows of the third", PATIENCE_MS);

    assertEquals(await search("ccc/usdt"), [3, "CCCUSDT true"]);
    let health = await getJson<Health>(`${url}/healthz`);
    const offsetMs = () =>
      health.children.find(({ actorId }) => actorId === "symbol:CCCUSDT")?.gauges.clockOffsetMs;
    // Heartbeats tell it, once a second.
    await eventually(async () => {
      health = await getJson<Health>(`${url}/healthz`);
      const isMeasured = health.symbols.every(({ latency }) =>
        SYMBOL_LEGS.every((leg) => latency[leg] !== null || isShort(latency, leg))
      );
      return isMeasured && offsetMs() !== undefined;
    }, "what is measured is told");
    assert(Math.abs(offsetMs() ?? NaN) < 1_000, "a new life knows the offset");
    for (const { symbol, latency } of health.symbols) {
      for (const leg of SYMBOL_LEGS) {
        const { p50Ms = NaN, p99Ms = NaN } = latency[leg] ?? {};
        const isRight = 0 <= p50Ms && p50Ms <= p99Ms;
        assert(isShort(latency, leg) || isRight, `${symbol} ${leg}: ${p50Ms}, ${p99Ms}`);
      }
    }

    assertStringIncludes(await told(await remove(url, "NOPE")), "404 NOPE is not followed here");
    const removedMs = Date.now();
    assertEquals(await told(await remove(url, "AAAUSDT")), "200 BBBUSDT,CCCUSDT");
    await eventually(is("BBBUSDT live,CCCUSDT live"), "two are left");
    const kept = await rows("AAAUSDT");
    assert(kept > 5, "its history stays");
    assertEquals(await first.end("SIGTERM"), 0);
    assertStringIncludes(first.log(), "ended; 0 outputs not confirmed");

    const second = start("AAAUSDT,BBBUSDT");
    const again = await second.url();
    const goesOn = async () => await standing(again) === "BBBUSDT live,CCCUSDT live";
    await eventually(goesOn, "the changed list goes on", PATIENCE_MS);
    assertStringIncludes(second.log(), "symbols as they were changed while running");
    assertEquals(await second.end("SIGTERM"), 0);

    const third = start("CCCUSDT");
    await third.url();
    await eventually(() => third.log().includes("SYMBOLS has changed"), "SYMBOLS holds");
    assertStringIncludes(third.log(), "CCCUSDT from http");
    assertEquals(await third.end("SIGTERM"), 0);

    const stored = await storedMetrics(dataDir);
    const times = stored.flatMap(({ symbol, timeMs }) => symbol === "AAAUSDT" ? [timeMs] : []);
    const holes = times.filter((timeMs, i) => i > 0 && timeMs - (times[i - 1] ?? 0) !== 200);
    assertEquals(holes, [], "no row is missing");
    assert((times.at(-1) ?? 0) > removedMs - 1_500, "to its end");
    assert(stored.some(({ symbol, state }) => symbol === "CCCUSDT" && state === "live"));
  }));

Deno.test("The last symbol stays, and a symbol that was removed can be added again", () =>
  stage(async ({ start, exchange }) => {
    const monitor = start("AAAUSDT,BBBUSDT");
    const url = await monitor.url();
    const is = (wanted: string) => async () => await standing(url) === wanted;
    await eventually(is("AAAUSDT live,BBBUSDT live"), "both are live", PATIENCE_MS);
    // Both at once: they are carried out one after the other, whichever comes first.
    const symbols = ["AAAUSDT", "BBBUSDT"];
    const answers = await Promise.all(symbols.map((symbol) => remove(url, symbol)));
    const [gone, stays] = answers[0]?.status === 200 ? symbols : symbols.toReversed();
    assertEquals((await Promise.all(answers.map(told))).sort(), [
      `200 ${stays}`,
      `409 ${stays} is the only symbol: add another one before removing it`,
    ]);
    assertEquals(await told(await add(url, `${gone}`)), `201 ${stays},${gone}`);
    await eventually(is(`${stays} live,${gone} live`), "it is live again");
    exchange.faults.inject("refused path=exchangeInfo http=503");
    assertStringIncludes(await told(await add(url, "CCCUSDT")), "503 Cannot reach the exchange");
    assertEquals(await monitor.end("SIGTERM"), 0);
  }));
