/** What of history a chart asks for, so that who pans and zooms finds it there, and when it must ask anew. Pure. */
import { lengthOf, type TimeSpan } from "./time_view.ts";

/** What a chart shows and wants to be as fine as its pixels. */
export interface Wish {
  readonly span: TimeSpan;
  /** Whether it follows the newest. */
  readonly isLive: boolean;
  /** Of the time before it rolling averages are made, milliseconds. */
  readonly leadMs: number;
  readonly nowMs: number;
}

/** One question: points of `fromMs < time <= toMs`, not more than `limit`. */
export interface HistoryQuestion extends TimeSpan {
  readonly limit: number;
}

/** An answered question. */
export interface Answered {
  readonly question: HistoryQuestion;
  /** How long a time a point tells of; 0: there is none finer. */
  readonly binMs: number;
  /** When it was asked. */
  readonly askedMs: number;
}

/** Points in what is shown: more than a chart has pixels in most windows. */
export const POINTS = 1_800;
/** So much of its length is loaded beyond either end of a stretch that stands still. */
const BESIDE = 0.5;
/** Of one that moves on, before it. */
const BESIDE_LIVE = 0.1;
/** Where points are more than so many times as far apart as they could be, they are asked for anew. */
const COARSE = 2;
/** The newest points are asked for again so often: the page does not keep all that it was told. */
export const RELOAD_MS = 5 * 60_000;
/** Rows of the last seconds may not be stored yet. */
export const UNSTORED_MS = 10_000;

/** What to ask. */
export function questionOf({ span, isLive, leadMs, nowMs }: Wish): HistoryQuestion {
  const length = lengthOf(span);
  const beside = length * (isLive ? BESIDE_LIVE : BESIDE);
  const fromMs = Math.max(0, Math.floor(span.fromMs - beside - leadMs));
  const toMs = Math.ceil(
    Math.max(fromMs + 1, Math.min(nowMs, isLive ? nowMs : span.toMs + beside)),
  );
  return { fromMs, toMs, limit: Math.ceil(POINTS * (toMs - fromMs) / length) };
}

/** Whether what was answered shows this as well as it can be shown. */
export function suffices({ question, binMs, askedMs }: Answered, wish: Wish): boolean {
  const { span, isLive, leadMs, nowMs } = wish;
  if (nowMs - askedMs > RELOAD_MS && span.toMs > askedMs - UNSTORED_MS) return false;
  if (span.fromMs - leadMs < question.fromMs) return false;
  // What came after the question was told by the stream.
  const isWhole = question.toMs >= Math.min(span.toMs, askedMs);
  if (!isLive && !isWhole) return false;
  return binMs <= COARSE * lengthOf(span) / POINTS || isFinest(question, span);
}

/** Whether asking for the stretch alone would be no finer. */
function isFinest(question: HistoryQuestion, span: TimeSpan): boolean {
  return lengthOf(question) / question.limit <= COARSE * lengthOf(span) / POINTS;
}

/** Until when what is answered is whole: at the end of a bin, and before what may not be stored yet. */
export function settledOf({ toMs }: HistoryQuestion, binMs: number, askedMs: number): number {
  const storedMs = Math.min(toMs, askedMs - UNSTORED_MS);
  return binMs === 0 ? storedMs : Math.floor(storedMs / binMs) * binMs;
}

/** The page is drawn so often at most. */
export const PICTURE_MS = 100;
const PICTURE_MAX_MS = 1_000;
/** A move by less than such a part of the width is seen by nobody: a quarter of an hour and less is drawn with each frame. */
const PARTS = 9_000;

/** Pictures of the newest are so far apart where its length is `lengthMs`: between them nothing moves that is seen. */
export function pictureEveryMs(lengthMs: number): number {
  const steps = Math.round(lengthMs / PARTS / PICTURE_MS);
  return Math.min(PICTURE_MAX_MS, Math.max(PICTURE_MS, steps * PICTURE_MS));
}
