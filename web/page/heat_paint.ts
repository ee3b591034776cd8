/// <reference lib="dom" />
/** What lies over the pixels of a heatmap: best bid and ask, trades, axes, the price of now, and a cursor. */
import { line } from "./canvas_context.ts";
import { formatPrice } from "./format.ts";
import type { HeatColumn, HeatTrades } from "./heat_columns.ts";
import type { HeatCursor, Stage } from "./heat_stage.ts";
import { priceTicks, timeTicks } from "./heat_view.ts";
import { color, hatch } from "./paint.ts";
import { formatTime, zoneOffsetMs } from "./times.ts";

/** Room below for times. */
const FOOT_PX = 18;
const LABEL_GAP_PX = 6;
const PRICE_TICK_PX = 34;
const TIME_TICK_PX = 84;
const TAG_PX = 16;
const HATCH_TILE_PX = 7;
const BUBBLE_MAX_PX = 10;
/** In a low picture they are smaller: so many of the largest ones are as high as it. */
const BUBBLES_HIGH = 40;
const BUBBLE_MIN_PX = 1.8;
/** Trades that are larger than all but so many have the largest bubbles. */
const BUBBLE_SHARE = 0.985;

/** What axes take of a room, CSS pixels. */
export function marginsOf(
  context: CanvasRenderingContext2D,
  high: number,
  decimals: number,
): { readonly right: number; readonly bottom: number } {
  const { width } = context.measureText(formatPrice(high, decimals));
  return { right: Math.ceil(width) + 2 * LABEL_GAP_PX, bottom: FOOT_PX };
}

/** A tile of hatching, for a pattern. */
export function hatchTile(line: string, ratio: number): HTMLCanvasElement {
  const tile = document.createElement("canvas");
  tile.width = tile.height = Math.round(HATCH_TILE_PX * ratio);
  const context = tile.getContext("2d");
  if (context === null) return tile;
  context.strokeStyle = line;
  context.globalAlpha = 0.4;
  hatch(context, { left: 0, top: 0, width: tile.width, height: tile.height }, ratio);
  return tile;
}

/** Best bid and ask, as far as they are known. */
export function paintPrices(context: CanvasRenderingContext2D, stage: Stage): void {
  for (const side of ["bid", "ask"] as const) {
    context.beginPath();
    let isDrawing = false;
    for (let number = stage.columns.first; number <= stage.columns.newest; number++) {
      const price = stage.columns.at(number)?.[side] ?? null;
      if (price === null) isDrawing = false;
      else if (isDrawing) context.lineTo(stage.x(number), stage.y(price));
      else context.moveTo(stage.x(number), stage.y(price));
      isDrawing = price !== null;
    }
    context.lineJoin = "round";
    // On any colour of what rests.
    context.lineWidth = 3;
    context.strokeStyle = color("--panel");
    context.globalAlpha = 0.55;
    context.stroke();
    context.globalAlpha = 1;
    context.lineWidth = 1.25;
    context.strokeStyle = color(`--${side}`);
    context.stroke();
  }
}

/** What was bought and sold in each column: the area of a bubble is its quantity. */
export function paintTrades(context: CanvasRenderingContext2D, stage: Stage): void {
  const columns = stage.columns.all();
  const qtys = columns.flatMap(({ bought, sold }) =>
    [bought, sold].flatMap((one) => one === null ? [] : [one.qty])
  );
  if (qtys.length === 0) return;
  const sorted = Float64Array.from(qtys).sort();
  const full = sorted[Math.floor(BUBBLE_SHARE * (sorted.length - 1))] ?? 0;
  context.strokeStyle = color("--panel");
  context.lineWidth = 1;
  context.globalAlpha = 0.85;
  for (const side of ["bought", "sold"] as const) {
    context.fillStyle = color(side === "bought" ? "--bid" : "--ask");
    for (const column of columns) paintBubble(context, stage, column, column[side], full);
  }
  context.globalAlpha = 1;
}

function paintBubble(
  context: CanvasRenderingContext2D,
  stage: Stage,
  { endMs }: HeatColumn,
  trades: HeatTrades | null,
  full: number,
): void {
  if (trades === null) return;
  // Its area is what was traded.
  const most = Math.min(BUBBLE_MAX_PX, stage.height / BUBBLES_HIGH);
  const radius = most * Math.sqrt(Math.min(1, trades.qty / full));
  if (radius < BUBBLE_MIN_PX) return;
  const x = stage.x(Math.round(endMs / stage.columns.columnMs));
  context.beginPath();
  context.arc(x, stage.y(trades.price), radius, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}

/** Prices at the right, times below. */
export function paintAxes(context: CanvasRenderingContext2D, stage: Stage, decimals: number): void {
  const { width, height, columns, window } = stage;
  context.fillStyle = color("--muted");
  context.strokeStyle = color("--edge");
  context.lineWidth = 1;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const nowY = stage.y(midOf(stage) ?? NaN);
  for (const price of priceTicks(window, Math.floor(height / PRICE_TICK_PX))) {
    const y = stage.y(price);
    if (y < 6 || y > height - 6 || Math.abs(y - nowY) < TAG_PX) continue;
    line(context, width, y, width + 3, y);
    context.fillText(formatPrice(price, decimals), width + LABEL_GAP_PX, y);
  }
  const { columnMs, first, newest } = columns;
  const [fromMs, toMs] = [(first - 1) * columnMs, newest * columnMs];
  const isMinutes = toMs - fromMs > 20 * 60_000;
  context.textAlign = "center";
  // Round times of the zone that they are told in.
  const zoneMs = zoneOffsetMs(toMs);
  const ticks = timeTicks(fromMs + zoneMs, toMs + zoneMs, Math.floor(width / TIME_TICK_PX));
  for (const timeMs of ticks.map((ms) => ms - zoneMs)) {
    const x = width * (timeMs - fromMs) / (toMs - fromMs);
    if (x < 26 || x > width - 26) continue;
    line(context, x, height, x, height + 3);
    const text = formatTime(timeMs);
    context.fillText(isMinutes ? text.slice(0, 5) : text, x, height + FOOT_PX - 7);
  }
}

function midOf({ columns }: Stage): number | null {
  const { bid = null, ask = null } = columns.at(columns.newest) ?? {};
  return bid === null || ask === null ? null : (bid + ask) / 2;
}

/** The price of now, at the axis. */
export function paintNow(context: CanvasRenderingContext2D, stage: Stage, decimals: number): void {
  const mid = midOf(stage);
  if (mid === null) return;
  const y = stage.y(mid);
  if (y < 0 || y > stage.height) return;
  paintTag(context, stage, y, formatPrice(mid, decimals), "--raised", "--text");
}

function paintTag(
  context: CanvasRenderingContext2D,
  stage: Stage,
  y: number,
  text: string,
  ground: string,
  ink: string,
): void {
  const { width } = context.measureText(text);
  context.fillStyle = color(ground);
  context.fillRect(stage.width + 1, y - TAG_PX / 2, width + 2 * LABEL_GAP_PX, TAG_PX);
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = color(ink);
  context.fillText(text, stage.width + LABEL_GAP_PX, y);
}

/** A cross, with its price at the axis. */
export function paintCursor(
  context: CanvasRenderingContext2D,
  stage: Stage,
  { endMs, price }: HeatCursor,
  decimals: number,
): void {
  const number = Math.round(endMs / stage.columns.columnMs);
  const [x, y] = [stage.x(number), stage.y(price)];
  if (x < 0 || x > stage.width || y < 0 || y > stage.height) return;
  context.strokeStyle = color("--text");
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  line(context, x, 0, x, stage.height);
  line(context, 0, y, stage.width, y);
  context.setLineDash([]);
  paintTag(context, stage, y, formatPrice(price, decimals), "--text", "--panel");
}
