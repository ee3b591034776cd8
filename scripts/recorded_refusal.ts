/**
 * Why a line of a recording cannot be used, in words, and whether the recording can: a frame that is
 * torn or unknown is one frame less, but one of another market, unit or symbol says that all that stands
 * around it is not what it is taken for.
 */
import { decodeFrame } from "../actors/venue/binance_spot/decode.ts";
import { decodeSnapshot } from "../actors/venue/binance_spot/json_decode.ts";
import type { Decoded, Malformed } from "../actors/venue/venue.ts";
import { foreignFrame } from "./foreign_format.ts";
import { shownName, symbolProblem } from "../shared/symbol_list.ts";
import { type RecordedLine, RecordingError } from "./recording.ts";

const OF_ANOTHER: ReadonlySet<string> = new Set(["futures", "time_unit", "wrong_symbol"]);
/** Reasons that are told apart: a foreign file may have a new one in each line. */
const REASONS_MAX = 50;
const OTHERS = "other reasons";

/** Frames that were refused for one reason. */
export interface RefusedFrames {
  /** The end of a sentence that begins with "it". */
  readonly reason: string;
  readonly frames: number;
  /** The first of them, in its file. */
  readonly firstLine: number;
}

/** What a line holds: a frame, a snapshot, or why it is neither. */
export function readPayload(payload: string): Decoded | ReturnType<typeof decodeSnapshot> {
  const snapshot = snapshotByName(payload);
  if (snapshot !== null) return snapshot;
  const frame = decodeFrame(payload);
  return frame.type === "malformed" ? snapshotOr(frame, payload) : frame;
}

/** A snapshot as the exchange writes it. No frame begins like that: its 5,000 levels need not be parsed to see it. */
const SNAPSHOT_BEGIN = '{"lastUpdateId":';

/** A payload that is a snapshot by its first words; `null`: it may be a frame. */
export function snapshotByName(payload: string): ReturnType<typeof decodeSnapshot> | null {
  return payload.startsWith(SNAPSHOT_BEGIN) ? decodeSnapshot(payload) : null;
}

/** A payload that was refused as a frame: a snapshot after all, or the better reason of the two. */
export function snapshotOr(
  frame: Malformed,
  payload: string,
): ReturnType<typeof decodeSnapshot> {
  // A frame of a stream has its book one level deeper, and is none that was asked for.
  const isSnapshot = frame.kind === "unknown" && "lastUpdateId" in JSON.parse(payload);
  return isSnapshot ? decodeSnapshot(payload) : frame;
}

/** Whether what was refused shows that the whole recording is of another market, unit or symbol. */
export function isOfAnother({ kind }: Malformed): boolean {
  return OF_ANOTHER.has(kind);
}

/** The refusal as an error that names file, line and field. */
export function refusalAt(line: RecordedLine, refused: Malformed): RecordingError {
  return new RecordingError(`${line.path} ${refusalWords(line, refused)}`);
}

/** The same without the file: `line 7 is of a futures market …`. */
export function refusalWords(
  { line, payload }: RecordedLine,
  { kind, reason }: Malformed,
): string {
  const venue = kind === "unknown" || kind === "unexpected" ? foreignFrame(payload) : null;
  const likeness = venue === null ? "" : `, as frames of ${venue}`;
  const remedy = kind === "wrong_symbol"
    ? ": a snapshot does not say whose it is, so each file must hold one symbol"
    : "";
  return `line ${line} ${reason}${likeness}${remedy}`;
}

/** A line that reads as an answer of the exchange, if it is another venue's frame; `null`: it may be an answer. */
export function foreignReply({ line, payload }: RecordedLine): string | null {
  const venue = foreignFrame(payload);
  return venue === null ? null : `line ${line} is as frames of ${venue}`;
}

/** @throws {RecordingError} when this can be the name of no symbol: it goes into reports, addresses and logs. */
export function requireName({ path, line }: RecordedLine, symbol: string): void {
  if (symbolProblem(symbol) === null) return;
  throw new RecordingError(
    `${path} line ${line} speaks of "${
      shownName(symbol)
    }", which is no symbol of Binance spot: their names ` +
      "are of characters that can be seen, and of capital letters, as BTCUSDT",
  );
}

/** Counts refused frames by their reason. */
export class Refusals {
  readonly #byReason = new Map<string, { frames: number; readonly firstLine: number }>();
  #frames = 0;

  /** How many in all. */
  get frames(): number {
    return this.#frames;
  }

  /** In the order in which they came first. */
  get reasons(): readonly RefusedFrames[] {
    return [...this.#byReason].map(([reason, counted]) => ({ reason, ...counted }));
  }

  /** The reason of most of them; `null`: none was refused. */
  get mostFrequent(): RefusedFrames | null {
    return this.reasons.toSorted((one, other) => other.frames - one.frames)[0] ?? null;
  }

  /** One more, which stands in this line. */
  count({ reason }: Malformed, line: number): void {
    this.#frames += 1;
    const isNew = !this.#byReason.has(reason) && this.#byReason.size >= REASONS_MAX;
    const key = isNew ? OTHERS : reason;
    const counted = this.#byReason.get(key);
    if (counted === undefined) this.#byReason.set(key, { frames: 1, firstLine: line });
    else counted.frames += 1;
  }
}
