/** ScannedLevels: the columns that a list of levels is scanned into, and what the scanner knows of them. */
import { TickLevels } from "../../symbol/engine/book/level_columns.ts";
import { PriceScale } from "../../symbol/engine/book/price_scale.ts";
import { type DecimalUnit, unitOf } from "./decimal_unit.ts";

/** What the columns count in. */
export class LevelUnits {
  readonly price: DecimalUnit;
  readonly qty: DecimalUnit;
  /** The same for the book. */
  readonly scale: PriceScale;

  constructor(scale: PriceScale) {
    this.price = unitOf(scale.priceDecimals);
    this.qty = unitOf(scale.qtyDecimals);
    this.scale = scale;
  }

  /** The same but for one column, of so many decimals, 0 to 8. */
  with(column: "price" | "qty", decimals: number): LevelUnits {
    const { priceDecimals, qtyDecimals } = this.scale;
    return new LevelUnits(
      column === "price"
        ? new PriceScale(decimals, qtyDecimals)
        : new PriceScale(priceDecimals, decimals),
    );
  }
}

/** One side of a frame. */
export class ScannedLevels {
  /** Used again from frame to frame. */
  readonly columns: TickLevels;
  /** Digits of the last level's whole parts: the next ones mostly have as many. */
  priceDigits = 1;
  qtyDigits = 1;
  /** The units that a refused list needed; `null`: it was refused for another reason, or taken. */
  needed: LevelUnits | null = null;
  #units: LevelUnits;

  constructor(units: LevelUnits) {
    this.columns = new TickLevels(units.scale);
    this.#units = units;
  }

  get units(): LevelUnits {
    return this.#units;
  }

  /** Counts in other units from the next list on. */
  use(units: LevelUnits): void {
    this.#units = units;
    this.columns.scale = units.scale;
    this.needed = null;
  }
}
