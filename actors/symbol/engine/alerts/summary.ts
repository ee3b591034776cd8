/** The summary of a revision: a rule's template with its figures filled in. */
import type { SummaryTemplate } from "../../../../shared/catalogue/rules.ts";

/** What a person reads of a rule at this value. A name without a figure stays as it is written. */
export function summarise({ text, figures }: SummaryTemplate, value: number): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const figure = Object.hasOwn(figures, name) ? figures[name] : undefined;
    if (figure === undefined) return placeholder;
    return ((value + figure.plus) * figure.times).toFixed(figure.decimals);
  });
}
