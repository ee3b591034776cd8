/** What a backup says of itself: the last file that is written into its folder, and the first that is read. */
import { z } from "zod";
import { FlagError } from "../flags.ts";

/** Its name in the folder: one without it was broken off, or is none. */
export const MANIFEST = "manifest.json";
const FORMAT = 1;

const fileSchema = z.object({
  /** Within the backup, with slashes, and never out of it. */
  path: z.string().regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$)).+$/),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const manifestSchema = z.object({
  what: z.literal("a backup of Order Book Monitor"),
  format: z.int(),
  kind: z.enum(["embedded", "server"]),
  /** Of the program that has made it, and of Postgres. */
  program: z.string(),
  postgresMajor: z.int(),
  /** The last migration of its tables. */
  schema: z.object({ version: z.int(), checksum: z.string() }),
  source: z.object({ kind: z.string(), label: z.string() }),
  /** ISO 8601. */
  takenAt: z.string(),
  /** Folders without files; Postgres wants them to be there. */
  folders: z.array(fileSchema.shape.path),
  files: z.array(fileSchema),
});

/** What is in a backup. */
export type BackupManifest = z.infer<typeof manifestSchema>;
/** A file of one, by its path there, and what was written to it. */
export type BackupFile = BackupManifest["files"][number];

/** JSON, with the form of this version. */
export function manifestText(parts: Omit<BackupManifest, "what" | "format">): string {
  const manifest: BackupManifest = {
    what: "a backup of Order Book Monitor",
    format: FORMAT,
    ...parts,
  };
  return `${JSON.stringify(manifest, null, 1)}\n`;
}

/** Reads the manifest of a backup. @throws {FlagError} in one line, when there is none that can be used. */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const refusal = (reason: string) => new FlagError(`${folder} is no backup: ${reason}`);
  let text: string;
  try {
    text = await Deno.readTextFile(`${folder}/${MANIFEST}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw refusal(`it has no ${MANIFEST}, which is written last: it may have been broken off`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refusal(`its ${MANIFEST} is damaged`);
  }
  const { success, data, error } = manifestSchema.safeParse(json);
  if (!success) {
    const place = error.issues[0]?.path.join(".") || "it";
    throw refusal(`${place} of its ${MANIFEST} is not what it must be`);
  }
  if (data.format === FORMAT) return data;
  throw new FlagError(
    `${folder} was made by version ${data.program} in a form that this version does not know: restore it with that one`,
  );
}
