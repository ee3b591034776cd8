/// <reference lib="dom" />
/** The heatmap on its canvas: what rested, best bid and ask, trades, axes, and a cursor; moved by pointer, wheel and keys. */
import { paintOn } from "./canvas_context.ts";
import type { Picture } from "./canvas.tsx";
import { make, setAttribute } from "./dom.ts";
import type { PriceWindow } from "./heat_cells.ts";
import type { HeatColumns } from "./heat_columns.ts";
import {
  hatchTile,
  marginsOf,
  paintAxes,
  paintCursor,
  paintNow,
  paintPrices,
  paintTrades,
} from "./heat_paint.ts";
import { HeatRaster } from "./heat_raster.ts";
import { DARK_STOPS, LIGHT_STOPS } from "./heat_scale.ts";
import { heatReading, NO_READING, readingSentence } from "./heat_text.ts";
import {
  type HeatCursor,
  movedCursor,
  placeAt,
  priceAt,
  type Stage,
  stageOf,
} from "./heat_stage.ts";
import { color, LABEL_FONT_FAMILY } from "./paint.ts";
import { type Size, sizeOf } from "./room_size.ts";

/** What is to be drawn. */
export interface HeatShown {
  /** `null`: it is not known of which symbol. */
  readonly columns: HeatColumns | null;
  /** Another number when they have changed. */
  readonly version: number;
  /** `null`: no price is known. */
  readonly window: PriceWindow | null;
  readonly intensity: number;
  readonly cursor: HeatCursor | null;
  readonly decimals: number;
}

/** What a person does with it. */
export interface HeatActs {
  onCursor(cursor: HeatCursor | null): void;
  /** Nearer by less than 1; about a price, or the middle. */
  onZoom(factor: number, about: number | null): void;
  /** By a part of what is in view. */
  onPan(part: number): void;
  onFollow(): void;
}

const FONT = `11px ${LABEL_FONT_FAMILY}`;
const WHEEL_ZOOM = 0.0015;
const KEY_ZOOM = 1.25;
const KEY_PAN = 0.1;

/** One heatmap; whoever steps through it hears each place. */
export class HeatPicture implements Picture<HeatShown> {
  readonly #acts: HeatActs;
  readonly #room: HTMLElement;
  readonly #handle = make("div", "heat-handle");
  readonly #canvas = document.createElement("canvas");
  readonly #raster = new HeatRaster();
  readonly #resize = new ResizeObserver(() => this.#paint());
  #shown: HeatShown | null = null;
  #stage: Stage | null = null;
  #hatching: CanvasPattern | null = null;
  #hatchingOf = "";
  #draggedY: number | null = null;

  constructor(room: HTMLElement, acts: HeatActs) {
    this.#room = room;
    this.#acts = acts;
    const handle = this.#handle;
    handle.tabIndex = 0;
    handle.dataset["testid"] = "heat-cursor";
    setAttribute(handle, "role", "slider");
    setAttribute(handle, "aria-label", "Place in the heatmap");
    setAttribute(
      handle,
      "aria-description",
      "Arrow keys move it, plus and minus zoom, Page Up and Page Down move prices, Home follows the price",
    );
    setAttribute(handle, "aria-valuenow", "0");
    setAttribute(handle, "aria-valuetext", "nowhere: arrow keys move it");
    handle.append(this.#canvas);
    room.append(handle);
    handle.addEventListener("pointermove", (event) => this.#point(event));
    handle.addEventListener("pointerdown", (event) => this.#press(event));
    handle.addEventListener("pointerup", () => this.#draggedY = null);
    handle.addEventListener("pointercancel", () => this.#draggedY = null);
    handle.addEventListener("pointerleave", ({ pointerType }) => {
      // What a finger has pointed at stays when it is lifted, until another thing is touched.
      if (pointerType !== "touch") this.#acts.onCursor(null);
    });
    handle.addEventListener("blur", () => this.#acts.onCursor(null));
    handle.addEventListener("dblclick", () => this.#acts.onFollow());
    handle.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    handle.addEventListener("keydown", (event) => this.#key(event));
    this.#resize.observe(room);
  }

  draw(shown: HeatShown): void {
    this.#shown = shown;
    this.#paint();
  }

  destroy(): void {
    this.#resize.disconnect();
  }

  // -- What a person does --

  #press(event: PointerEvent): void {
    this.#point(event);
    // A finger scrolls the page.
    if (event.pointerType === "touch" || event.button !== 0) return;
    this.#draggedY = event.clientY;
    this.#handle.setPointerCapture(event.pointerId);
  }

  #point({ clientX, clientY }: PointerEvent): void {
    const stage = this.#stage;
    if (stage === null) return;
    if (this.#draggedY !== null) {
      this.#acts.onPan((clientY - this.#draggedY) / stage.height);
      this.#draggedY = clientY;
    }
    const { left, top } = this.#handle.getBoundingClientRect();
    this.#acts.onCursor(placeAt(stage, clientX - left, clientY - top));
  }

  #wheel(event: WheelEvent): void {
    const stage = this.#stage;
    if (stage === null || event.deltaY === 0) return;
    event.preventDefault();
    const { top } = this.#handle.getBoundingClientRect();
    const about = priceAt(stage, event.clientY - top);
    this.#acts.onZoom(Math.exp(event.deltaY * WHEEL_ZOOM), about);
  }

  #key(event: KeyboardEvent): void {
    const shown = this.#shown;
    if (event.ctrlKey || event.metaKey || event.altKey || shown === null) return;
    if (!this.#actOn(event.key, shown)) return;
    event.preventDefault();
  }

  /** False: the key is not for it. */
  #actOn(key: string, { columns, cursor, decimals }: HeatShown): boolean {
    switch (key) {
      case "+":
      case "=":
        return this.#acts.onZoom(1 / KEY_ZOOM, null), true;
      case "-":
        return this.#acts.onZoom(KEY_ZOOM, null), true;
      case "PageUp":
        return this.#acts.onPan(KEY_PAN), true;
      case "PageDown":
        return this.#acts.onPan(-KEY_PAN), true;
      case "Home":
        return this.#acts.onFollow(), true;
      case "Escape":
        return this.#acts.onCursor(null), true;
      default:
    }
    const moved = columns === null ? null : movedCursor(columns, cursor, key);
    if (columns === null || moved === null) return false;
    this.#acts.onCursor(moved);
    const number = Math.round(moved.endMs / columns.columnMs);
    const reading = heatReading(columns.at(number), moved.price, decimals, moved.endMs);
    // Only what a person moves is told: what moves by itself would never let them listen.
    setAttribute(this.#handle, "aria-valuenow", String(number - columns.first));
    setAttribute(this.#handle, "aria-valuemin", "0");
    setAttribute(this.#handle, "aria-valuemax", String(columns.count - 1));
    const text = reading === NO_READING ? "nowhere" : readingSentence(reading);
    setAttribute(this.#handle, "aria-valuetext", text);
    return true;
  }

  // -- What is seen --

  #paint(): void {
    const shown = this.#shown;
    if (shown === null) return;
    const size = sizeOf(this.#room);
    paintOn(this.#canvas, size, (context) => this.#paintOn(context, shown, size));
  }

  #paintOn(context: CanvasRenderingContext2D, shown: HeatShown, { width, height }: Size): void {
    const ratio = devicePixelRatio;
    context.font = FONT;
    const { columns, window } = shown;
    this.#stage = null;
    if (columns === null || window === null || columns.newest === 0) return;
    const { right, bottom } = marginsOf(context, window.high, shown.decimals);
    const room = [Math.max(1, width - right), Math.max(1, height - bottom)] as const;
    const stage = this.#stage = stageOf(columns, window, ...room);
    const look = {
      columns: stage.columns,
      window: stage.window,
      rows: Math.max(1, Math.round(stage.height * ratio)),
      intensity: shown.intensity,
      stops: isLight() ? LIGHT_STOPS : DARK_STOPS,
    };
    this.#raster.draw(look);
    this.#paintUnknown(context, stage, ratio);
    this.#raster.put(context, stage.width, stage.height);
    context.save();
    context.beginPath();
    context.rect(0, 0, stage.width, stage.height);
    context.clip();
    paintTrades(context, stage);
    paintPrices(context, stage);
    context.restore();
    paintAxes(context, stage, shown.decimals);
    paintNow(context, stage, shown.decimals);
    if (shown.cursor !== null) paintCursor(context, stage, shown.cursor, shown.decimals);
    setAttribute(this.#handle, "data-filled", String(this.#raster.filled));
    setAttribute(this.#handle, "data-prices", `${window.low} ${window.high}`);
  }

  /** Everything is hatched, and seen where nothing lies over it: that nothing is drawn does not say that nothing rests. */
  #paintUnknown(context: CanvasRenderingContext2D, { width, height }: Stage, ratio: number): void {
    const line = color("--muted");
    if (this.#hatching === null || this.#hatchingOf !== `${line} ${ratio}`) {
      this.#hatchingOf = `${line} ${ratio}`;
      this.#hatching = context.createPattern(hatchTile(line, ratio), "repeat");
      this.#hatching?.setTransform(new DOMMatrix().scale(1 / ratio));
    }
    if (this.#hatching === null) return;
    context.fillStyle = this.#hatching;
    context.fillRect(0, 0, width, height);
  }
}

/** By the colour of the panel, whatever theme was chosen. */
function isLight(): boolean {
  const [red = 0] = color("--panel").match(/\d+/g)?.map(Number) ?? [];
  return red > 127;
}
