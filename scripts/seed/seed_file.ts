/**
 * `DATA_DIR/seed.json`: which simulated history a store has, and how far it was made. It is begun once and ends where it was
 * begun, so that nothing of it comes among rows that are stored later; what was interrupted is made anew, row for row.
 */
import { z } from "zod";
import { replaceFile } from "../../shared/replaced_file.ts";
import { FlagError } from "../flags.ts";
import type { SeedPart, SeedPlan } from "./seed_plan.ts";

const CONTENT = z.strictObject({
  symbols: z.array(z.string()).readonly(),
  endMs: z.number(),
  days: z.number(),
  seed: z.number(),
  /** Parts that are stored whole. */
  parts: z.array(z.string()).readonly(),
});

/** What it says: the plan, and what of it is there. */
export type SeedRecord = z.infer<typeof CONTENT>;

/** The file of one DATA_DIR. */
export class SeedFile {
  readonly #path: string;

  constructor(dataDir: string) {
    this.#path = `${dataDir}/seed.json`;
  }

  /** What it says; `null`: it is not there. @throws {FlagError} when it is none. */
  async read(): Promise<SeedRecord | null> {
    let text: string;
    try {
      text = await Deno.readTextFile(this.#path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
    try {
      return CONTENT.parse(JSON.parse(text));
    } catch {
      throw new FlagError(
        `Cannot seed: ${this.#path} is damaged: remove the folder, and begin anew`,
      );
    }
  }

  async write(plan: SeedPlan, parts: readonly string[]): Promise<void> {
    const record: SeedRecord = { ...plan, parts };
    await replaceFile(this.#path, `${JSON.stringify(record)}\n`);
  }
}

/** What a part is called there. */
export function partName({ symbol, grain }: SeedPart): string {
  return `${symbol} ${grain}`;
}
