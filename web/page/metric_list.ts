/// <reference lib="dom" />
/** Every metric of the catalogue, group by group: its value, or why there is none. Drawn while somebody looks. */
import { definitionOf, METRIC_NAMES, type MetricName } from "../../shared/catalogue/metrics.ts";
import { metricsOfNow } from "./cards.ts";
import { element, make, setAttribute, setText } from "./dom.ts";
import { formatDepth, NOTHING } from "./format.ts";
import { formatMetric, metricHeading, unitText, whyText } from "./metric_text.ts";
import type { PageState } from "./state.ts";

interface Row {
  readonly name: MetricName;
  readonly value: HTMLElement;
  readonly why: HTMLElement;
}

/** The list below the charts. Its rows are made once. */
export class MetricList {
  readonly #details = element("all-metrics") as HTMLDetailsElement;
  readonly #rows: Row[] = [];

  constructor(onOpen: () => void) {
    const parent = element("metric-list");
    const groups = new Set(METRIC_NAMES.map((name) => definitionOf(name).group));
    for (const group of groups) {
      const section = make("section", "group");
      section.append(make("h3", "", group));
      for (const name of METRIC_NAMES) {
        if (definitionOf(name).group === group) section.append(this.#row(name));
      }
      parent.append(section);
    }
    this.#details.addEventListener("toggle", onOpen);
  }

  /** Shows the selected symbol at `localMs`. */
  render(state: PageState, localMs: number): void {
    const { selected } = state;
    if (selected === null || !this.#details.open) return;
    const view = state.viewOf(selected);
    const { decimals } = view;
    const metrics = metricsOfNow(view, state.standingOf(selected, localMs));
    for (const { name, value, why } of this.#rows) {
      const number = metrics?.values[name] ?? null;
      const isBound = metrics?.lowerBounds.includes(name) ?? false;
      const text = isBound ? formatDepth(number, true) : formatMetric(name, number, decimals);
      setText(value, number === null ? NOTHING : `${text} ${unitText(name)}`.trimEnd());
      setText(why, whyText([name], metrics?.reasons ?? {}));
    }
  }

  #row(name: MetricName): HTMLElement {
    const { label, title } = metricHeading(name);
    const row = make("div", "metric");
    setAttribute(row, "title", title);
    const value = make("span", "value");
    value.dataset["testid"] = `all-${name}`;
    const why = make("small", "why");
    row.append(make("span", "label", label), value, why);
    this.#rows.push({ name, value, why });
    return row;
  }
}
