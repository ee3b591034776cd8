/** The clients of docs/API.md, run as they stand there against a server that is running. */
import { assert, assertEquals } from "@std/assert";
import { eventSchema } from "../../shared/catalogue/event_fields.ts";
import type { EventName } from "../../shared/catalogue/events.ts";
import { endProcess } from "../support/child_process.ts";
import { eventually } from "../support/eventually.ts";
import {
  alertEvent,
  auditRecord,
  depthProfile,
  gapRecord,
  lossRecord,
  systemStatus,
  tradeFrame,
  tradesSecond,
} from "../support/outputs.ts";
import { readUntil } from "./sse.ts";
import { openStage, play, type Stage } from "../browser/stage.ts";

const API = await Deno.readTextFile(new URL("../../docs/API.md", import.meta.url));

/** The last block of code in a language. */
function blockIn(language: string): string {
  const block = API.split(`\`\`\`${language}\n`).at(-1)?.split("\n```")[0];
  if (block === undefined) throw new TypeError(`Cannot find a block of ${language}`);
  return block;
}

/** A server with a market that moves, and a trade now and then. */
async function withServer(run: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = await openStage();
  const stop = play(stage, ["BTCUSDT", "ETHUSDT"], () => systemStatus({ timeMs: Date.now() }));
  const trading = setInterval(() => {
    stage.hub.setSystem(systemStatus({ timeMs: Date.now() }));
    stage.hub.publish(tradeFrame({ timeMs: Date.now(), leftOut: 3 }));
    stage.hub.publish(depthProfile({ timeMs: Date.now() }));
    stage.hub.publish(tradesSecond({ timeMs: Date.now() }));
  }, 100);
  try {
    await run(stage);
  } finally {
    clearInterval(trading);
    stop();
    await stage.close();
  }
}

/** What a program says until it has said all of this. */
async function hear(command: Deno.Command, wanted: readonly RegExp[]): Promise<void> {
  const child = command.spawn();
  let said = "";
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) said += text;
  })();
  const errors = new Response(child.stderr).text();
  let hasEnded = false;
  void child.status.then(() => hasEnded = true);
  const isHeard = () => wanted.every((one) => one.test(said));
  await eventually(() => hasEnded || isHeard(), "the client says what comes");
  await endProcess(child, "SIGTERM");
  await reading;
  assert(isHeard(), `${await errors}\n${said}`);
}

const TOLD = [/^imbalance/m, /^buy 0\.5 at 65000/m, /^3 trades before these were left out/m];
const CLIENTS = {
  sh: [/^event: hello$/m, /^event: trade$/m, /^event: depth_profile$/m, /^data: \{/m],
  ts: TOLD,
  python: TOLD,
} as const;

Deno.test("The clients of docs/API.md say what comes, as they stand there", async (t) => {
  await withServer(async (stage) => {
    const dir = await Deno.makeTempDir();
    const write = async (name: string, text: string) => {
      await Deno.writeTextFile(`${dir}/${name}`, text);
      return `${dir}/${name}`;
    };
    const started = {
      // Its one command, without a shell that would outlive it.
      sh: () => new Deno.Command("bash", options(["-c", `exec ${blockIn("sh")}`])),
      ts: async () => {
        const file = await write("client.ts", blockIn("ts"));
        const args = ["run", "--no-config", "--allow-net", "--allow-env", file];
        return new Deno.Command(Deno.execPath(), options(args));
      },
      python: async () =>
        new Deno.Command("python3", options([await write("client.py", blockIn("python"))])),
    };
    const options = (args: string[]) => ({
      args,
      env: { MONITOR_URL: stage.url },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    } as const);
    for (const [language, wanted] of Object.entries(CLIENTS)) {
      await t.step(language, async () => {
        await hear(await started[language as keyof typeof CLIENTS](), wanted);
      });
    }
    await Deno.remove(dir, { recursive: true });
  });
});

/** What a schema says of a value that breaks it; only the keywords that ours use. */
function problemIn(schema: Record<string, unknown>, value: unknown, at: string): string | null {
  // The schemas are made by one function, of these keywords.
  const { type, properties, required, items, anyOf, additionalProperties, propertyNames } =
    schema as {
      type?: string;
      properties?: Record<string, Record<string, unknown>>;
      required?: string[];
      items?: Record<string, unknown>;
      anyOf?: Record<string, unknown>[];
      additionalProperties?: false | Record<string, unknown>;
      propertyNames?: { enum: string[] };
    };
  if (anyOf !== undefined) {
    const problems = anyOf.map((one) => problemIn(one, value, at));
    return problems.includes(null) ? null : problems[0] ?? null;
  }
  if (Array.isArray(schema.enum)) return schema.enum.includes(value) ? null : `${at} is no word`;
  const kind = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
  const isType = type === undefined || type === kind ||
    type === "integer" && Number.isInteger(value);
  if (!isType) return `${at} is ${kind}, not ${type}`;
  if (Array.isArray(value)) {
    return value.map((one, i) => problemIn(items ?? {}, one, `${at}[${i}]`)).find(Boolean) ?? null;
  }
  if (kind !== "object" || type === undefined) return null;
  const fields = value as Record<string, unknown>;
  const missing = required?.find((name) => !Object.hasOwn(fields, name));
  if (missing !== undefined) return `${at}.${missing} is missing`;
  for (const [name, field] of Object.entries(fields)) {
    const of = properties?.[name] ?? additionalProperties;
    if (of === false || of === undefined) return `${at}.${name} is not told`;
    if (propertyNames !== undefined && !propertyNames.enum.includes(name)) return `${at}.${name}?`;
    const problem = problemIn(of, field, `${at}.${name}`);
    if (problem !== null) return problem;
  }
  return null;
}

Deno.test("Each event of a running server is as its schema in /api/catalogue says", async () => {
  await withServer(async (stage) => {
    const answer = await (await fetch(`${stage.url}/api/catalogue`)).json();
    const once = [auditRecord(), alertEvent(), gapRecord(), lossRecord()];
    for (const output of once) stage.hub.publish({ ...output, timeMs: Date.now() });
    const stream = await fetch(`${stage.url}/events?focus=BTCUSDT`, {
      signal: AbortSignal.timeout(120_000),
    });
    const reader = stream.body?.getReader();
    assert(reader !== undefined);
    const wanted: EventName[] = [
      ...["hello", "pulse", "system", "storage", "metrics", "book"] as const,
      ...["trade", "depth_profile", "trades", "proof", "feed", "audit", "alert"] as const,
      ...["gap", "loss", "trades_1s"] as const,
    ];
    const events = await readUntil(
      reader,
      (all) => wanted.every((name) => all.some((event) => event.name === name)),
    );
    await reader.cancel();
    for (const { name, payload } of events) {
      assertEquals(problemIn(answer.events[name], payload, name), null);
    }
    assertEquals(answer.events.trade, JSON.parse(JSON.stringify(eventSchema("trade"))));
    const { label, unit, formula, meaning } = answer.metrics.queueImbalance;
    assertEquals([label, unit], ["Queue imbalance", "ratio"]);
    assert(formula.length > 0 && meaning.length > 0);
    assertEquals(answer.reasons.not_live, "the book is not live");
    assertEquals(answer.settings, stage.hub.settings);
  });
});
