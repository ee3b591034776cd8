/** Two addresses of one exchange, over real sockets: one dies, or was never there; the monitor carries on. */
import { assertEquals } from "@std/assert";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import type { Health } from "../../web/health.ts";
import { endProcess, freePort } from "../support/child_process.ts";
import { eventually } from "../support/eventually.ts";
import { getJson, postJson, startMonitor } from "../support/monitor.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { madeDataDir } from "../support/made_database.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
const SYMBOLS = ["AAAUSDT", "BBBUSDT"];

/** A look-alike in a process of its own, which can be killed. */
async function startLookAlike(): Promise<{ url: string; kill: () => Promise<void> }> {
  const port = freePort();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "scripts/exchange/main.ts", "--simulate", SYMBOLS.join(), "--seed", "5"]
      .concat("--port", String(port)),
    cwd: ROOT,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const url = `127.0.0.1:${port}`;
  const answers = () => fetch(`http://${url}/api/v3/ping`).then((r) => r.text(), () => null);
  await eventually(async () => await answers() !== null, "the look-alike listens", PATIENCE_MS);
  return { url, kill: () => endProcess(child, "SIGKILL") };
}

/** A monitor of AAAUSDT at these hosts. */
async function withMonitor(
  hosts: readonly string[],
  act: (url: string, log: () => string) => Promise<void>,
): Promise<void> {
  const dataDir = await madeDataDir();
  const monitor = startMonitor({
    SYMBOLS: "AAAUSDT",
    DATA_DIR: dataDir,
    EXCHANGE_REST_URL: hosts.map((host) => `http://${host}`).join(),
    EXCHANGE_WS_URL: hosts.map((host) => `ws://${host}`).join(", "),
    METRICS_INTERVAL_MS: "200",
  });
  try {
    await act(await monitor.url(), monitor.log);
  } finally {
    await monitor.end("SIGKILL");
    await Deno.remove(dataDir, { recursive: true });
  }
}

/** `AAAUSDT live 1 1` and so on: symbol, state, place of its REST and of its stream address. */
async function standing(url: string): Promise<string[]> {
  const { symbols, children } = await getJson<Health>(`${url}/healthz`).catch(() => ({
    symbols: [],
    children: [],
  }));
  return symbols.map(({ symbol, state }) => {
    const gauges = children.find(({ actorId }) => actorId === `symbol:${symbol}`)?.gauges ?? {};
    return `${symbol} ${state} ${gauges["restEndpoint"]} ${gauges["wsEndpoint"]}`;
  });
}

const stands = (url: string, ...expected: string[]) =>
  eventually(
    async () => (await standing(url)).join() === expected.join(),
    `${expected}`,
    PATIENCE_MS,
  );

/** It is told once a second. */
const isReached = (url: string, endpoint: string) =>
  eventually(async () => {
    const health = await getJson<Health>(`${url}/healthz`).catch(() => null);
    return health?.exchange?.state === "reached" && health.exchange.endpoint === endpoint;
  }, `${endpoint} is named`);

Deno.test("the monitor carries on at the second address when the first dies", async () => {
  const dying = await startLookAlike();
  const source = { kind: "simulate", symbols: SYMBOLS, seed: 6 } as const;
  const exchange = await startExchange({ source });
  try {
    await withMonitor([dying.url, new URL(exchange.restUrl).host], async (url, log) => {
      await stands(url, "AAAUSDT live 0 0");
      assertEquals((await getJson<Health>(`${url}/healthz`)).exchange?.endpoint, undefined);
      await dying.kill();
      await stands(url, "AAAUSDT live 1 1");
      // The process itself asks the exchange seldom; an addition makes it ask now.
      const added = await postJson(`${url}/api/symbols`, { symbol: "BBBUSDT" });
      assertEquals(added.status, 201, await added.text());
      await isReached(url, exchange.restUrl);
      const line = `asking ${exchange.restUrl} from now on`;
      await eventually(() => log().includes(line), line);
    });
  } finally {
    await dying.kill();
    await exchange.stop();
  }
});

Deno.test("the monitor starts at the second address when the first refuses connections", async () => {
  const exchange = await startExchange({
    source: { kind: "simulate", symbols: SYMBOLS, seed: 7 },
  });
  try {
    await withMonitor([`127.0.0.1:${freePort()}`, new URL(exchange.restUrl).host], async (url) => {
      await stands(url, "AAAUSDT live 1 1");
      await isReached(url, exchange.restUrl);
    });
  } finally {
    await exchange.stop();
  }
});

Deno.test("the monitor starts at the second address when the first asks for an hour's patience", async () => {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const headers = { "Retry-After": "3600" };
  const tired = Deno.serve(options, () => new Response("", { status: 503, headers }));
  const exchange = await startExchange({
    source: { kind: "simulate", symbols: SYMBOLS, seed: 8 },
  });
  try {
    const hosts = [`127.0.0.1:${tired.addr.port}`, new URL(exchange.restUrl).host];
    await withMonitor(hosts, (url) => stands(url, "AAAUSDT live 1 1"));
  } finally {
    await tired.shutdown();
    await exchange.stop();
  }
});
