/** Drawn configurations as whole processes: each starts as it was told, or ends with its lines and exit code 1. */
import { assert, assertEquals } from "@std/assert";
import { bundlePage } from "../../scripts/page.ts";
import { bundleSymbolWorker } from "../../scripts/symbol_worker.ts";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import { readPublicUrl } from "../../shared/public_url.ts";
import { freePort } from "./child_process.ts";
import { choicesAt, SECRET } from "./configuration_choices.ts";
import { type Draw, draw } from "./configuration_draw.ts";
import { eventually } from "./eventually.ts";
import { failingStart, startMonitor } from "./monitor.ts";
import { randomOf } from "./random.ts";
import { startRedis } from "./redis_server.ts";
import { freshDatabase } from "./services.ts";

/** Runs `starts` configurations that can be honoured and `ends` that mostly cannot; returns which kinds of values were drawn. */
export async function runConfigurations(
  { seed, starts, ends }: {
    readonly seed: number;
    readonly starts: number;
    readonly ends: number;
  },
): Promise<ReadonlySet<string>> {
  await bundlePage();
  await bundleSymbolWorker();
  const random = randomOf(seed);
  const kinds = new Set<string>();
  const folder = await Deno.makeTempDir({ prefix: "obm-configurations-" });
  const database = await freshDatabase();
  const redis = await startRedis();
  const exchange = await startExchange({
    source: { kind: "simulate", symbols: ["BTCUSDT", "ETHUSDT"], seed: 7 },
  });
  using taken = Deno.listen({ hostname: "0.0.0.0", port: 0 });
  try {
    for (let run = 0; run < starts + ends; run++) {
      const dataDir = `${folder}/${run}`;
      await Deno.mkdir(dataDir);
      const choices = choicesAt({
        databaseUrl: database.url,
        redisUrl: redis.url,
        restUrl: exchange.restUrl,
        wsUrl: exchange.wsUrl,
        dataDir: `${dataDir}/data`,
        port: freePort(),
        takenPort: taken.addr.port,
        ...await rulesFiles(dataDir),
      });
      const drawn = draw(choices, run < starts, random);
      for (const kind of drawn.kinds) kinds.add(kind);
      const context = `seed ${seed}, run ${run}: ${JSON.stringify(drawn, null, 1)}`;
      await runOne(drawn, dataDir, context);
      await Deno.remove(dataDir, { recursive: true });
    }
  } finally {
    await exchange.stop();
    await redis.stop();
    await database.drop();
    await Deno.remove(folder, { recursive: true });
  }
  return kinds;
}

async function rulesFiles(folder: string) {
  const write = async (name: string, text: string) => {
    await Deno.writeTextFile(`${folder}/${name}`, text);
    return `${folder}/${name}`;
  };
  return {
    rules: [await write("none.json", "{}"), await write("some.json", '{"rules":{}}')],
    badRules: [
      await write("torn.json", '{"rules":'),
      await write("secret.json", SECRET),
      await write("odd.json", '{"rules":{"no_such_kind":1}}'),
      `${folder}/no.json`,
    ],
  };
}

async function runOne(drawn: Draw, folder: string, context: string): Promise<void> {
  const environment: Record<string, string> = { ...drawn.environment };
  for (const [name, content] of Object.entries(drawn.files)) {
    environment[`${name}_FILE`] = `${folder}/${name}`;
    if (content !== null) await Deno.writeTextFile(`${folder}/${name}`, content);
  }
  const args: string[] = [];
  const envFile = `${folder}/env`;
  if (drawn.envFile !== null) {
    await Deno.writeTextFile(envFile, drawn.envFile);
    args.push(`--env-file=${envFile}`);
  }
  // The one that a test's monitor has by itself would go before the file.
  if (environment["PORT"] === undefined) environment["PORT"] = drawn.values["PORT"] ?? "";
  const log = drawn.outcome.kind === "starts"
    ? await starts(drawn, environment, args, context)
    : await ends(drawn.outcome, environment, args, envFile, context);
  assert(!/\n {4}at |Uncaught|crashed|Stack backtrace/.test(log), `${context}\n${log}`);
  assert(!log.includes(SECRET), `${context}\n${log}`);
}

/** It is well, and does what it was told. */
async function starts(
  { values }: Draw,
  environment: Record<string, string>,
  args: readonly string[],
  context: string,
): Promise<string> {
  const monitor = startMonitor(environment, args);
  const host = values["HOST"] ?? "127.0.0.1";
  const address = `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${Number(values["PORT"])}`;
  const publicUrl = values["PUBLIC_URL"] === undefined
    ? null
    : new URL(readPublicUrl(values["PUBLIC_URL"]));
  const base = address + (publicUrl?.pathname.replace(/\/$/, "") ?? "");
  const token = values["AUTH_READ_TOKEN"] ?? values["AUTH_TOKEN"];
  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(base + path, {
      headers: publicUrl === null ? headers : { ...headers, host: publicUrl.host },
    });
  const known: Record<string, string> = token === undefined
    ? {}
    : { authorization: `Bearer ${token.trim()}` };
  try {
    const isWell = async () => {
      const answer = await ask("/healthz", known);
      return (await answer.json()).status === "ok";
    };
    let over = false;
    void monitor.status.then(() => over = true);
    await eventually(async () => over || await isWell().catch(() => false), context);
    assert(!over, `${context}\n${monitor.log()}`);
    const { symbols, metricsIntervalMs } = await (await ask("/api/symbols", known)).json();
    const expected = (values["SYMBOLS"] ?? "").split(",").map((each) => each.trim())
      .filter((each) => each !== "");
    assertEquals(symbols.map((each: { symbol: string }) => each.symbol), expected, context);
    assertEquals(metricsIntervalMs, Number(values["METRICS_INTERVAL_MS"] ?? 1_000), context);
    const stranger = await ask("/api/symbols");
    await stranger.body?.cancel();
    assertEquals(stranger.status, token === undefined ? 200 : 401, context);
  } finally {
    assertEquals(await monitor.end("SIGTERM"), 0, `${context}\n${monitor.log()}`);
  }
  return monitor.log();
}

/** Each line names a variable that is wrong, and every one of them is named that can be. */
async function ends(
  { names, isAll }: Extract<Draw["outcome"], { kind: "ends" }>,
  environment: Record<string, string>,
  args: readonly string[],
  envFile: string,
  context: string,
): Promise<string> {
  const { code, errors, log } = await failingStart(environment, args);
  assertEquals(code, 1, `${context}\n${log}`);
  const lines = errors.map((line) => line.replace(/^\S+ ERROR \S+\s+/, ""));
  const starts = names.map((name) => name === "$ENV_FILE" ? envFile : name);
  const isOf = (line: string, start: string) =>
    line.startsWith(start) && !/^_(?!FILE\b)\w/.test(line.slice(start.length));
  for (const line of lines) {
    assert(starts.some((start) => isOf(line, start)), `${line}\n${context}\n${log}`);
  }
  const named = starts.filter((start) => lines.some((line) => isOf(line, start)));
  assertEquals(named.length, isAll ? starts.length : 1, `${context}\n${log}`);
  assertEquals(lines.length, named.length, `${context}\n${log}`);
  return log;
}
