/** The fields of the form of a rule: what is watched, numbers with their units, symbols; each with what the server says is wrong with it. */
import { definitionOf, METRIC_NAMES, type MetricName } from "../../../shared/catalogue/metrics.ts";
import type { RuleField } from "../../../shared/catalogue/rule_fields.ts";
import type { Signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { usePage } from "../context.ts";
import { wantWords } from "../metric_words.ts";
import { COMPARISONS, fieldUnit, kindOf, type RuleDraft, ruleOf } from "../rule_draft.ts";
import { ruleWords } from "../rule_words.ts";

/** What is wrong, and with which field of the form; `null`: with none of them. */
export interface Mistake {
  readonly field: string | null;
  readonly text: string;
}

/** What a part of the form is given. */
export interface PartProps {
  readonly draft: RuleDraft;
  readonly mistake: Signal<Mistake | null>;
  readonly onChange: (part: Partial<RuleDraft>) => void;
}

/** What is compared, and how. */
export function Watched({ draft, mistake, onChange }: PartProps): JSX.Element {
  const groups = Map.groupBy(
    // What is not stored could not be tried, and a rule of it would be one that nobody has seen.
    METRIC_NAMES.filter((name) => definitionOf(name).stored !== null),
    (name) => definitionOf(name).group,
  );
  const words = wantWords().value;
  const meaning = words?.ok ? words.value[draft.metric]?.meaning : undefined;
  return (
    <fieldset>
      <legend>What is watched</legend>
      <Field
        name="metric"
        label="metric"
        mistake={mistake}
      >
        <select
          name="metric"
          data-testid="rule-metric"
          value={draft.metric}
          onChange={({ currentTarget }) =>
            onChange({ metric: METRIC_NAMES.find((one) => one === currentTarget.value) ?? "mid" })}
        >
          {[...groups].map(([group, names]) => (
            <optgroup label={group} key={group}>
              {names.map((name) => (
                <option key={name} value={name} selected={name === draft.metric}>
                  {optionText(name)}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </Field>
      <p class="rule-meaning muted" data-testid="rule-meaning">{meaning}</p>
      <Field name="comparison" label="" mistake={mistake}>
        <select
          name="comparison"
          aria-label="comparison"
          data-testid="rule-comparison"
          value={draft.comparison}
          onChange={({ currentTarget }) =>
            onChange({
              comparison: COMPARISONS.find(({ id }) => id === currentTarget.value)?.id ?? "above",
            })}
        >
          {COMPARISONS.map(({ id, label }) => (
            <option key={id} value={id} selected={id === draft.comparison}>{label}</option>
          ))}
        </select>
      </Field>
    </fieldset>
  );
}

function optionText(name: MetricName): string {
  return `${definitionOf(name).label} (${name})`;
}

/** A number with its unit; what counts when it is empty stands in it. */
export function NumberField(
  { field, draft, mistake, onChange }: PartProps & { readonly field: RuleField },
): JSX.Element {
  const { name, label, meaning, otherwise } = field;
  const unit = fieldUnit(draft, field);
  const usual = otherwise === undefined || otherwise === null
    ? name === "leave" && kindOf(draft) === "threshold" ? "the same" : ""
    : String(field.unit === "ms" ? otherwise / 1_000 : otherwise);
  return (
    <Field name={name} label={label} mistake={mistake} hint={meaning} unit={unit}>
      <input
        type="text"
        inputMode="decimal"
        name={name}
        aria-label={unit === "" ? label : `${label}, ${unit}`}
        data-testid={`rule-${name}`}
        aria-invalid={mistake.value?.field === name}
        autocomplete="off"
        placeholder={usual}
        value={draft.numbers[name] ?? ""}
        onInput={({ currentTarget }) =>
          onChange({ numbers: { ...draft.numbers, [name]: currentTarget.value } })}
      />
    </Field>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly unit?: string;
  readonly hint?: string;
  readonly mistake: Signal<Mistake | null>;
  readonly children: ComponentChildren;
}

/** A field with its label, and what the server says is wrong with it. */
export function Field(
  { name, label, unit = "", hint, mistake, children }: FieldProps,
): JSX.Element {
  const isWrong = mistake.value?.field === name;
  return (
    <div class="rule-field" data-wrong={isWrong} title={hint}>
      <label>
        <span class="rule-label">{label}</span>
        {children}
        {unit !== "" && <span class="muted">{unit}</span>}
      </label>
      {isWrong && (
        <p class="note bad" role="alert" data-testid={`wrong-${name}`}>{mistake.value?.text}</p>
      )}
    </div>
  );
}

/** Every one, or those that are ticked. */
export function SymbolChoice({ draft, mistake, onChange }: PartProps): JSX.Element {
  const { shown: { symbols: followed }, deskSymbols } = usePage();
  const { symbols } = draft;
  const all = [...new Set([...symbols ?? [], ...followed.value])];
  const toggle = (symbol: string, isIn: boolean) => {
    const others = (symbols ?? []).filter((one) => one !== symbol);
    onChange({ symbols: isIn ? [...others, symbol] : others });
  };
  return (
    <>
      <Field name="symbols" label="symbols" mistake={mistake}>
        <select
          name="symbols"
          data-testid="rule-symbols"
          value={symbols === null ? "all" : "some"}
          onChange={({ currentTarget }) =>
            onChange({
              symbols: currentTarget.value === "all" ? null : deskSymbols.peek().slice(0, 1),
            })}
        >
          <option value="all" selected={symbols === null}>every symbol</option>
          <option value="some" selected={symbols !== null}>only these</option>
        </select>
      </Field>
      {symbols !== null && (
        <div class="symbol-choice" role="group" aria-label="Symbols" data-testid="symbol-choice">
          {all.map((symbol) => (
            <label class="check" key={symbol}>
              <input
                type="checkbox"
                name={`symbol-${symbol}`}
                checked={symbols.includes(symbol)}
                onChange={({ currentTarget }) => toggle(symbol, currentTarget.checked)}
              />
              {symbol}
            </label>
          ))}
        </div>
      )}
    </>
  );
}

/** The rule as it would be, said while it is typed. */
export function Words({ draft }: { readonly draft: RuleDraft }): JSX.Element {
  const rule = ruleOf(draft);
  return (
    <div class="rule-said" data-testid="rule-said">
      {rule === null
        ? <p class="muted">Fill in the numbers, and this says what the rule does.</p>
        : ruleWords(rule).map((sentence) => <p key={sentence}>{sentence}</p>)}
    </div>
  );
}
