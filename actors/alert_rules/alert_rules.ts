/**
 * AlertRules: the alert rules of this monitor: what is built in, and what the file of rules makes of it. The file is read
 * at the start and whenever it is asked for; one that cannot be used leaves the rules as they were.
 */
import { builtInBook, type RulesInForce } from "../../shared/alert_rules/rule_book.ts";
import { contentOf, readRulesFile, RulesProblem } from "../../shared/alert_rules/rules_file.ts";
import { messageOf } from "../../shared/error_text.ts";
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import type { OperationResult } from "../../shared/protocol.ts";
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
    return this.#inTurn(() => this.#read());
  }

  /**
   * Puts another file in its place, and in force: if that is one, and if the file on the disk is still the one that `ifMatch`
   * says (the header of that name). It never rejects.
   */
  replace(text: string, ifMatch: string): Promise<OperationResult> {
    return this.#inTurn(() => this.#replace(text, ifMatch));
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(act);
    this.#last = done;
    return done;
  }

  async #replace(text: string, ifMatch: string): Promise<OperationResult> {
    const { path } = this.#file;
    const found = await this.#file.read();
    const etag = found.kind === "text" ? found.etag : found.kind === "absent" ? NO_FILE_ETAG : null;
    const wanted = ifMatch.split(",").map((each) => each.trim());
    const isAny = wanted.includes("*") && found.kind !== "absent";
    if (!isAny && (etag === null || !wanted.includes(etag))) {
      const reason =
        `${path} is not as If-Match says: read it again with GET /api/rules (after a ` +
        "SIGHUP, if it was changed on the disk), or send If-Match: * to replace whatever is there";
      return { kind: "refused", why: "outdated", reason };
    }
    let inForce: RulesInForce;
    try {
      inForce = this.#taken(text, "");
    } catch (error) {
      if (!(error instanceof RulesProblem)) throw error;
      return {
        kind: "refused",
        why: "invalid",
        reason: `These rules cannot be used: ${error.message}`,
        path: error.path,
      };
    }
    try {
      const written = await this.#file.write(text);
      this.#inForce = { ...inForce, file: { ...inForce.file, etag: written } };
      return { kind: "replaced" };
    } catch (error) {
      const reason =
        `${path} cannot be written (${messageOf(error)}): let the monitor's user write ` +
        "there; nothing was changed";
      return { kind: "refused", why: "conflict", reason };
    }
  }

  async #read(): Promise<string | null> {
    const found = await this.#file.read();
    if (found.kind === "unreadable") return this.#refused(found.reason, found.remedy);
    if (found.kind === "absent") {
      if (this.#file.isNamed) {
        return this.#refused("is not there", "make it ({} changes nothing), or unset RULES_FILE");
      }
      this.#inForce = this.#builtIn();
      return null;
    }
    try {
      this.#inForce = this.#taken(found.text, found.etag);
      return null;
    } catch (error) {
      if (!(error instanceof RulesProblem)) throw error;
      return this.#refused(`cannot be used: ${error.message}`, this.#file.remedy);
    }
  }

  /** What this text makes of the rules. @throws {RulesProblem} */
  #taken(text: string, etag: string): RulesInForce {
    const book = readRulesFile(text, this.#settings);
    const content = contentOf(text);
    return { book, file: { path: this.#file.path, content, etag, problem: null } };
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
