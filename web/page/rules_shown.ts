/** The rules as the server tells of them, and the file that they come from. Types only. */
import type { AlertRule } from "../../shared/catalogue/rules.ts";

/** A rule, and whose word it is. */
export type RuleShown = AlertRule & {
  readonly isOn: boolean;
  readonly from: "built-in" | "file" | "symbol";
};

/** The rules in force, and the file that they come from. */
export interface RulesShown {
  readonly rules: readonly RuleShown[];
  /** The whole list of each symbol that has its own. */
  readonly symbols: Readonly<Record<string, readonly RuleShown[]>>;
  readonly file: {
    readonly path: string;
    /** `null`: there is none. */
    readonly content: RulesContent | null;
    /** Why what was written there later is not in force. */
    readonly problem: string | null;
  };
  /** Names the file, for who replaces it. */
  readonly etag: string;
}

/** What the file of rules says; whatever of it nobody has changed stays. */
export interface RulesContent {
  readonly rules?: Readonly<Record<string, RuleFields>>;
  readonly symbols?: Readonly<Record<string, Readonly<Record<string, RuleFields>>>>;
}

/** What it says of one rule. */
export type RuleFields = Readonly<Record<string, unknown>>;
