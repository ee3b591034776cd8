/** What the folder of the embedded database holds, and whether it can be used. Pure. */
import { damageRemedy } from "../../shared/folder_trouble.ts";

/** Major version of the Postgres in PGlite; a folder of another one cannot be opened. */
export const POSTGRES_MAJOR = 18;

/** What was found. */
export interface FolderState {
  readonly path: string;
  /** `null`: there is nothing. */
  readonly kind: "folder" | "other" | null;
  /** Of all that is in it, the hidden included. */
  readonly names: readonly string[];
  /** The text of its PG_VERSION; `null`: it has none. */
  readonly version: string | null;
}

/** `create`: there is none yet. A reason is one line for the operator. */
export type FolderVerdict = "create" | "open" | { readonly refusal: string };

/** Decides what is to be done with it. */
export function judgeFolder({ path, kind, names, version }: FolderState): FolderVerdict {
  if (kind === null || kind === "folder" && names.length === 0) return "create";
  if (kind === "other") {
    return { refusal: `DATA_DIR: ${path} is no folder: move it away, or set DATA_DIR elsewhere` };
  }
  if (version === null) {
    const what = `${path} has no PG_VERSION, so it is half of a database or none`;
    return { refusal: `DATA_DIR: ${what}: ${damageRemedy(path)}` };
  }
  if (!/^\d+(?:\.\d+)?$/.test(version.trim())) {
    return { refusal: `DATA_DIR: ${path}/PG_VERSION names no version: ${damageRemedy(path)}` };
  }
  if (version.trim() === String(POSTGRES_MAJOR)) return "open";
  return {
    refusal:
      `DATA_DIR: ${path} was written by Postgres ${version.trim()}, and this program embeds ` +
      `Postgres ${POSTGRES_MAJOR}; start the version of the monitor that wrote it, or move the folder ` +
      "away and the next start makes a new one",
  };
}
