/**
 * The seed of a demo, beside its monitor. The embedded store has one owner, the monitor's process, and takes one transaction
 * at a time: this is one more session of that process, whose rows are all of before the monitor's first.
 */
import { settingsOf } from "../../actors/children.ts";
import type { Beside, Running } from "../../actors/main.ts";
import { delay } from "@std/async/delay";
import type { Environment } from "../../shared/environment.ts";
import { messageOf } from "../../shared/error_text.ts";
import { log } from "../../shared/log.ts";
import { holdsDatabase } from "../embedded_store.ts";
import { SeedFile } from "./seed_file.ts";
import { partsOf, type SeedPlan } from "./seed_plan.ts";
import { SeedStore } from "./seed_store.ts";
import { seed } from "./seeding.ts";

const WHO = "seed";
const DAYS = 7;
const SECOND_MS = 1_000;
const LOOK_EVERY_MS = 500;
/** Progress is told in steps of this share. */
const STEP = 0.1;
/** More than half of the store's time is the monitor's and its readers'. */
const REST = 1.5;

/** What there is to do; `null`: nothing, because it is done, was never wanted, or the rows go to a server. */
export async function seedBeside(
  { DATA_DIR = "", DATABASE_URL }: Environment,
): Promise<Beside | null> {
  // A server has a writer, and no second one.
  if (DATABASE_URL !== undefined && DATABASE_URL.trim() !== "") return null;
  const file = new SeedFile(DATA_DIR);
  const record = await file.read();
  // What is stored already may be of any time.
  if (record === null && await holdsDatabase(DATA_DIR)) return null;
  const endMs = Math.floor(Date.now() / SECOND_MS) * SECOND_MS;
  return (running) => {
    const stop = new AbortController();
    const { symbols } = running.config;
    const plan: SeedPlan = record ?? { symbols, endMs, days: DAYS, seed: 1 };
    const over = run(running, plan, file, record?.parts ?? [], stop.signal).catch((error) =>
      log(
        "warn",
        WHO,
        `simulated history is not complete (${messageOf(error)}): the next start goes on`,
      )
    );
    return {
      stop: async () => {
        stop.abort();
        await over;
      },
    };
  };
}

async function run(
  { config, database, status }: Running,
  plan: SeedPlan,
  file: SeedFile,
  stored: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  // The writer makes the tables.
  while (status().stores?.database.state !== "up") {
    if (signal.aborted) return;
    await delay(LOOK_EVERY_MS, { signal }).catch(() => {});
  }
  const settings = settingsOf(config);
  const store = await SeedStore.open(database, settings);
  try {
    let told = -1;
    const isWhole = await seed({
      plan,
      parts: partsOf(plan),
      settings,
      store,
      file,
      stored,
      signal,
      rest: REST,
      onProgress: ({ share }) => {
        const step = Math.floor(share / STEP);
        if (step <= told) return;
        told = step;
        const percent = Math.round(100 * STEP * step);
        log("info", WHO, `simulated history of ${plan.days} days before this start: ${percent} %`);
      },
    });
    if (isWhole && told >= 0) log("info", WHO, "simulated history is complete");
  } finally {
    await store.close();
  }
}
