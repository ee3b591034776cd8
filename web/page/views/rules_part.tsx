/** The rules: all that are in force, in words; for who may operate, the way to change one, or to add another. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { fetchRules } from "../alerts_api.ts";
import type { RuleShown, RulesShown } from "../rules_shown.ts";
import { type RulesPlace, rulesRoute } from "../alerts_place.ts";
import type { Answer } from "../api.ts";
import { usePage } from "../context.ts";
import { routeText } from "../route.ts";
import { ruleWords } from "../rule_words.ts";
import { RuleEditor } from "./rule_editor.tsx";

const RETRY_MS = 5_000;

/** Which of them is asked for stands in the address. */
export function RulesPart({ place }: { readonly place: RulesPlace }): JSX.Element {
  const { shown: { access }, go } = usePage();
  const { rules, take } = useRules();
  const answer = rules.value;
  if (answer === null || !answer.ok) {
    return (
      <p class="panel muted" data-testid="rules-note" role="status">
        {answer === null
          ? "Loading the rules…"
          : `The rules cannot be read, trying again: ${answer.error}`}
      </p>
    );
  }
  if (place.kind !== "list" && access.value.mayOperate) {
    return (
      <RuleEditor
        key={JSON.stringify(place)}
        place={place}
        rules={answer.value}
        onRules={(next) => take({ ok: true, value: next })}
        onDone={() => go(rulesRoute({ kind: "list" }))}
      />
    );
  }
  return <RuleList rules={answer.value} isRefused={place.kind !== "list"} />;
}

interface RuleListProps {
  readonly rules: RulesShown;
  /** A change was asked for by who may not make any. */
  readonly isRefused: boolean;
}

function RuleList({ rules, isRefused }: RuleListProps): JSX.Element {
  const { shown: { access } } = usePage();
  const { mayOperate } = access.value;
  const own = Object.entries(rules.symbols).flatMap(([symbol, list]) =>
    list.filter(({ from }) => from === "symbol").map((rule) => ({ symbol, rule }))
  );
  return (
    <section class="panel rules" aria-label="Rules" data-testid="rules">
      <h2>
        Rules of every symbol
        {mayOperate && (
          <a
            class="button round"
            data-testid="new-rule"
            href={routeText(rulesRoute({ kind: "new", symbol: null, given: null }))}
          >
            New rule
          </a>
        )}
      </h2>
      {isRefused && (
        <p class="note warning" data-testid="rules-refused">
          This session may only look: rules are changed with the operator's token.
        </p>
      )}
      {rules.file.problem !== null && (
        <p class="note bad" data-testid="rules-problem">{rules.file.problem}</p>
      )}
      <ul class="rule-list">
        {rules.rules.map((rule) => (
          <RuleItem key={rule.name} rule={rule} symbol={null} mayOperate={mayOperate} />
        ))}
      </ul>
      {own.length > 0 && (
        <>
          <h2>Of one symbol</h2>
          <ul class="rule-list">
            {own.map(({ rule, symbol }) => (
              <RuleItem
                key={`${symbol} ${rule.name}`}
                rule={rule}
                symbol={symbol}
                mayOperate={mayOperate}
              />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface RuleItemProps {
  readonly rule: RuleShown;
  readonly symbol: string | null;
  readonly mayOperate: boolean;
}

const FROM_WORDS = {
  "built-in": "built in",
  file: "of the file of rules",
  symbol: "of the file of rules",
} as const;

function RuleItem({ rule, symbol, mayOperate }: RuleItemProps): JSX.Element {
  const { name, isOn, severity, from } = rule;
  return (
    <li
      class="rule"
      data-on={isOn}
      data-testid={`rule-${symbol === null ? "" : `${symbol}-`}${name}`}
    >
      <div class="rule-head">
        <span class="severity" data-severity={severity}>{severity}</span>
        <b>{symbol === null ? name : `${symbol} ${name}`}</b>
        <small>{isOn ? FROM_WORDS[from] : `switched off, ${FROM_WORDS[from]}`}</small>
        <span class="spring" />
        {mayOperate && (
          <a
            class="button round"
            data-testid={`edit-${symbol === null ? "" : `${symbol}-`}${name}`}
            href={routeText(rulesRoute({ kind: "edit", rule: name, symbol }))}
          >
            Change
          </a>
        )}
      </div>
      <p>{ruleWords(rule).slice(0, 2).join(" ")}</p>
    </li>
  );
}

/** Asked for until they come; what a change is answered with takes their place. */
function useRules() {
  const rules = useSignal<Answer<RulesShown> | null>(null);
  const take = (answer: Answer<RulesShown>) => rules.value = answer;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isThere = true;
    const ask = async () => {
      const answer = await fetchRules();
      if (!isThere) return;
      take(answer);
      if (!answer.ok) timer = setTimeout(() => void ask(), RETRY_MS);
    };
    void ask();
    return () => {
      isThere = false;
      clearTimeout(timer);
    };
  }, []);
  return { rules, take };
}
