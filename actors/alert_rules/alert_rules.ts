/**
 * AlertRules: the alert rules of this monitor: what is built in, and what the file of rules makes of it. The file is read
 * at the start and whenever it is asked for; one that cannot be used leaves the rules as they were.
 */
import { builtInBook, type RuleBook } from "../../shared/alert_rules/rule_book.ts";
import { readRulesFile, RulesProblem } from "../../shared/alert_rules/rules_file.ts";
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import type { RulesFile } from "./rules_file.ts";

/** What came of reading the file. */
export type Reading =
  | { readonly kind: "read"; readonly book: RuleBook; readonly isFromFile: boolean }
  /** One line for a person: which file, where in it, what is wrong and what to do. */
  | { readonly kind: "refused"; readonly problem: string };

/** The rules in force. */
export class AlertRules {
  readonly #file: RulesFile;
  readonly #settings: MetricSettings;
  #book: RuleBook;

  /** Until the first `reload` what is built in is in force. */
  constructor(file: RulesFile, settings: MetricSettings) {
    this.#file = file;
    this.#settings = settings;
    this.#book = builtInBook(settings);
  }

  /** What is in force now. */
  get book(): RuleBook {
    return this.#book;
  }

  /** Reads the file; what cannot be used changes nothing. */
  async reload(): Promise<Reading> {
    const found = await this.#file.read();
    if (found.kind === "unreadable") return this.#refused(found.reason, found.remedy);
    try {
      const book = found.kind === "absent"
        ? builtInBook(this.#settings)
        : readRulesFile(found.text, this.#settings);
      this.#book = book;
      return { kind: "read", book, isFromFile: found.kind === "text" };
    } catch (error) {
      if (!(error instanceof RulesProblem)) throw error;
      return this.#refused(`cannot be used: ${error.message}`, this.#file.remedy);
    }
  }

  #refused(reason: string, remedy: string): Reading {
    return { kind: "refused", problem: `${this.#file.label} ${reason}; ${remedy}` };
  }
}
