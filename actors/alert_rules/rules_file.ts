/** RulesFile: the file of alert rules on the disk: RULES_FILE, or `alerts.json` in DATA_DIR. */
import { messageOf } from "../../shared/error_text.ts";
import { replaceFile } from "../../shared/replaced_file.ts";

const FILE = "alerts.json";
/** Sixty rules for each of some hundred symbols; what is larger is another file. */
const BYTES_MAX = 1_000_000;

/** What stands for the content of a file that is not there. */
export const NO_FILE_ETAG = '"none"';

/** What is there: its text, nothing, or for a person why it cannot be read. */
export type FoundRules =
  | { readonly kind: "text"; readonly text: string; readonly etag: string }
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly reason: string; readonly remedy: string };

/** Reads the file each time anew; a mistake in it is a value, never an error. */
export class RulesFile {
  readonly path: string;
  /** How a person calls it. */
  readonly label: string;
  /** A file that somebody has named must be there. */
  readonly isNamed: boolean;
  readonly #dataDir: string;

  /** `named`: RULES_FILE. */
  constructor(dataDir: string, named: string | null) {
    this.path = named ?? `${dataDir}/${FILE}`;
    this.isNamed = named !== null;
    this.#dataDir = dataDir;
    this.label = `${named === null ? "the file of alert rules" : "RULES_FILE"} ${this.path}`;
  }

  /** What to do with one that cannot be used. */
  get remedy(): string {
    return this.isNamed
      ? "mend it, or unset RULES_FILE for the built-in rules"
      : "mend it, or move it away for the built-in rules";
  }

  /** Reads it; it never throws. */
  async read(): Promise<FoundRules> {
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      const { size, isFile } = await Deno.stat(this.path);
      if (!isFile) return this.#unreadable("is no file");
      if (size > BYTES_MAX) return this.#unreadable(`is larger than ${BYTES_MAX} bytes`);
      bytes = await Deno.readFile(this.path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        return this.#unreadable(`cannot be read (${messageOf(error)})`);
      }
      return { kind: "absent" };
    }
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      return { kind: "text", text, etag: await etagOf(bytes) };
    } catch {
      return this.#unreadable("is no text in UTF-8");
    }
  }

  /** Replaces it, and tells the ETag of what is there now. Afterwards the old or the new one is there. @throws {Error} */
  async write(text: string): Promise<string> {
    if (!this.isNamed) await Deno.mkdir(this.#dataDir, { recursive: true, mode: 0o700 });
    await replaceFile(this.path, text);
    return await etagOf(new TextEncoder().encode(text));
  }

  #unreadable(reason: string): FoundRules {
    return { kind: "unreadable", reason, remedy: this.remedy };
  }
}

async function etagOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `"${hash.toHex().slice(0, 16)}"`;
}
