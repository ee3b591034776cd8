/** The name of a metric, which explains it to whoever rests on it, focuses it or presses it. */
import type { JSX } from "preact";
import { definitionOf, type MetricName } from "../../shared/catalogue/metrics.ts";
import { noted } from "./noted.ts";

interface NotedNameProps {
  readonly name: MetricName;
  /** What is written, if not its label. */
  readonly text?: string;
}

/** A button that looks like text. */
export function NotedName({ name, text }: NotedNameProps): JSX.Element {
  return (
    <button type="button" class="noted label" {...noted(name)}>
      {text ?? definitionOf(name).label}
    </button>
  );
}
