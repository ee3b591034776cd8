/**
 * SymbolFile: the list of symbols as it was changed while running, so that it survives a restart.
 * The newest word of the operator holds: a changed list goes on until SYMBOLS itself is changed. It
 * is therefore stored together with the SYMBOLS that it began from, in a draft that is renamed. A
 * file that cannot be read is named in the log, and SYMBOLS holds.
 */
import { z } from "zod";
import type { SymbolId } from "../../shared/market.ts";
import { replaceFile } from "../../shared/replaced_file.ts";
import { symbolProblem, SYMBOLS_MAX } from "../../shared/symbol_list.ts";

const FILE = "symbols.json";

const symbolSchema = z.string().superRefine((text, context) => {
  const problem = symbolProblem(text);
  if (problem !== null) context.addIssue({ code: "custom", message: `a symbol in it ${problem}` });
});
const listSchema = z.array(symbolSchema)
  .min(1).max(SYMBOLS_MAX).refine((list) => new Set(list).size === list.length);
const fileSchema = z.object({ start: listSchema, symbols: listSchema });

/** What a start begins with. */
export interface StartList {
  readonly symbols: readonly SymbolId[];
  /** One line for the log; `null`: there is no stored list. */
  readonly note: string | null;
  /** Whether the stored list could not be read, which an operator must look at. */
  readonly isDamaged: boolean;
}

/** One file in DATA_DIR. */
export class SymbolFile {
  readonly #dataDir: string;
  readonly #start: readonly SymbolId[];

  /** `start`: SYMBOLS. */
  constructor(dataDir: string, start: readonly SymbolId[]) {
    this.#dataDir = dataDir;
    this.#start = start;
  }

  get #path(): string {
    return `${this.#dataDir}/${FILE}`;
  }

  /** Decides between SYMBOLS and the stored list; it never throws. */
  async read(): Promise<StartList> {
    let text: string;
    try {
      text = await Deno.readTextFile(this.#path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) {
        return { symbols: this.#start, note: null, isDamaged: false };
      }
      return this.#damaged(error instanceof Error ? error.message : String(error));
    }
    const parsed = fileSchema.safeParse(jsonOf(text));
    if (!parsed.success) {
      const problem = parsed.error.issues.find(({ message }) => message.startsWith("a symbol"));
      return this.#damaged(problem?.message ?? "it is no list of symbols");
    }
    const { start, symbols } = parsed.data;
    if (start.join() === this.#start.join()) {
      const note = `symbols as they were changed while running, from ${this.#path}; ` +
        "to set them anew, change SYMBOLS or remove that file";
      return { symbols, note, isDamaged: false };
    }
    const note = `SYMBOLS has changed since ${this.#path} was stored: SYMBOLS holds`;
    return { symbols: this.#start, note, isDamaged: false };
  }

  /** Stores the list; afterwards the old or the new one is there, whatever happens. @throws {Error} */
  async write(symbols: readonly SymbolId[]): Promise<void> {
    await Deno.mkdir(this.#dataDir, { recursive: true, mode: 0o700 });
    const text = `${JSON.stringify({ start: this.#start, symbols }, null, 2)}\n`;
    await replaceFile(this.#path, text);
  }

  #damaged(reason: string): StartList {
    const note =
      `${this.#path} cannot be used (${reason}): SYMBOLS holds; mend or remove that file`;
    return { symbols: this.#start, note, isDamaged: true };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
