/** All kinds of rules. A kind of the catalogue that has no evaluator is refused by the compiler here. */
import type { AlertRuleOf, RuleKind } from "../../../../shared/catalogue/rules.ts";
import type { Evaluator } from "./evaluator.ts";
import { createThreshold } from "./threshold.ts";

type Makers = { readonly [Kind in RuleKind]: (rule: AlertRuleOf<Kind>) => Evaluator };

const MAKERS: Makers = {
  threshold: createThreshold,
};

/** A new life of the condition of a rule, by its kind. */
export function createEvaluator<Kind extends RuleKind>(rule: AlertRuleOf<Kind>): Evaluator {
  const make: Makers[Kind] = MAKERS[rule.kind];
  return make(rule);
}
