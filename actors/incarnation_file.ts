/**
 * IncarnationFile: the highest number of a life so far, in DATA_DIR. A process that starts after the machine's
 * clock was set back begins above it, so that its rows are never taken for those of an earlier life.
 */
import { messageOf } from "../shared/error_text.ts";
import { log } from "../shared/log.ts";

const FILE = "incarnation";
const WHO = "monitor";

/** One file. What goes wrong with it is told and stops nothing: the clock alone orders lives nearly always. */
export class IncarnationFile {
  readonly #path: string;
  /** It cannot be used, which has been told: each life that begins comes here, and one line is enough. */
  #isTold = false;

  constructor(dataDir: string) {
    this.#path = `${dataDir}/${FILE}`;
  }

  /** The highest number that an earlier process has used; 0: none is known of. */
  read(): number {
    try {
      const text = Deno.readTextFileSync(this.#path).trim();
      if (/^\d{1,15}$/.test(text)) return Number(text);
      this.#tell("it holds no number");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) this.#tell(messageOf(error));
    }
    return 0;
  }

  /**
   * A life with this number begins. The old number or the new one is there afterwards, whatever happens; a greater
   * one, of another process with the same folder, stays.
   */
  write(incarnation: number): void {
    try {
      Deno.mkdirSync(this.#path.slice(0, -FILE.length), { recursive: true, mode: 0o700 });
      if (this.read() >= incarnation) return;
      const draft = `${this.#path}.${Deno.pid}`;
      Deno.writeTextFileSync(draft, String(incarnation));
      Deno.renameSync(draft, this.#path);
    } catch (error) {
      this.#tell(messageOf(error));
    }
  }

  #tell(reason: string): void {
    if (this.#isTold) return;
    this.#isTold = true;
    log(
      "warn",
      WHO,
      `${this.#path} cannot be used (${reason}): lives are told apart by the clock alone`,
    );
  }
}
