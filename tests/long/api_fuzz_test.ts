/**
 * Every question that the OpenAPI document allows, and many that it does not, asked of a running monitor with history by
 * a program that knows nothing but the document (schemathesis): no answer fails, and each is as the document says.
 */
import { assert, assertEquals } from "@std/assert";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import { ROUTES } from "../../shared/catalogue/routes.ts";
import { DESCRIBED } from "../../web/openapi.ts";
import { findBinary, run } from "../support/child_process.ts";
import { startEmbeddedStore } from "../support/embedded_store.ts";
import { eventually } from "../support/eventually.ts";
import { fillHistory } from "../support/long_history.ts";
import { startMonitor } from "../support/monitor.ts";

const VERSION = "4.32.5";
const HISTORY_ROWS = 7_200;
const EXAMPLES = Number(Deno.env.get("FUZZ_EXAMPLES") ?? 60);
const SEED = Number(Deno.env.get("FUZZ_SEED") ?? 1);
/** Of what it says of a failure. */
const SHOWN_CHARS = 8_000;
/**
 * What it holds an answer against. Not whether all that a schema allows is taken: that `from` is before `to`, and that a
 * symbol is known, no schema says. Nor whether what nobody asks for is refused: parameters that a route does not have are
 * not looked at.
 */
const LEFT_OUT = ["positive_data_acceptance", "negative_data_rejection"];

/** What changes nothing, and ends. */
const ASKED = Object.keys(DESCRIBED).filter((name) =>
  name === "previewRules" ||
  name !== "events" && ROUTES[name as keyof typeof DESCRIBED].method === "GET"
);

/** The program, in a folder of its own; `null`, with a word why, where it cannot be had. */
async function install(dir: string): Promise<string | null> {
  const python = findBinary(["python3"]);
  try {
    if (python === null) throw new Error("there is no python3");
    await run(python, ["-m", "venv", dir]);
    await run(`${dir}/bin/pip`, ["install", "--quiet", "--no-input", `schemathesis==${VERSION}`]);
    return `${dir}/bin/schemathesis`;
  } catch (error) {
    // deno-lint-ignore no-console
    console.log(`NOT TESTED: schemathesis cannot be installed: ${String(error).slice(0, 300)}`);
    return null;
  }
}

Deno.test("A monitor with history answers whatever its OpenAPI document lets anybody ask", async () => {
  const temporary = await Deno.makeTempDir();
  const schemathesis = await install(`${temporary}/venv`);
  if (schemathesis !== null) await fuzz(schemathesis, temporary);
  await Deno.remove(temporary, { recursive: true });
});

async function fuzz(schemathesis: string, temporary: string): Promise<void> {
  const store = await startEmbeddedStore();
  const endMs = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
  const sql = store.client({ max: 1 });
  const address = { kind: "embedded", socketDir: store.socketDir } as const;
  await fillHistory(address, sql, HISTORY_ROWS, endMs);
  // A price is more than 0, for rules that look at its moves.
  await sql`UPDATE metrics SET mid = mid + 1`;
  await sql.end();
  await store.stop();
  const source = { kind: "simulate", symbols: ["BTCUSDT"], seed: 2 } as const;
  const exchange = await startExchange({ source, faults: {} });
  const monitor = startMonitor({
    SYMBOLS: "BTCUSDT",
    EXCHANGE_REST_URL: exchange.restUrl,
    EXCHANGE_WS_URL: exchange.wsUrl,
    DATA_DIR: store.dataDir,
  });
  try {
    const url = await monitor.url();
    await eventually(
      async () => {
        const response = await fetch(`${url}/api/metrics?symbol=BTCUSDT&columns=mid`);
        const { columns } = await response.json();
        return response.ok && Number(columns.timeMs.at(-1)) > endMs + 10_000;
      },
      "rows are stored",
      120_000,
    );
    const result = await new Deno.Command(schemathesis, {
      args: [
        ...["run", `${url}/api/openapi.json`],
        ...ASKED.flatMap((name) => ["--include-operation-id", name]),
        ...["--phases", "examples,coverage,fuzzing", "--max-examples", String(EXAMPLES)],
        ...["--seed", String(SEED), "--exclude-checks", LEFT_OUT.join()],
        ...["--suppress-health-check", "all", "--warnings", "off", "--request-timeout", "20"],
      ],
      cwd: temporary,
      env: { NO_COLOR: "1", HOME: temporary },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const decoder = new TextDecoder();
    const text = decoder.decode(result.stdout) + decoder.decode(result.stderr);
    // deno-lint-ignore no-console
    console.log(text.slice(-SHOWN_CHARS));
    const errors = monitor.log().split("\n").filter((line) => line.includes(" ERROR "));
    assertEquals(errors, []);
    assert(result.success, "schemathesis has found something: see above");
  } finally {
    await monitor.end("SIGKILL");
    await exchange.stop();
    await store.remove();
  }
}
