/// <reference lib="dom" />
/**
 * What rested, as pixels: one for each column and row, kept from picture to picture, and only columns that have changed are
 * filled again. Columns stand in a ring, so that time moves nothing: a picture is put together of its two parts. Where
 * nothing is known it is empty, and what lies beneath is seen.
 */
import { fillColumn, type PriceWindow, quantitiesOf } from "./heat_cells.ts";
import { type HeatColumns, place } from "./heat_columns.ts";
import { colorsOf, type ColorStops, type HeatMeasure, levelsOf, measureOf } from "./heat_scale.ts";

/** Columns that are looked at to say what is much. */
const MEASURED_COLUMNS = 60;
/** How often that is asked: it changes slowly. */
const MEASURE_EVERY = 20;

/** How the pixels are made. */
export interface RasterLook {
  readonly columns: HeatColumns;
  readonly window: PriceWindow;
  readonly rows: number;
  readonly intensity: number;
  readonly stops: ColorStops;
}

/** The pixels of one heatmap. */
export class HeatRaster {
  readonly #canvas = document.createElement("canvas");
  #look: RasterLook | null = null;
  #colors = colorsOf([[0, 0, 0], [1, 0, 0]]);
  #measure: HeatMeasure | null = null;
  #drawn = 0;
  /** One column, and the same as the canvas takes it. */
  #pixels = new Uint32Array(0);
  #image: ImageData | null = null;
  /** Columns that were filled, in all: what an unchanged picture must not raise. */
  filled = 0;

  /** Makes the pixels what is to be seen. */
  draw(look: RasterLook): void {
    const { columns, window, rows, stops } = look;
    const before = this.#look;
    const isOther = before === null || before.columns !== columns || before.rows !== rows ||
      before.window.low !== window.low || before.window.high !== window.high ||
      before.intensity !== look.intensity || before.stops !== stops;
    if (before?.stops !== stops) this.#colors = colorsOf(stops);
    const isMeasured = this.#measureAgain(columns, before?.columns !== columns);
    this.#look = look;
    const changed = columns.takeChanged();
    if (isOther || isMeasured) return this.#fillAll(look);
    for (const number of changed) this.#fill(look, number);
  }

  /** Puts the pixels into a rectangle, the oldest column at its left. */
  put(context: CanvasRenderingContext2D, width: number, height: number): void {
    if (this.#look === null) return;
    const { columns, rows } = this.#look;
    const { count, first } = columns;
    context.imageSmoothingEnabled = false;
    const begin = place(first, count);
    const older = count - begin;
    const x = width * older / count;
    context.drawImage(this.#canvas, begin, 0, older, rows, 0, 0, x, height);
    if (begin > 0) {
      context.drawImage(this.#canvas, 0, 0, begin, rows, x, 0, width - x, height);
    }
  }

  /** Whether what is much is something else now. */
  #measureAgain(columns: HeatColumns, isNew: boolean): boolean {
    const before = isNew ? null : this.#measure;
    this.#drawn += 1;
    if (before !== null && this.#drawn % MEASURE_EVERY !== 0) return false;
    this.#measure = measureOf(quantitiesOf(columns.all(), MEASURED_COLUMNS), before);
    return this.#measure !== before;
  }

  #fillAll(look: RasterLook): void {
    const { columns, rows } = look;
    if (this.#canvas.width !== columns.count || this.#canvas.height !== rows) {
      this.#canvas.width = columns.count;
      this.#canvas.height = rows;
      this.#pixels = new Uint32Array(rows);
      this.#image = new ImageData(
        new Uint8ClampedArray(this.#pixels.buffer, 0, 4 * rows),
        1,
        rows,
      );
    }
    for (let number = columns.first; number <= columns.newest; number++) this.#fill(look, number);
  }

  #fill({ columns, window, intensity }: RasterLook, number: number): void {
    const context = this.#canvas.getContext("2d");
    if (context === null || this.#image === null) return;
    const profile = columns.at(number)?.profile ?? null;
    fillColumn(this.#pixels, profile, window, levelsOf(this.#measure, intensity), this.#colors);
    context.putImageData(this.#image, place(number, columns.count), 0);
    this.filled += 1;
  }
}
