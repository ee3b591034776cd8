/**
 * An empty embedded database without the wait: one is made by the program's own creation, the first time that a run of the tests
 * asks for it, and copied after that. To make one costs eight seconds of a core, to copy it a quarter of one.
 */
import { prepareFolder } from "../../actors/store/database.ts";
import { isFolder } from "../../scripts/gate/is_folder.ts";

/** The worker that makes one. */
export const CREATION_URL: string = new URL("../../actors/store/creation.ts", import.meta.url).href;

/** Where it is kept, which ends with the run (`scripts/test.ts`); `null`: whoever needs a database makes it. */
const KEPT_IN = Deno.env.get("TEST_MADE_DATABASE") ?? null;

/** A DATA_DIR of its own for who uses the embedded database: an empty one is in it where one is kept, else the start makes it. */
export async function madeDataDir(prefix = "obm-store-"): Promise<string> {
  const dataDir = await Deno.makeTempDir({ prefix });
  if (KEPT_IN !== null) await copy(await kept(KEPT_IN), `${dataDir}/pgdata`);
  return dataDir;
}

/** The database that is copied. Several processes may ask at once: one of them names its own, and the others take that. */
async function kept(folder: string): Promise<string> {
  const path = `${folder}/pgdata`;
  if (isFolder(path)) return path;
  const own = await Deno.makeTempDir({ dir: folder });
  await prepareFolder(`${own}/pgdata`, CREATION_URL);
  try {
    await Deno.rename(`${own}/pgdata`, path);
  } catch (error) {
    if (!isFolder(path)) throw error;
  }
  await Deno.remove(own, { recursive: true });
  return path;
}

async function copy(from: string, to: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("cp", { args: ["-R", from, to] }).output();
  if (!success) throw new Error(`Cannot copy ${from}: ${new TextDecoder().decode(stderr)}`);
}
