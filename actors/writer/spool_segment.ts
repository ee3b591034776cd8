/** One file of the spool: its name, its bytes, and how it gets onto the disk. */
import { messageOf } from "../../shared/error_text.ts";
import { log } from "../../shared/log.ts";
import { syncPath } from "../../shared/synced_path.ts";
import { type Row, rowsOf } from "./rows.ts";
import { headerLine, readSegment, type SpoolLane, type SpoolOwner } from "./spool_format.ts";

const WHO = "writer";
/** Longer than any header. */
export const HEADER_BYTES_MAX = 4_096;
/** `<lane>-<number>[.<rows>].jsonl`: one that is complete says how many rows it has. */
const SEGMENT_NAME = /^(kept|sampled)-(\d{10})(?:\.(\d+))?\.jsonl$/;

/** One file. */
export interface Segment {
  readonly number: number;
  readonly lane: SpoolLane;
  path: string;
  bytes: number;
  rows: number;
  /** It is being stored. */
  isInHand: boolean;
  /** Something in it has not been synced. */
  isDirty: boolean;
  /** Open for more; `null`: it is complete. */
  file: Deno.FsFile | null;
}

/** What the name of a segment says. */
export interface SegmentName extends Pick<Segment, "lane" | "number"> {
  readonly name: string;
  /** `null`: the file was not complete. */
  readonly rows: number | null;
}

/** A new file with its first line; throws what the disk says, and leaves nothing there. */
export function beginSegment(
  folder: string,
  lane: SpoolLane,
  number: number,
  owner: SpoolOwner,
): Segment {
  const path = `${folder}/${lane}-${String(number).padStart(10, "0")}.jsonl`;
  const file = Deno.openSync(path, { createNew: true, write: true, mode: 0o600 });
  const segment: Segment = {
    number,
    lane,
    path,
    bytes: 0,
    rows: 0,
    isInHand: false,
    isDirty: true,
    file,
  };
  try {
    appendTo(segment, new TextEncoder().encode(headerLine(lane, owner)));
  } catch (error) {
    // Without its first line it would be read as damaged, whatever came after.
    segment.file?.close();
    Deno.removeSync(path);
    throw error;
  }
  return segment;
}

/** Appends all or nothing; throws what the disk says. A file of which it does not let go is complete with that. */
export function appendTo(segment: Segment, bytes: Uint8Array): void {
  const { file } = segment;
  if (file === null) throw new TypeError(`Cannot append: ${segment.path} is complete`);
  try {
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
  } catch (error) {
    // A part of a record would be one that is damaged, and the next one with it.
    try {
      file.truncateSync(segment.bytes);
      file.seekSync(segment.bytes, Deno.SeekMode.Start);
    } catch {
      file.close();
      segment.file = null;
    }
    throw error;
  }
  segment.bytes += bytes.length;
  segment.isDirty = true;
}

/** More than the first line of a segment. */
export function beginningOf(path: string): string {
  using file = Deno.openSync(path);
  const bytes = new Uint8Array(HEADER_BYTES_MAX);
  const read = file.readSync(bytes) ?? 0;
  return new TextDecoder().decode(bytes.subarray(0, read));
}

/** The rows of a segment that can be read. */
export function rowsIn({ path }: Pick<Segment, "path">): Row[] {
  try {
    const reading = readSegment(Deno.readTextFileSync(path));
    return reading.kind === "read" ? reading.records.flatMap(rowsOf) : [];
  } catch (error) {
    log("error", WHO, `${path} cannot be read: ${messageOf(error)}`);
    return [];
  }
}

/** The segments in a folder, by their names. */
export function namesIn(folder: string): SegmentName[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name }) => {
    const [, lane, number, rows] = SEGMENT_NAME.exec(name) ?? [];
    if (lane === undefined) return [];
    return [{
      name,
      lane: lane === "kept" ? "kept" : "sampled",
      number: Number(number),
      rows: rows === undefined ? null : Number(rows),
    }];
  });
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Syncs a file; one that was renamed meanwhile is still to be synced by its new name. */
export async function syncIfThere(path: string): Promise<void> {
  try {
    await syncPath(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
