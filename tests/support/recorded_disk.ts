/**
 * What a disk would hold after a power cut, where none can be made: everything that the embedded Postgres does to its
 * files in this thread is recorded where it does it, and a cut, at any of its writes and syncs, leaves what was
 * synced. Of what was not, nothing is there, or any of its pages, as a disk may have taken them by itself. A sync
 * makes names safe as well that were made or changed before it, as the journal of a file system does.
 */
import fs from "node:fs";

/** Disks write these whole, or not at all. */
const PAGE_BYTES = 4_096;
const O_TRUNC = 512;

/** A change of a file that has not been synced: bytes at a place, or a length. */
type Change =
  | { readonly at: number; readonly bytes: Uint8Array }
  | { readonly length: number };

/** One file, whatever it is called. */
class RecordedFile {
  /** What is safe. */
  bytes: Uint8Array;
  changes: Change[] = [];

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  sync(): void {
    this.bytes = this.changes.reduce(changed, this.bytes);
    this.changes = [];
  }
}

function changed(bytes: Uint8Array, change: Change): Uint8Array {
  const length = "length" in change ? change.length : change.at + change.bytes.length;
  let result = bytes;
  if (length > bytes.length || "length" in change) {
    result = new Uint8Array(length);
    result.set(bytes.subarray(0, length));
  }
  if ("bytes" in change) result.set(change.bytes, change.at);
  return result;
}

/** The pages of a change that a disk took, of which `takes` decides. */
function pagesOf(change: Change, takes: () => boolean): Change[] {
  if ("length" in change) return takes() ? [change] : [];
  const pages: Change[] = [];
  for (let from = 0; from < change.bytes.length;) {
    const to = Math.min(
      change.bytes.length,
      (Math.floor((change.at + from) / PAGE_BYTES) + 1) * PAGE_BYTES - change.at,
    );
    if (takes()) pages.push({ at: change.at + from, bytes: change.bytes.subarray(from, to) });
    from = to;
  }
  return pages;
}

/** What a cut left. */
export type DiskImage = ReadonlyMap<string, Uint8Array>;

/** The files of one folder, recorded from the making of this until `stop`. */
export class RecordedDisk {
  readonly #folder: string;
  readonly #onStep: () => void;
  readonly #names = new Map<string, RecordedFile>();
  #safeNames: ReadonlyMap<string, RecordedFile>;
  /** By their numbers; `null`: a folder, which is opened to be synced. */
  readonly #open = new Map<number, RecordedFile | null>();
  readonly #own: Partial<typeof fs> = {};

  /** `onStep` is called before each write and each sync, with nothing done of it. */
  constructor(folder: string, onStep: () => void) {
    this.#folder = folder;
    this.#onStep = onStep;
    for (const path of filesIn(folder)) {
      this.#names.set(path, new RecordedFile(Deno.readFileSync(path)));
    }
    this.#safeNames = new Map(this.#names);
    this.#record();
  }

  /** What would be there; `takes` decides of each page that was not synced. */
  cut(takes: () => boolean): DiskImage {
    const names = takes() ? this.#names : this.#safeNames;
    return new Map(Array.from(names, ([path, { bytes, changes }]) => {
      const pages = changes.flatMap((change) => pagesOf(change, takes));
      return [path.slice(this.#folder.length), pages.reduce(changed, bytes).slice()];
    }));
  }

  /** Writes an image into a new folder, with all folders that there are now. */
  async restore(image: DiskImage, folder: string): Promise<void> {
    for (const path of foldersIn(this.#folder)) {
      await Deno.mkdir(folder + path.slice(this.#folder.length), { recursive: true, mode: 0o700 });
    }
    for (const [path, bytes] of image) await Deno.writeFile(folder + path, bytes);
  }

  stop(): void {
    Object.assign(fs, this.#own);
  }

  #isOurs(path: unknown): path is string {
    return typeof path === "string" && `${path}/`.startsWith(`${this.#folder}/`);
  }

  #change(file: RecordedFile | null | undefined, change: Change): void {
    if (!file) return;
    this.#onStep();
    file.changes.push(change);
  }

  /** Takes the place of what Emscripten calls; each does the same as before, and is noted. */
  #record(): void {
    const own = { ...fs };
    const replace = <Name extends keyof typeof fs>(name: Name, by: (typeof fs)[Name]) => {
      this.#own[name] = own[name];
      fs[name] = by;
    };
    replace("openSync", (path, flags, ...rest) => {
      const number = own.openSync(path, flags, ...rest);
      if (!this.#isOurs(path)) return number;
      const file = this.#names.get(path) ?? null;
      this.#open.set(number, file);
      if (typeof flags === "number" && (flags & O_TRUNC) !== 0) this.#change(file, { length: 0 });
      return number;
    });
    replace("closeSync", (number) => {
      this.#open.delete(number);
      own.closeSync(number);
    });
    // Emscripten makes files so, empty, and writes them by their number.
    replace("writeFileSync", (path, ...rest) => {
      own.writeFileSync(path, ...rest);
      if (this.#isOurs(path)) this.#names.set(path, new RecordedFile(new Uint8Array(0)));
    });
    const write = (number: number, data: Uint8Array, from: number, length: number, at: number) => {
      this.#change(this.#open.get(number), { at, bytes: data.slice(from, from + length) });
      return own.writeSync(number, data, from, length, at);
    };
    replace("writeSync", write as typeof fs.writeSync);
    replace("ftruncateSync", (number, length) => {
      this.#change(this.#open.get(number), { length: length ?? 0 });
      own.ftruncateSync(number, length);
    });
    replace("truncateSync", (path, length) => {
      if (this.#isOurs(path)) this.#change(this.#names.get(path), { length: length ?? 0 });
      own.truncateSync(path, length);
    });
    replace("renameSync", (from, to) => {
      own.renameSync(from, to);
      const file = this.#isOurs(from) ? this.#names.get(from) : undefined;
      if (file === undefined || !this.#isOurs(from) || !this.#isOurs(to)) return;
      this.#names.delete(from);
      this.#names.set(to, file);
    });
    replace("unlinkSync", (path) => {
      own.unlinkSync(path);
      if (this.#isOurs(path)) this.#names.delete(path);
    });
    replace("fsyncSync", (number) => {
      const file = this.#open.get(number);
      if (file !== undefined) this.#onStep();
      own.fsyncSync(number);
      if (file === undefined) return;
      file?.sync();
      this.#safeNames = new Map(this.#names);
    });
  }
}

function filesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}

function foldersIn(folder: string): string[] {
  const inner = Array.from(Deno.readDirSync(folder)).filter(({ isDirectory }) => isDirectory);
  return [folder, ...inner.flatMap(({ name }) => foldersIn(`${folder}/${name}`))];
}
