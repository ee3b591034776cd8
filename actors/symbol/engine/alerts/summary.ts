/** What a person reads of a rule. */
import type { SummaryTemplate } from "../../../../shared/catalogue/rules.ts";
import { assertNever } from "../../../../shared/assert_never.ts";
import { numberText } from "../../../../shared/number_text.ts";
import type { Figure } from "../../../../shared/catalogue/rules.ts";

/** The numbers of one moment that a summary may tell; `NaN`: there is none. */
export interface Told {
  readonly value: number;
  readonly median: number;
  readonly scale: number;
}

/** The template with its figures and words filled in. A name without either stays as it is written. */
export function summarise(
  { text, figures }: SummaryTemplate,
  told: Told,
  words: Readonly<Record<string, string>> = {},
): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    if (Object.hasOwn(words, name)) return words[name] ?? placeholder;
    const figure = Object.hasOwn(figures, name) ? figures[name] : undefined;
    if (figure === undefined) return placeholder;
    return figureText((numberOf(figure, told) + figure.plus) * figure.times, figure.decimals);
  });
}

/** Rounded; of −3 decimals to whole thousands. */
function figureText(value: number, decimals: number): string {
  if (decimals >= 0) return numberText(value, decimals);
  const unit = 10 ** -decimals;
  return numberText(Math.round(value / unit) * unit, 0);
}

function numberOf({ of }: Figure, { value, median, scale }: Told): number {
  switch (of) {
    case "value":
      return value;
    case "median":
      return median;
    case "scales":
      return (value - median) / scale;
    case "share":
      return value / median;
    default:
      return assertNever(of, "write a figure");
  }
}
