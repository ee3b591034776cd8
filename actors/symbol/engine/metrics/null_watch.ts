/** NullWatch: why values are not known, as the code that travels with them; it is written anew only when it changes. */
import type { NullReason } from "../../../../shared/catalogue/metric_definition.ts";
import {
  METRIC_NAMES,
  type MetricName,
  type MetricValues,
} from "../../../../shared/catalogue/metrics.ts";
import { codeOf } from "../../../../shared/catalogue/null_code.ts";

/** The reasons that were told last. */
export class NullWatch {
  readonly #reasons = METRIC_NAMES.map((): NullReason | null => null);
  #code = "";

  /** The code of these values, the same text as before where no reason has changed. O(metrics). */
  codeOf(values: MetricValues, whyNull: (name: MetricName) => NullReason): string {
    let hasChanged = false;
    for (let i = 0; i < METRIC_NAMES.length; i++) {
      const name = METRIC_NAMES[i];
      if (name === undefined) break;
      const reason = values[name] === null ? whyNull(name) : null;
      if (reason === this.#reasons[i]) continue;
      this.#reasons[i] = reason;
      hasChanged = true;
    }
    if (hasChanged) this.#code = this.#written();
    return this.#code;
  }

  #written(): string {
    return METRIC_NAMES.map((name, i) => {
      const reason = this.#reasons[i] ?? null;
      return reason === null ? "" : codeOf(name, reason);
    }).join("");
  }
}
