/**
 * A disk of its own for a test: a file with a file system in it. What the system has not been told to sync
 * is not in the file yet, so a copy of the file is what a power cut at this moment would leave.
 */
import { findBinary, run } from "./child_process.ts";

/** A file system that writes what it was told to sync, and all else as late as it can. */
const MOUNT_OPTIONS = "loop,commit=300";

/** Whether this machine lets the tests mount a file: the device that it would be; `null`: no. */
export function findLoopDevice(): string | null {
  const needed = ["unshare", "losetup", "mount", "umount", "mkfs.ext4", "e2fsck"];
  if (Deno.uid() !== 0 || needed.some((name) => findBinary([name]) === null)) return null;
  const ask = (name: string, ...args: string[]) =>
    new Deno.Command(name, { args, stdin: "null", stderr: "null" }).outputSync();
  // A container's root may be one in name only.
  if (!ask("unshare", "--mount", "true").success) return null;
  const { success, stdout } = ask("losetup", "--find");
  return success ? new TextDecoder().decode(stdout).trim() : null;
}

/** A mounted disk. */
export class LoopDisk {
  readonly image: string;
  /** Where it is mounted. */
  readonly path: string;

  private constructor(image: string, path: string) {
    this.image = image;
    this.path = path;
  }

  /** A new, empty one; its files lie in `folder`. */
  static async create(folder: string, megabytes: number): Promise<LoopDisk> {
    const image = `${folder}/disk.img`;
    await run("truncate", ["-s", `${megabytes}M`, image]);
    await run("mkfs.ext4", ["-q", "-F", image]);
    return await LoopDisk.#mount(image);
  }

  /** What a power cut left: checked and mounted as a machine does that starts again. */
  static async afterPowerCut(image: string): Promise<LoopDisk> {
    // Exit code 1 says that something was mended, as the journal wants it.
    const check = await new Deno.Command("e2fsck", { args: ["-fy", image], stdin: "null" })
      .output();
    if (check.code > 1) {
      throw new Error(`Cannot mend the disk: ${new TextDecoder().decode(check.stdout)}`);
    }
    return await LoopDisk.#mount(image);
  }

  static async #mount(image: string): Promise<LoopDisk> {
    const path = `${image}.mounted`;
    await Deno.mkdir(path);
    await run("mount", ["-o", MOUNT_OPTIONS, image, path]);
    return new LoopDisk(image, path);
  }

  /** A copy of what is on the disk now; whoever writes to it must be stopped meanwhile. */
  async cut(name: string): Promise<string> {
    const copy = `${this.image}.${name}`;
    await run("cp", ["--sparse=always", this.image, copy]);
    return copy;
  }

  /** Unmounts it and removes its files; who still uses it, as a store that failed does, keeps them till its end. */
  async remove(): Promise<void> {
    await run("umount", ["--lazy", this.path]);
    await Deno.remove(this.path);
    await Deno.remove(this.image);
  }
}
