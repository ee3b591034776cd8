/**
 * A symbol in focus as a page is told it: one book with the metrics that were computed of it, under one update id. A frame
 * travels as what differs from the one before; the first one, and one after a gap, whole. Pure.
 */
import type { Level } from "../market.ts";
import type { DataState } from "../output.ts";
import { blankCells, type CellChanges, type Cells, changedCells, changesOf } from "./cells.ts";
import { changedSide, type SideChanges, sideChangesOf, unitsOf } from "./levels.ts";

/** What is known of a symbol at one moment. */
export interface FocusFrame {
  readonly timeMs: number;
  readonly state: DataState;
  /** Of the book and of the metrics; `null`: the book is not live, and there are no levels. */
  readonly bookUpdateId: number | null;
  /** Exchange time of that update. */
  readonly eventMs: number | null;
  /** In the order of the columns that were named at the beginning. */
  readonly cells: Cells;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** As it travels. */
export interface FrameChange {
  readonly symbol: string;
  /** Counts up with each frame of the symbol that anybody was sent. */
  readonly number: number;
  /** That of the frame that it changes; `null`: it is whole. */
  readonly from: number | null;
  readonly timeMs: number;
  /** When the monitor wrote it for the first who was sent it, by its clock; `null`: it did not say. */
  readonly writtenMs: number | null;
  readonly state: DataState;
  readonly bookUpdateId: number | null;
  readonly eventMs: number | null;
  readonly cells: CellChanges;
  /** Units in a price of 1; 0: prices stand as they are. */
  readonly units: number;
  readonly bids: SideChanges;
  readonly asks: SideChanges;
}

/** A frame with its place among those of its symbol. */
export interface NumberedFrame {
  readonly number: number;
  /** For prices: see `unitsOf`. */
  readonly units: number;
  readonly frame: FocusFrame;
}

/** The frame after `before`. */
export function numbered(frame: FocusFrame, before: NumberedFrame | null): NumberedFrame {
  const units = unitsOf([frame.bids, frame.asks], before?.units ?? 1);
  return { number: (before?.number ?? 0) + 1, units, frame };
}

/** What a page is told that knows `before`; `null`: the whole. O(cells + levels). */
export function frameChange(
  symbol: string,
  before: NumberedFrame | null,
  { number, units, frame }: NumberedFrame,
  writtenMs: number | null = null,
): FrameChange {
  // Prices of other units are no changes of those that are known.
  const base = before?.units === units ? before : null;
  const known = base?.frame ?? nothing(frame.cells.length);
  return {
    symbol,
    number,
    from: base?.number ?? null,
    timeMs: frame.timeMs,
    writtenMs,
    state: frame.state,
    bookUpdateId: frame.bookUpdateId,
    eventMs: frame.eventMs,
    cells: changesOf(known.cells, frame.cells),
    units,
    bids: sideChangesOf(known.bids, frame.bids, -1, units),
    asks: sideChangesOf(known.asks, frame.asks, 1, units),
  };
}

/** The frame after a change; `null`: it changes another than is known. O(cells + levels · log levels). */
export function changedFrame(
  before: NumberedFrame | null,
  change: FrameChange,
  columns: number,
): NumberedFrame | null {
  if (change.from !== null && change.from !== before?.number) return null;
  const known = change.from === null || before === null ? nothing(columns) : before.frame;
  const { number, units, timeMs, state, bookUpdateId, eventMs } = change;
  const side = (levels: readonly Level[], told: SideChanges, sign: 1 | -1) =>
    told.length === 0 ? levels : changedSide(levels, told, sign, units);
  return {
    number,
    units,
    frame: {
      timeMs,
      state,
      bookUpdateId,
      eventMs,
      cells: changedCells(known.cells, change.cells),
      bids: side(known.bids, change.bids, -1),
      asks: side(known.asks, change.asks, 1),
    },
  };
}

function nothing(columns: number): Pick<FocusFrame, "cells" | "bids" | "asks"> {
  return { cells: blankCells(columns), bids: [], asks: [] };
}
