/**
 * AlertRules: the alert rules of this monitor: what is built in, and what the file of rules makes of it. The file is read
 * at the start and whenever it is asked for; one that cannot be used leaves the rules as they were.
 */
import { builtInBook, type RulesInForce } from "../../shared/alert_rules/rule_book.ts";
import { readRulesFile, RulesProblem } from "../../shared/alert_rules/rules_file.ts";
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import { NO_FILE_ETAG, type RulesFile } from "./rules_file.ts";

/** The rules in force; what concerns the file is done one after the other. */
export class AlertRules {
  readonly #file: RulesFile;
  readonly #settings: MetricSettings;
  #inForce: RulesInForce;
  #last: Promise<unknown> = Promise.resolve();

  /** Until the first `reload` what is built in is in force. */
  constructor(file: RulesFile, settings: MetricSettings) {
    this.#file = file;
    this.#settings = settings;
    this.#inForce = this.#builtIn();
  }

  /** What is in force now; another object whenever something of it has changed. */
  get inForce(): RulesInForce {
    return this.#inForce;
  }

  /**
   * Reads the file, and tells the one line for a person of what is wrong with it: which file, where in it, what, and what to
   * do. `null`: it is in force now, or there is none.
   */
  reload(): Promise<string | null> {
    const read = this.#last.then(() => this.#read());
    this.#last = read;
    return read;
  }

  async #read(): Promise<string | null> {
    const found = await this.#file.read();
    if (found.kind === "unreadable") return this.#refused(found.reason, found.remedy);
    if (found.kind === "absent") this.#inForce = this.#builtIn();
    else {
      try {
        const { text, etag } = found;
        const book = readRulesFile(text, this.#settings);
        const content: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
        this.#inForce = { book, file: { path: this.#file.path, content, etag, problem: null } };
      } catch (error) {
        if (!(error instanceof RulesProblem)) throw error;
        return this.#refused(`cannot be used: ${error.message}`, this.#file.remedy);
      }
    }
    return null;
  }

  #builtIn(): RulesInForce {
    const { path } = this.#file;
    const file = { path, content: null, etag: NO_FILE_ETAG, problem: null };
    return { book: builtInBook(this.#settings), file };
  }

  #refused(reason: string, remedy: string): string {
    const problem = `${this.#file.label} ${reason}; ${remedy}`;
    this.#inForce = { ...this.#inForce, file: { ...this.#inForce.file, problem } };
    return problem;
  }
}
