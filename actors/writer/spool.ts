/**
 * Spool: rows that wait on the disk until the database takes them, in `DATA_DIR/spool`.
 *
 * Each lane is a chain of segments, files that are only ever appended to, and of which the oldest is stored and
 * removed as a whole. Where the storing of a segment ended is not remembered: rows are idempotent, so what is
 * stored again changes nothing. What was written is safe from the end of this process at once, and from a power cut
 * when it has been synced, at the latest `fsyncMs` later. A life never appends to a segment of an earlier one. What
 * cannot be read as it was written goes to `damaged/`, so that a person can look at it.
 */
import { messageOf } from "../../shared/error_text.ts";
import { log } from "../../shared/log.ts";
import { syncPath } from "../../shared/synced_path.ts";
import type { Delivery } from "../../shared/protocol.ts";
import { lossesOf, lossOf, type OnLoss } from "./losses.ts";
import {
  conflictOf,
  readHeader,
  readSegment,
  recordLine,
  recordsOf,
  type SegmentReading,
  SPOOL_LANES,
  type SpoolLane,
  type SpoolOwner,
} from "./spool_format.ts";
import { lockSpool, SpoolError } from "./spool_lock.ts";
import { segmentsToDrop } from "./spool_room.ts";
import {
  appendTo,
  beginningOf,
  beginSegment,
  HEADER_BYTES_MAX,
  nameOf,
  namesIn,
  rowsIn,
  type Segment,
  syncIfThere,
} from "./spool_segment.ts";

const WHO = "writer";
/** Some thousand rows: what is read at once, and what gives way at once. */
const SEGMENT_BYTES_MAX = 4 * 1_048_576;
/** Of a small spool a segment is no more than this part. */
const SEGMENTS_MIN = 16;
/** Files that are set aside for a person; older ones go. */
const DAMAGED_FILES_MAX = 16;

/** How much the spool takes, and how soon it is safe from a power cut. */
export interface SpoolLimits {
  readonly bytesMax: number;
  /** 0: before anything is acknowledged. */
  readonly fsyncMs: number;
}

/** A segment that is to be stored now. */
export interface SpoolPart {
  readonly number: number;
  readonly name: string;
  readonly rows: number;
  readonly reading: SegmentReading;
}

/** The folder, held by one life of one process at a time. */
export class Spool {
  readonly folder: string;
  readonly #limits: SpoolLimits;
  readonly #onLoss: OnLoss;
  readonly #lock: Deno.FsFile;
  /** In order of their numbers. */
  #segments: Segment[] = [];
  #nextNumber = 1;
  #owner: SpoolOwner | null = null;
  /** Names were made or changed, which the folder has not been synced for. */
  #isFolderDirty = false;
  #syncing: Promise<void> | null = null;
  #isUnsafe = false;
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  /** What it was last said to suffer from; `null`: nothing. */
  #trouble: string | null = null;

  private constructor(
    folder: string,
    limits: SpoolLimits,
    onLoss: OnLoss,
    lock: Deno.FsFile,
  ) {
    this.folder = folder;
    this.#limits = limits;
    this.#onLoss = onLoss;
    this.#lock = lock;
    this.#scan();
    if (limits.fsyncMs > 0) {
      this.#timer = setInterval(() => void this.sync(), limits.fsyncMs);
    }
  }

  /**
   * Opens the folder, made where it is missing, with what an earlier life has left in it.
   *
   * @throws {SpoolError} when it cannot be used, or somebody else goes on using it.
   */
  static async open(folder: string, limits: SpoolLimits, onLoss: OnLoss): Promise<Spool> {
    try {
      Deno.mkdirSync(`${folder}/damaged`, { recursive: true, mode: 0o700 });
      const lock = await lockSpool(folder);
      return new Spool(folder, limits, onLoss, lock);
    } catch (error) {
      if (error instanceof SpoolError) throw error;
      throw new SpoolError(
        `DATA_DIR: ${folder} cannot keep rows while the database is away (${
          messageOf(error)
        }): set ` +
          "DATA_DIR to a folder that this user may write, or SPOOL_MAX_MB=0 to do without",
      );
    }
  }

  /** Rows that wait. */
  get rows(): number {
    return this.#segments.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** What they take on the disk. */
  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Nothing waits, and nothing is being stored. */
  get isEmpty(): boolean {
    return this.#segments.length === 0;
  }

  /** Something waits beside what is being stored. */
  get hasMore(): boolean {
    return this.#segments.some(({ isInHand }) => !isInHand);
  }

  /** Some of it, being stored or not, is of this lane. */
  has(lane: SpoolLane): boolean {
    return this.#segments.some((segment) => segment.lane === lane);
  }

  /** It cannot be synced: a power cut would take what it holds. */
  get isUnsafe(): boolean {
    return this.#isUnsafe;
  }

  /** Why it takes no more, for a person; `null`: it does. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** What it suffered from is over, or troubles nobody any more; which of them, for the log. */
  recover(what = "takes rows again"): void {
    if (this.#trouble !== null) log("info", WHO, `${this.folder} ${what}`);
    this.#trouble = null;
  }

  /**
   * Whose rows are to be kept from now on. Returns why what is there already is not to be stored there, with what
   * to do, on one line; `null`: it is.
   */
  claim(owner: SpoolOwner): string | null {
    for (const { path } of this.#segments) {
      const conflict = conflictOf(readHeader(beginningOf(path)), owner);
      if (conflict !== null) return `DATA_DIR: ${this.folder} ${conflict}`;
    }
    this.#owner = owner;
    return null;
  }

  /**
   * Takes what is stored of these deliveries; true: all of it is written, and may be acknowledged. False: it may
   * be there in part, and is to be brought again.
   *
   * @throws {TypeError} before `claim`.
   */
  append(deliveries: readonly Delivery[]): boolean {
    const parts = SPOOL_LANES.map((lane) => {
      const records = recordsOf(deliveries, lane);
      return {
        lane,
        bytes: new TextEncoder().encode(records.map(recordLine).join("")),
        rows: records.reduce((sum, { items }) => sum + items.length, 0),
      };
    }).filter(({ rows }) => rows > 0);
    try {
      if (!this.#makeRoom(parts.reduce((sum, { bytes }) => sum + bytes.length, 0))) return false;
      for (const { lane, bytes, rows } of parts) this.#write(lane, bytes, rows);
      if (this.#limits.fsyncMs === 0) this.#syncNow();
    } catch (error) {
      if (error instanceof TypeError) throw error;
      this.#suffer(`cannot be written: ${messageOf(error)}`);
      return false;
    }
    this.recover();
    return true;
  }

  /** The next segment to store, whole; `null`: there is none. `done` when that has happened. */
  async next(): Promise<SpoolPart | null> {
    const segment =
      SPOOL_LANES.flatMap((lane) =>
        this.#segments.filter((each) => each.lane === lane && !each.isInHand)
      )[0];
    if (segment === undefined) return null;
    segment.isInHand = true;
    this.#complete(segment);
    const { number, rows } = segment;
    const reading = await Deno.readTextFile(segment.path).then(readSegment, (error: unknown) => {
      log("error", WHO, `${segment.path} cannot be read: ${messageOf(error)}`);
      return { kind: "unreadable", lines: rows } as const;
    });
    return { number, rows, name: nameOf(segment.path), reading };
  }

  /** Everything of it that can be is stored; what is damaged is set aside. */
  done({ number }: SpoolPart, isDamaged: boolean): void {
    const segment = this.#segments.find((each) => each.number === number);
    if (segment === undefined) return;
    this.#forget(segment, () => {
      if (!isDamaged) return Deno.removeSync(segment.path);
      Deno.renameSync(segment.path, `${this.folder}/damaged/${nameOf(segment.path)}`);
      this.#clearDamaged();
    });
    this.recover();
  }

  /** Makes everything that was written safe from a power cut; one that runs already is waited for. */
  async sync(): Promise<void> {
    await this.#syncing;
    this.#syncing = this.#syncAll().finally(() => this.#syncing = null);
    await this.#syncing;
  }

  /** Syncs, and gives the folder back. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const segment of this.#segments) this.#complete(segment);
    await this.sync();
    this.#lock.close();
  }

  // -- Writing --

  #write(lane: SpoolLane, bytes: Uint8Array, rows: number): void {
    const open = this.#segments.find((each) => each.lane === lane && each.file !== null);
    const hasRoom = open !== undefined && open.bytes + bytes.length <= this.#segmentBytesMax;
    if (open !== undefined && !hasRoom) this.#complete(open);
    const segment = open !== undefined && hasRoom ? open : this.#begin(lane);
    appendTo(segment, bytes);
    segment.rows += rows;
  }

  #begin(lane: SpoolLane): Segment {
    if (this.#owner === null) throw new TypeError("Cannot write the spool: nobody has claimed it");
    const segment = beginSegment(this.folder, lane, this.#nextNumber++, this.#owner);
    this.#segments.push(segment);
    this.#isFolderDirty = true;
    return segment;
  }

  /** Nothing is added to it any more; its name says how many rows it has. */
  #complete(segment: Segment): void {
    if (segment.file === null) return;
    segment.file.close();
    segment.file = null;
    // By its new name, should it be synced just now by the old one.
    segment.isDirty = true;
    const path = segment.path.replace(/\.jsonl$/, `.${segment.rows}.jsonl`);
    try {
      Deno.renameSync(segment.path, path);
      segment.path = path;
      this.#isFolderDirty = true;
    } catch (error) {
      // Its rows are as good under the old name.
      log("warn", WHO, `${segment.path} cannot be renamed: ${messageOf(error)}`);
    }
  }

  get #segmentBytesMax(): number {
    return Math.min(SEGMENT_BYTES_MAX, this.#limits.bytesMax / SEGMENTS_MIN);
  }

  /** Whether there is room for so much; the oldest of what is sampled may have gone for it. */
  #makeRoom(bytes: number): boolean {
    const drop = segmentsToDrop(this.#segments, bytes + HEADER_BYTES_MAX, this.#limits.bytesMax);
    if (drop === null) {
      this.#suffer("is full of what is never dropped");
      return false;
    }
    for (const segment of drop) this.#drop(segment);
    return true;
  }

  #drop(segment: Segment): void {
    this.#complete(segment);
    const rows = rowsIn(segment);
    const losses = lossesOf(rows, "spool full", null);
    const unknown = segment.rows - rows.length;
    if (unknown > 0) losses.push(lossOf("spool full", unknown, null));
    this.#forget(segment, () => Deno.removeSync(segment.path));
    this.#onLoss(losses);
  }

  #forget(segment: Segment, remove: () => void): void {
    this.#segments = this.#segments.filter((each) => each !== segment);
    try {
      remove();
    } catch (error) {
      // The next start stores it once more, which changes nothing.
      log("warn", WHO, `${segment.path} cannot be removed: ${messageOf(error)}`);
    }
  }

  #clearDamaged(): void {
    const folder = `${this.folder}/damaged`;
    const names = namesIn(folder).sort((a, b) => a.number - b.number);
    for (const { name } of names.slice(0, -DAMAGED_FILES_MAX)) {
      Deno.removeSync(`${folder}/${name}`);
    }
  }

  // -- Syncing --

  async #syncAll(): Promise<void> {
    const dirty = this.#segments.filter(({ isDirty }) => isDirty);
    const isFolderDirty = this.#isFolderDirty;
    for (const segment of dirty) segment.isDirty = false;
    this.#isFolderDirty = false;
    try {
      // By handles of their own: one that is syncing cannot be written.
      for (const { path } of dirty) await syncIfThere(path);
      if (isFolderDirty) await syncPath(this.folder);
      this.#tellSafety(null);
    } catch (error) {
      for (const segment of dirty) segment.isDirty = true;
      this.#isFolderDirty = true;
      this.#tellSafety(messageOf(error));
    }
  }

  #tellSafety(trouble: string | null): void {
    if (this.#isUnsafe === (trouble !== null)) return;
    this.#isUnsafe = trouble !== null;
    // A system that syncs again may say so of what it gave up when the first try failed.
    const [level, what] = trouble === null
      ? [
        "info",
        "can be synced again: what comes now is safe, what came before when it is stored",
      ] as const
      : ["error", `cannot be synced (${trouble}): a power cut would lose what it holds`] as const;
    log(level, WHO, `${this.folder} ${what}`);
  }

  #syncNow(): void {
    for (const segment of this.#segments) {
      if (!segment.isDirty) continue;
      segment.file?.syncDataSync();
      segment.isDirty = segment.file === null;
    }
    if (!this.#isFolderDirty) return;
    const folder = Deno.openSync(this.folder);
    folder.syncSync();
    folder.close();
    this.#isFolderDirty = false;
  }

  // -- What is there, and how it goes --

  /** What an earlier life has left. */
  #scan(): void {
    for (const { name, number, lane, rows } of namesIn(this.folder)) {
      const path = `${this.folder}/${name}`;
      const bytes = Deno.statSync(path).size;
      const isInHand = false;
      const segment = { number, lane, path, bytes, rows: 0, isInHand, isDirty: true, file: null };
      this.#segments.push({ ...segment, rows: rows ?? rowsIn(segment).length });
    }
    this.#segments.sort((a, b) => a.number - b.number);
    // No two files ever have one name, set aside or not.
    const numbers = [this.folder, `${this.folder}/damaged`].flatMap(namesIn)
      .map(({ number }) => number);
    this.#nextNumber = Math.max(0, ...numbers) + 1;
  }

  #suffer(trouble: string): void {
    if (this.#trouble === null) {
      log(
        "error",
        WHO,
        `${this.folder} ${trouble}; nothing more is acknowledged until it can take it`,
      );
    }
    this.#trouble = trouble;
  }
}
