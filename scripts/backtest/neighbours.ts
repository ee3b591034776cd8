/** Neighbours of a rule: the same one with its line moved, to see how much hangs on where it was drawn. */
import { assertNever } from "../../shared/assert_never.ts";
import type { AlertRule } from "../../shared/catalogue/rules.ts";

/** By how much lines are moved: below 1 nearer to what is usual, above 1 farther away. */
export const FACTORS = [0.8, 0.9, 1, 1.1, 1.25] as const;

/** Whether a rule has a line that may be moved: what a person drew, and the feed's states, are as they are. */
export function hasNeighbours({ kind }: Pick<AlertRule, "kind">): boolean {
  return kind !== "crossing" && kind !== "state";
}

/** The rule with its line so far away, relative to now. What it learns, and how long it waits, stays. */
export function neighbour(rule: AlertRule, factor: number): AlertRule {
  switch (rule.kind) {
    case "threshold":
    case "flip":
      return { ...rule, enter: rule.enter * factor, leave: rule.leave * factor };
    case "deviation":
      return {
        ...rule,
        scales: rule.scales * factor,
        moveMin: rule.moveMin * factor,
        criticalScales: rule.criticalScales === null ? null : rule.criticalScales * factor,
      };
    case "share":
      // A share has fallen: farther away is lower.
      return { ...rule, enter: rule.enter / factor, leave: rule.leave / factor };
    case "event":
      return { ...rule, valueMin: rule.valueMin * factor };
    case "crossing":
    case "state":
      return rule;
    default:
      return assertNever(rule, "move the line of a rule");
  }
}
