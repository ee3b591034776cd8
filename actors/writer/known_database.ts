/**
 * KnownDatabase: whether an earlier process has stored in this very database, by a note beside the spool: one that a start cannot
 * reach is then away, and no mistake of whoever has named it.
 */
import { messageOf } from "../../shared/error_text.ts";
import { log } from "../../shared/log.ts";
import { replaceFile } from "../../shared/replaced_file.ts";

const FILE = "database";

/** The note about one database. What goes wrong with it is told and stops nothing: a start is then as a first one. */
export class KnownDatabase {
  readonly #path: string;
  readonly #name: string;
  #isKnown: boolean;

  /** `name`: as the header of a segment has it. */
  constructor(folder: string, name: string) {
    this.#path = `${folder}/${FILE}`;
    this.#name = name;
    this.#isKnown = this.#read() === name;
  }

  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Rows are stored there from now on. */
  async note(): Promise<void> {
    if (this.#isKnown) return;
    this.#isKnown = true;
    try {
      await replaceFile(this.#path, `${this.#name}\n`);
    } catch (error) {
      this.#tell(error);
    }
  }

  #read(): string | null {
    try {
      return Deno.readTextFileSync(this.#path).trimEnd();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) this.#tell(error);
      return null;
    }
  }

  #tell(error: unknown): void {
    const consequence = "a start while the database is away will take it for a mistake";
    log("warn", "writer", `${this.#path} cannot be used (${messageOf(error)}): ${consequence}`);
  }
}
