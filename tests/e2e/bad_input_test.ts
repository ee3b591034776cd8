/** Starts that must be refused: one clear line that names the culprit and the cure, exit code 1. */
import { assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import { freePort } from "../support/child_process.ts";
import { eventually } from "../support/eventually.ts";
import { failingStart, startMonitor } from "../support/monitor.ts";
import { freshDatabase, postgresUrl } from "../support/services.ts";
import { madeDataDir } from "../support/made_database.ts";

interface Health {
  readonly status: string;
  readonly writer: Readonly<Record<string, number>> | null;
  readonly symbols: readonly { symbol: string; state: string; reason: string | null }[];
}

/** A folder, an exchange with two simulated symbols, and the environment that names both. */
async function withStage(
  act: (environment: Record<string, string>) => Promise<void>,
): Promise<void> {
  const dataDir = await madeDataDir();
  const exchange = await startExchange({
    source: { kind: "simulate", symbols: ["BTCUSDT", "ETHUSDT"], seed: 7 },
  });
  try {
    await act({
      DATA_DIR: dataDir,
      EXCHANGE_REST_URL: exchange.restUrl,
      EXCHANGE_WS_URL: exchange.wsUrl,
    });
  } finally {
    await exchange.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
}

/** `waits`: for a holder that may be ending, before it is refused. */
async function assertRefused(
  environment: Record<string, string>,
  parts: readonly string[],
  waits = false,
): Promise<void> {
  const { code, errors, log } = await failingStart(environment);
  assertEquals(code, 1, errors.join("\n"));
  // Neither a trace nor a crash on the way, nor the promise of a try that does not come.
  for (const noise of ["    at ", "crashed", "Uncaught"]) assertFalse(log.includes(noise), log);
  assertEquals(log.includes("trying again"), waits, log);
  assertEquals(errors.length, 1, errors.join("\n"));
  for (const part of parts) assertStringIncludes(errors[0] ?? "", part);
}

Deno.test("A malformed variable is named, with what it must be", () =>
  assertRefused({ METRICS_INTERVAL_MS: "soon" }, ["METRICS_INTERVAL_MS", "soon", "milliseconds"]));

Deno.test("Symbols that the exchange does not know end the start when none is left", () =>
  withStage((environment) =>
    assertRefused({ ...environment, SYMBOLS: "NOPE" }, ["SYMBOLS", "NOPE", "BTCUSDT"])
  ));

Deno.test("An unknown symbol among valid ones is shown as failed, and the others run", () =>
  withStage(async (environment) => {
    const monitor = startMonitor({ ...environment, SYMBOLS: "BTCUSDT,NOPE" });
    try {
      const url = await monitor.url();
      const symbols = async () => (await health(url)).symbols;
      await eventually(async () => (await symbols()).some((s) => s.state === "live"));
      let failed: Health["symbols"][number] | undefined;
      await eventually(async () => {
        failed = (await symbols()).find((s) => s.symbol === "NOPE");
        return failed?.state === "failed";
      }, "the other one has failed");
      assertStringIncludes(failed?.reason ?? "", "does not know NOPE");
      await untilStored(url);
    } finally {
      assertEquals(await monitor.end("SIGTERM"), 0, monitor.log());
    }
  }));

Deno.test("A port in use is named", () =>
  withStage(async (environment) => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    try {
      await assertRefused({ ...environment, PORT: String(port) }, ["PORT", String(port)]);
    } finally {
      listener.close();
    }
  }));

Deno.test("A data folder held by another process is refused, and the holder named", () =>
  withStage(async (environment) => {
    const holder = startMonitor(environment);
    try {
      await untilStored(await holder.url());
      await assertRefused(environment, ["DATA_DIR", "in use by process"]);
    } finally {
      assertEquals(await holder.end("SIGTERM"), 0, holder.log());
    }
  }));

Deno.test("A data folder that cannot be written is refused", () =>
  withStage((environment) =>
    assertRefused({ ...environment, DATA_DIR: "/dev/null/data" }, ["DATA_DIR", "/dev/null/data"])
  ));

Deno.test("A damaged database is refused, with what to do", () =>
  withStage(async (environment) => {
    const dataDir = `${environment["DATA_DIR"]}/other`;
    const folder = `${dataDir}/pgdata`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/PG_VERSION`, "18\n");
    await assertRefused({ ...environment, DATA_DIR: dataDir }, [
      "DATA_DIR",
      folder,
      "restore",
      "move it away",
    ]);
  }));

Deno.test("A TMPDIR that is missing is refused", () =>
  withStage((environment) =>
    assertRefused({ ...environment, TMPDIR: "/tmp/none/here" }, [
      "TMPDIR",
      "/tmp/none/here",
      "e.g. /tmp",
    ])
  ));

Deno.test("A bundle of the symbol actor that is missing is refused", () =>
  withStage((environment) =>
    assertRefused({ ...environment, SYMBOL_WORKER: "actors/symbol/dist/none.js" }, [
      "SYMBOL_WORKER",
      "none.js",
      "deno task worker",
    ])
  ));

Deno.test("An unreachable database is named without its password", () =>
  withStage(async (environment) => {
    const url = "postgres://someone:secret@127.0.0.1:1/nowhere";
    const { code, errors } = await failingStart({ ...environment, DATABASE_URL: url });
    assertEquals(code, 1);
    assertEquals(errors.length, 1, errors.join("\n"));
    assertStringIncludes(errors[0] ?? "", "DATABASE_URL");
    assertEquals(errors.join().includes("secret"), false, errors.join());
  }));

Deno.test("A Redis that has no name is told once, with the remedy, and the monitor runs without", () =>
  withStage(async (environment) => {
    const url = "redis://someone:secret@stopped.invalid/3";
    const monitor = startMonitor({ ...environment, REDIS_URL: url });
    try {
      const url = await monitor.url();
      await eventually(() => /redis/i.test(monitor.log()), "it is told");
      await untilStored(url);
    } finally {
      assertEquals(await monitor.end("SIGTERM"), 0, monitor.log());
    }
    const lines = monitor.log().split("\n").filter((line) => /redis/i.test(line));
    assertEquals(lines.length, 1, monitor.log());
    const reason =
      /REDIS_URL redis:\/\/\S+ cannot be reached: the host name .*; correct the host in REDIS_URL/;
    assertMatch(lines[0] ?? "", reason);
    assertStringIncludes(lines[0] ?? "", "trying again");
    assertFalse(monitor.log().includes("secret"), monitor.log());
  }));

Deno.test("A store of a simulation refuses an exchange", () =>
  withStage(async (environment) => {
    const first = startMonitor({ ...environment, SYMBOLS: "BTCUSDT" });
    const url = await first.url();
    await eventually(async () => (await health(url)).symbols[0]?.state === "live");
    await eventually(async () => {
      const answer = await fetch(`${url}/api/metrics?symbol=BTCUSDT`);
      // Read whatever it answers: a body that nobody reads is a leak.
      const body = await answer.json();
      return answer.ok && body.columns.timeMs.length > 0;
    });
    assertEquals(await first.end("SIGTERM"), 0, first.log());
    // The same market without its label: to the monitor an exchange.
    const proxy = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (r) => {
      const { pathname, search } = new URL(r.url);
      const answer = await fetch(`${environment.EXCHANGE_REST_URL}${pathname}${search}`);
      const { simulation: _label, ...body } = await answer.json();
      return Response.json(body, { status: answer.status });
    });
    try {
      const restUrl = `http://127.0.0.1:${proxy.addr.port}`;
      await assertRefused({ ...environment, EXCHANGE_REST_URL: restUrl, SYMBOLS: "BTCUSDT" }, [
        "simulation",
        "DATA_DIR",
      ]);
    } finally {
      await proxy.shutdown();
    }
  }));

Deno.test("An exchange that cannot be reached is told, and tried again until it answers", async () => {
  const dataDir = await madeDataDir();
  const port = freePort();
  const address = `127.0.0.1:${port}`;
  const monitor = startMonitor({
    DATA_DIR: dataDir,
    SYMBOLS: "BTCUSDT",
    EXCHANGE_REST_URL: `http://${address}`,
    EXCHANGE_WS_URL: `ws://${address}`,
  });
  try {
    const url = await monitor.url();
    await eventually(() => monitor.log().includes("deno task exchange"));
    assertStringIncludes(monitor.log(), "Cannot reach the exchange");
    await eventually(async () => {
      const answer = await fetch(`${url}/healthz`);
      return (await answer.text()).includes("Cannot reach the exchange");
    });
    const exchange = await startExchange({
      source: { kind: "simulate", symbols: ["BTCUSDT"], seed: 7 },
      port,
    });
    try {
      await eventually(async () => (await health(url)).symbols[0]?.state === "live");
      await untilStored(url);
    } finally {
      assertEquals(await monitor.end("SIGTERM"), 0, monitor.log());
      await exchange.stop();
    }
  } finally {
    await monitor.end("SIGKILL");
    await Deno.remove(dataDir, { recursive: true });
  }
});

Deno.test({
  name: "A second monitor on one PostgreSQL is refused, and the holder named",
  ignore: postgresUrl === null,
  fn: () =>
    withStage(async (environment) => {
      const database = await freshDatabase();
      const holder = startMonitor({ ...environment, DATABASE_URL: database.url });
      try {
        const url = await holder.url();
        await eventually(async () => (await health(url)).status === "ok");
        // In a data folder of its own: the same one would be refused before.
        const other = { ...environment, DATA_DIR: `${environment["DATA_DIR"]}/other` };
        await assertRefused({ ...other, DATABASE_URL: database.url }, ["DATABASE_URL"], true);
      } finally {
        assertEquals(await holder.end("SIGTERM"), 0, holder.log());
        await database.drop();
      }
    }),
});

async function health(url: string): Promise<Health> {
  const answer = await fetch(`${url}/healthz`);
  return await answer.json();
}

/** An end before the store has been made would leave rows unconfirmed, and say so. */
async function untilStored(url: string): Promise<void> {
  const what = "rows are stored";
  await eventually(async () => ((await health(url)).writer?.["rowsWritten"] ?? 0) > 0, what);
}
