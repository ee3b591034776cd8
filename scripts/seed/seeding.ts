/** A seed: one thread simulates, this one stores, and says how far it is. */
import { delay } from "@std/async/delay";
import { assertNever } from "../../shared/assert_never.ts";
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import { monotonicMs } from "../../shared/clock.ts";
import type { SeedNews, SeedOrder } from "./messages.ts";
import { partName, type SeedFile } from "./seed_file.ts";
import type { SeedPart, SeedPlan } from "./seed_plan.ts";
import type { SeedStore } from "./seed_store.ts";

/** How far it is: of all work, so much is done; `part` is what was stored last. */
export interface SeedProgress {
  readonly share: number;
  readonly part: SeedPart;
}

/** What a seed is made with. */
export interface SeedingOptions {
  readonly plan: SeedPlan;
  /** Those of the plan. */
  readonly parts: readonly SeedPart[];
  readonly settings: MetricSettings;
  readonly store: SeedStore;
  readonly file: SeedFile;
  /** Parts that an earlier process has stored whole. */
  readonly stored: readonly string[];
  readonly onProgress: (progress: SeedProgress) => void;
  /** Ends it after the chunk that is being stored. */
  readonly signal: AbortSignal;
  /** How often as long as it has stored it then leaves the store to others. */
  readonly rest: number;
}

/** Makes what is missing; false: it was ended before all of it was there. */
export async function seed(options: SeedingOptions): Promise<boolean> {
  const { plan, parts, settings, store, file, signal, rest, onProgress } = options;
  const stored = new Set(options.stored);
  const missing = parts.filter((part) => !stored.has(partName(part)));
  const sum = parts.reduce((all, { work }) => all + work, 0);
  let done = sum - missing.reduce((all, { work }) => all + work, 0);
  await file.write(plan, [...stored]);
  if (missing.length === 0) return true;
  const worker = new Worker(import.meta.resolve("./worker.ts"), {
    type: "module",
    name: "seed",
    deno: { permissions: "none" },
  });
  const send = (order: SeedOrder) => worker.postMessage(order);
  const take = async (news: SeedNews): Promise<boolean> => {
    switch (news.type) {
      case "chunk": {
        const { part, chunk } = news;
        const beganMs = monotonicMs();
        await store.store(part, chunk);
        send({ type: "stored" });
        const restMs = rest * (monotonicMs() - beganMs);
        if (restMs > 0) await delay(restMs, { signal }).catch(() => {});
        const { fromMs, toMs, work } = part;
        const share = (done + work * (chunk.untilMs - fromMs) / (toMs - fromMs)) / sum;
        onProgress({ share, part });
        return false;
      }
      case "part_over":
        done += news.part.work;
        stored.add(partName(news.part));
        await file.write(plan, [...stored]);
        return false;
      case "over":
        return true;
      default:
        return assertNever(news, "take news of a seed");
    }
  };
  try {
    return await new Promise<boolean>((resolve, reject) => {
      // What comes while a chunk is stored waits for it.
      let turn: Promise<void> = Promise.resolve();
      worker.onmessage = ({ data }: MessageEvent<SeedNews>) => {
        turn = turn.then(async () => {
          if (signal.aborted) return resolve(false);
          if (await take(data)) resolve(true);
        }).catch(reject);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`The simulation failed: ${event.message}`));
      };
      signal.addEventListener("abort", () => turn = turn.then(() => resolve(false)), {
        once: true,
      });
      if (signal.aborted) resolve(false);
      else send({ type: "begin", parts: missing, settings });
    });
  } finally {
    worker.terminate();
  }
}
