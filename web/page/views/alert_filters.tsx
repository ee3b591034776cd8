/** What of the episodes is shown: by severity, by rule and by symbol. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { ruleText } from "../alert_text.ts";
import { fetchRules } from "../alerts_api.ts";
import { type AlertFilter, episodeNames, NO_FILTER, SEVERITIES } from "../alerts_place.ts";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";
import { marketText } from "../../../shared/market.ts";

interface FiltersProps {
  readonly filter: AlertFilter;
  readonly onFilter: (filter: AlertFilter) => void;
}

/** Three choices and the way back. */
export function AlertFilters({ filter, onFilter }: FiltersProps): JSX.Element {
  const { shown: { alerts, symbols } } = usePage();
  const rules = useRuleNames();
  const ruleNames = useBound(() => {
    const inForce = rules.value;
    // Of rules that are gone only their episodes tell.
    const seen = alerts.value.map(({ alert }) => alert.rule)
      .filter((name) => !inForce.some((rule) => episodeNames(rule).includes(name)));
    return withChosen([...inForce, ...seen], filter.rule);
  }, [rules, filter.rule]);
  const symbolNames = useBound(() => {
    const seen = alerts.value.map(({ alert }) => marketText(alert));
    return withChosen([...symbols.value, ...seen], filter.symbol);
  }, [filter.symbol]);
  const isAny = filter.severity === null && filter.rule === null && filter.symbol === null;
  return (
    <div class="feed-filters" role="group" aria-label="Filter">
      <Choice
        label="Severity"
        testId="filter-severity"
        every="any severity"
        values={SEVERITIES}
        value={filter.severity}
        onChange={(value) =>
          onFilter({ ...filter, severity: SEVERITIES.find((one) => one === value) ?? null })}
      />
      <Choice
        label="Type"
        testId="filter-type"
        every="any type"
        values={ruleNames.value}
        value={filter.rule}
        onChange={(rule) => onFilter({ ...filter, rule })}
      />
      <Choice
        label="Symbol"
        testId="filter-symbol"
        every="any symbol"
        values={symbolNames.value}
        value={filter.symbol}
        onChange={(symbol) => onFilter({ ...filter, symbol })}
      />
      <button
        type="button"
        class="round"
        data-testid="filter-clear"
        disabled={isAny}
        onClick={() => onFilter(NO_FILTER)}
      >
        Show all
      </button>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly testId: string;
  /** The words for no filter. */
  readonly every: string;
  readonly values: readonly string[];
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}

function Choice({ label, testId, every, values, value, onChange }: ChoiceProps): JSX.Element {
  return (
    <select
      class="filter"
      aria-label={label}
      data-testid={testId}
      data-filtered={value !== null}
      value={value ?? ""}
      onChange={({ currentTarget }) => onChange(currentTarget.value || null)}
    >
      <option value="">{every}</option>
      {values.map((one) => (
        <option key={one} value={one} selected={one === value}>{ruleText(one)}</option>
      ))}
    </select>
  );
}

/** The names of all rules in force; none while they are not known. */
function useRuleNames() {
  const names = useSignal<readonly string[]>([]);
  useEffect(() => {
    let isThere = true;
    void fetchRules().then((answer) => {
      if (!isThere || !answer.ok) return;
      const { rules, symbols } = answer.value;
      const all = [...rules, ...Object.values(symbols).flat()];
      names.value = [...new Set(all.map(({ name }) => name))].sort();
    });
    return () => isThere = false;
  }, []);
  return names;
}

/** Each once, with what an address names. */
function withChosen(values: readonly string[], chosen: string | null): readonly string[] {
  return [...new Set(chosen === null ? values : [...values, chosen])];
}
