/** The rule that made an episode, in words: as it is, if it still is what it was then. */
import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { marketText } from "../../../shared/market.ts";
import type { AlertEvent } from "../../../shared/output.ts";
import type { RulesShown } from "../rules_shown.ts";
import { rulesRoute } from "../alerts_place.ts";
import type { Answer } from "../api.ts";
import { usePage } from "../context.ts";
import { routeText } from "../route.ts";
import { ruleAt, ruleWords } from "../rule_words.ts";

interface WordsProps {
  readonly alert: AlertEvent;
  readonly rules: ReadonlySignal<Answer<RulesShown> | null>;
}

/** Sentences, and the way to change it. */
export function AlertRuleWords({ alert, rules }: WordsProps): JSX.Element {
  const { shown: { access } } = usePage();
  const answer = rules.value;
  const rule = answer?.ok ? ruleAt(answer.value, alert) : null;
  const isSame = rule?.version === alert.evidence?.ruleVersion;
  const own = answer?.ok && Object.hasOwn(answer.value.symbols, marketText(alert));
  return (
    <section class="evidence">
      <h3>The rule</h3>
      <p class="note" data-testid="rule-standing" data-same={isSame && rule !== null}>
        {standing(answer, rule, alert)}
      </p>
      {rule !== null && (
        <ul class="rule-words" data-testid="rule-words">
          {ruleWords(rule).map((sentence) => <li key={sentence}>{sentence}</li>)}
        </ul>
      )}
      {rule !== null && access.value.mayOperate && (
        <a
          data-testid="edit-rule"
          href={routeText(
            rulesRoute({ kind: "edit", rule: rule.name, symbol: own ? marketText(alert) : null }),
          )}
        >
          Change this rule
        </a>
      )}
    </section>
  );
}

function standing(
  answer: Answer<RulesShown> | null,
  rule: ReturnType<typeof ruleAt>,
  { evidence }: AlertEvent,
): string {
  if (answer === null) return "Loading the rules…";
  if (!answer.ok) return `The rules cannot be read: ${answer.error}`;
  if (rule === null) return "No rule of this name is there any more; what it said is not kept.";
  if (evidence === null) return "Whether the rule said the same then is not known. Now it says:";
  if (rule.version !== evidence.ruleVersion) {
    return "The rule was another one then, and what it said is not kept. Now it says:";
  }
  return rule.isOn ? "" : "It is switched off now. It says:";
}
