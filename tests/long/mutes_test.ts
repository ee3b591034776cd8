/** What people have said survives a process that is killed, and reaches symbols that are added later. */
import { assertEquals } from "@std/assert";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import type { AlertEvent } from "../../shared/output.ts";
import { ALWAYS } from "../support/always_rule.ts";
import { eventually } from "../support/eventually.ts";
import { getJson, postJson, startMonitor } from "../support/monitor.ts";

const SYMBOLS = ["BTCUSDT", "ETHUSDT"];

Deno.test("A mute of a rule reaches a symbol that is added later and the next process, which calls nobody and forgets no acknowledgement", async () => {
  const dataDir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dataDir}/alerts.json`, JSON.stringify({ rules: { always: ALWAYS } }));
  const exchange = await startExchange({ source: { kind: "simulate", symbols: SYMBOLS, seed: 7 } });
  const start = () =>
    startMonitor({
      ...{ DATA_DIR: dataDir, SYMBOLS: "BTCUSDT" },
      ...{ EXCHANGE_REST_URL: exchange.restUrl, EXCHANGE_WS_URL: exchange.wsUrl },
    });
  const post = async (url: string, body: unknown) => {
    const answer = await postJson(url, body);
    return [answer.status, await answer.json()] as const;
  };
  /** Of the one rule that the test is about; none while the store starts. */
  const alertsOf = async (url: string, symbol: string): Promise<readonly AlertEvent[]> => {
    const answer = await fetch(`${url}/api/alerts?symbol=${symbol}`);
    const { alerts = [] }: { alerts?: readonly AlertEvent[] } = await answer.json();
    return alerts.filter(({ rule }) => rule === "always");
  };
  let monitor = start();
  try {
    const before = await monitor.url();
    const fires = (url: string, symbol: string) =>
      eventually(async () => (await alertsOf(url, symbol)).length === 1, `${symbol} fires`, 60_000);
    await fires(before, "BTCUSDT");
    const [first] = await alertsOf(before, "BTCUSDT");
    const until = Date.now() + 3_600_000;
    const [muted, { mute }] = await post(`${before}/api/mutes`, { rule: "always", until });
    const [acked] = await post(`${before}/api/alerts/${first?.alertId}/ack`, { comment: "seen" });
    assertEquals([first?.isNotified, muted, acked], [true, 201, 200]);
    assertEquals((await post(`${before}/api/symbols`, { symbol: "ETHUSDT" }))[0], 201);
    await fires(before, "ETHUSDT");
    const [second] = await alertsOf(before, "ETHUSDT");
    assertEquals([second?.isNotified, second?.mutedUntilMs], [false, until]);
    await eventually(async () => {
      const [now] = await alertsOf(before, "BTCUSDT");
      return now?.mutedUntilMs === until && now.acknowledged?.comment === "seen";
    }, "it is stored");
    await monitor.end("SIGKILL");

    monitor = start();
    const after = await monitor.url();
    const listed = () => getJson<{ mutes: unknown; isComplete: boolean }>(`${after}/api/mutes`);
    await eventually(async () => (await listed()).isComplete, "mutes are recalled", 60_000);
    assertEquals((await listed()).mutes, [mute]);
    await eventually(
      async () => {
        const { symbols } = await getJson<{ symbols: { state: string }[] }>(`${after}/api/symbols`);
        return symbols.length === 2 && symbols.every(({ state }) => state === "live");
      },
      "both are live again",
      60_000,
    );
    const removed = await fetch(`${after}/api/mutes/${mute.muteId}`, { method: "DELETE" });
    assertEquals([removed.status, (await removed.json()).mute.revision], [200, 2]);
    // Of the one that was never told of people are told now; the other one somebody has seen.
    await eventually(async () => (await alertsOf(after, "ETHUSDT"))[0]?.isNotified === true);
    await eventually(async () => (await alertsOf(after, "BTCUSDT"))[0]?.mutedUntilMs === null);
    for (const [symbol, known] of [["BTCUSDT", first], ["ETHUSDT", second]] as const) {
      const [alert, ...others] = await alertsOf(after, symbol);
      assertEquals([alert?.alertId, others], [known?.alertId, []], "one episode goes on");
    }
    assertEquals((await alertsOf(after, "BTCUSDT"))[0]?.acknowledged?.comment, "seen");
  } finally {
    await monitor.end("SIGTERM");
    await exchange.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
});
