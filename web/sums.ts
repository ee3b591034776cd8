/** What adds up on its way to the browsers: outputs of the lane `summed`, and changes of the system. */
import type { EventPayloads, ShownOutput, ShownType } from "../shared/catalogue/events.ts";
import { addUp } from "../shared/catalogue/outputs.ts";
import { marketText, type SymbolId } from "../shared/market.ts";
import { mergeChanges, type SystemChange } from "../shared/system_change.ts";
import { encodeEvent } from "./event_text.ts";
import type { Sum } from "./mailbox.ts";

/** An output as browsers get it. */
export type Shown = EventPayloads[ShownType];

/** One output, or several of one type and symbol, for the browsers that want it in detail. */
export class OutputSum implements Sum {
  readonly isListed = false;
  readonly name: ShownType;
  readonly symbol: SymbolId;
  readonly #value: ShownOutput;
  #bytes: Uint8Array | null = null;

  constructor(value: ShownOutput) {
    this.name = value.type;
    this.symbol = marketText(value);
    this.#value = value;
  }

  plus(newer: OutputSum): OutputSum {
    return new OutputSum(addUp(this.#value, newer.#value));
  }

  bytes(): Uint8Array {
    // What has a sum is shown as it is.
    return this.#bytes ??= encodeEvent(this.#value.type, this.#value as Shown, null);
  }
}

/** What has changed of the system, for everybody. */
export class SystemSum implements Sum {
  readonly name = "system_change";
  readonly isListed = true;
  readonly symbol = null;
  readonly #change: SystemChange;
  #bytes: Uint8Array | null = null;

  constructor(change: SystemChange) {
    this.#change = change;
  }

  plus(newer: SystemSum): SystemSum {
    return new SystemSum(mergeChanges(this.#change, newer.#change));
  }

  bytes(): Uint8Array {
    return this.#bytes ??= encodeEvent("system_change", this.#change, null);
  }
}
