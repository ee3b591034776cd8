/** What the store remembers of the alerts of one symbol, as the writer tells the symbol's actor. */
import type { AlertEvent, RuleState } from "./output.ts";
import type { MuteRecord } from "./said.ts";

/** Episodes, rules and mutes of one symbol. */
export interface AlertsInStore {
  /** The episodes that it still has firing. */
  readonly firing: readonly AlertEvent[];
  readonly rules: readonly RuleInStore[];
  /** Those in force, of the symbol and of every symbol. */
  readonly mutes: readonly MuteRecord[];
}

/** What a row of `rule_state` tells. */
export type RuleInStore = Omit<RuleState, "isChange">;

/** Of a symbol that it does not know. */
export const NOTHING_IN_STORE: AlertsInStore = { firing: [], rules: [], mutes: [] };
