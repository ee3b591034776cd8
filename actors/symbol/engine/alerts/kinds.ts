/** All kinds of rules. A kind of the catalogue that has no evaluator is refused by the compiler here. */
import type { AlertRuleOf, RuleKind, RuleSource } from "../../../../shared/catalogue/rules.ts";
import { createCrossing } from "./crossing.ts";
import { createDeviation } from "./deviation.ts";
import type { Evaluator } from "./evaluator.ts";
import { createEvent } from "./event.ts";
import { createFlip } from "./flip.ts";
import { createShare } from "./share.ts";
import { createState } from "./state.ts";
import { createThreshold } from "./threshold.ts";

type Makers = {
  readonly [Kind in RuleKind]: (rule: AlertRuleOf<Kind>, source: RuleSource) => Evaluator;
};

const MAKERS: Makers = {
  threshold: createThreshold,
  crossing: createCrossing,
  flip: createFlip,
  deviation: createDeviation,
  share: createShare,
  event: createEvent,
  state: createState,
};

/** A new life of the condition of one source of a rule, by its kind. */
export function createEvaluator<Kind extends RuleKind>(
  rule: AlertRuleOf<Kind>,
  source: RuleSource,
): Evaluator {
  const make: Makers[Kind] = MAKERS[rule.kind];
  return make(rule, source);
}
