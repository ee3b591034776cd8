/**
 * `deno task seed`: fills the store of the demo with simulated history, while no demo runs on it. Progress on standard error;
 * what stands in the way is said in one line, and the exit code is 1.
 */
// deno-lint-ignore-file no-console
import { settingsOf } from "../actors/children.ts";
import { requireDataFolder } from "../actors/data_lock.ts";
import { completed } from "../actors/environment.ts";
import { LockHeld, StoreRefusal } from "../actors/writer/failures.ts";
import type { Config } from "../shared/config.ts";
import { setLogLevel } from "../shared/log.ts";
import type { DatabaseAddress } from "../shared/protocol.ts";
import { demoEnvironment } from "./demo_environment.ts";
import { openEmbedded } from "./embedded_store.ts";
import { FlagError, readCommandLine } from "./flags.ts";
import { SeedFile, type SeedRecord } from "./seed/seed_file.ts";
import { partsOf, type SeedPlan } from "./seed/seed_plan.ts";
import { SeedStore } from "./seed/seed_store.ts";
import { seed } from "./seed/seeding.ts";
import { configured, nowAndThen, OPERATORS } from "./store_task.ts";

const DAYS_MAX = 366;
const CANNOT = "Cannot seed: ";
const HELP = `deno task seed [--days N] [--seed N]
Simulated history for the demo: raw rows of the last 24 hours, roll-ups of the days before, up to now, or up to where what is
stored begins. It fills DATA_DIR (./data-demo) or the database of DATABASE_URL, for the symbols of SYMBOLS, and may be
interrupted and repeated.
  --days  how many days in all, 1 to ${DAYS_MAX}; default 7
  --seed  of the simulated market; default 1`;
const SECOND_MS = 1_000;
const PROGRESS_MS = 5_000;

type Choices = Pick<SeedPlan, "days" | "seed">;

/** @throws {FlagError} */
function readChoices(args: readonly string[]): Choices | "help" {
  const line = readCommandLine(args, { "--days": "one", "--seed": "one" }, { cannot: CANNOT });
  if (line === "help") return "help";
  const whole = (name: string, fallback: number, min: number, max: number) => {
    const [text = String(fallback)] = line.flags.get(name) ?? [];
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= min && value <= max) return value;
    throw new FlagError(
      `${CANNOT}${name} must be a whole number, ${min} to ${max}, received "${text}"`,
    );
  };
  return {
    days: whole("--days", 7, 1, DAYS_MAX),
    seed: whole("--seed", 1, 0, 999_999_999),
  };
}

/** What is to be made: what was begun is completed. @throws {FlagError} when that was something else. */
export async function planOf(
  choices: Choices,
  symbols: readonly string[],
  record: SeedRecord | null,
  store: Pick<SeedStore, "beginningMs">,
): Promise<SeedPlan> {
  if (record === null) {
    const beganMs = await store.beginningMs();
    const endMs = Math.min(Date.now(), beganMs ?? Infinity);
    return { ...choices, symbols, endMs: Math.floor(endMs / SECOND_MS) * SECOND_MS };
  }
  const { parts: _, ...begun } = record;
  const isSame = begun.days === choices.days && begun.seed === choices.seed &&
    begun.symbols.join() === symbols.join();
  if (isSame) return begun;
  throw new FlagError(
    `${CANNOT}this store has simulated history of --days ${begun.days} --seed ${begun.seed} for ` +
      `SYMBOLS=${begun.symbols.join(",")}: ask for the same, or remove its folder to begin anew`,
  );
}

/** The store that the configuration names, and what is to be given back. */
async function openStore(
  config: Config,
  tempDir: string,
): Promise<{ readonly address: DatabaseAddress; close(): Promise<void> }> {
  const { databaseUrl: server, dataDir } = config;
  if (server === null) return await openEmbedded(dataDir, tempDir, "stop it first");
  await requireDataFolder(dataDir);
  return {
    address: { kind: "server", variable: "DATABASE_URL", server },
    close: () => Promise.resolve(),
  };
}

async function run(choices: Choices, signal: AbortSignal): Promise<boolean> {
  const { config, tempDir } = configured(completed(demoEnvironment()));
  const settings = settingsOf(config);
  const opened = await openStore(config, tempDir);
  try {
    const store = await SeedStore.open(opened.address, settings);
    try {
      const file = new SeedFile(config.dataDir);
      const record = await file.read();
      const plan = await planOf(choices, config.symbols, record, store);
      const until = new Date(plan.endMs).toISOString();
      console.error(
        `simulated history of ${plan.days} days until ${until}: ${plan.symbols.join(", ")}`,
      );
      const told = nowAndThen(PROGRESS_MS);
      const isWhole = await seed({
        plan,
        parts: partsOf(plan),
        settings,
        store,
        file,
        stored: record?.parts ?? [],
        signal,
        rest: 0,
        onProgress: ({ share, part }) =>
          told(() =>
            console.error(`${Math.floor(100 * share)} %: ${part.symbol}, the ${NAMES[part.grain]}`)
          ),
      });
      if (isWhole) console.error("making roll-ups");
      while (isWhole && !signal.aborted && await store.rollUp());
      return isWhole && !signal.aborted;
    } finally {
      await store.close();
    }
  } finally {
    await opened.close();
  }
}

const NAMES = { hour: "last hour", day: "last day", days: "days before" } as const;

/** What is said in one line. */
const TOLD = [...OPERATORS, StoreRefusal, LockHeld];

async function main(args: readonly string[]): Promise<number> {
  setLogLevel("warn");
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, end);
  try {
    const choices = readChoices(args);
    if (choices === "help") {
      console.error(HELP);
      return 0;
    }
    const isWhole = await run(choices, stop.signal);
    console.error(isWhole ? "all of it is there" : "interrupted: the same command goes on");
    return isWhole ? 0 : 130;
  } catch (error) {
    if (!(error instanceof Error) || !TOLD.some((kind) => error instanceof kind)) throw error;
    console.error(error.message.startsWith(CANNOT) ? error.message : `${CANNOT}${error.message}`);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
