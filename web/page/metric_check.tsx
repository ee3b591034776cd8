/** A box to tick among metrics, with what each means at hand. */
import type { ComponentChildren, JSX } from "preact";
import type { MetricName } from "../../shared/catalogue/metrics.ts";
import { noted } from "./noted.ts";

interface MetricCheckProps {
  readonly name: string;
  /** `null`: it is no metric, and nothing is to be said of it but its title. */
  readonly metric: MetricName | null;
  readonly title?: string | undefined;
  readonly isShown: boolean;
  readonly isDisabled: boolean;
  readonly onCheck: (isShown: boolean) => void;
  readonly children: ComponentChildren;
}

/** The pointer asks over the label, the keyboard in the box. */
export function MetricCheck(
  { name, metric, title, isShown, isDisabled, onCheck, children }: MetricCheckProps,
): JSX.Element {
  const { onFocus, onBlur, ...pointer } = metric === null ? {} : noted(metric, false);
  return (
    <label title={title} {...pointer}>
      <input
        type="checkbox"
        name={name}
        onFocus={onFocus}
        onBlur={onBlur}
        checked={isShown}
        disabled={isDisabled}
        onChange={({ currentTarget }) => onCheck(currentTarget.checked)}
      />
      {children}
    </label>
  );
}
