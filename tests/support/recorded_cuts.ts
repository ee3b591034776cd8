/** An embedded Postgres under load in this thread, on a disk that is recorded: cuts in the middle of its statements. */
import { assert, assertEquals } from "@std/assert";
import { EmbeddedDatabase, prepareFolder } from "../../actors/store/database.ts";
import { errorOf, query } from "../../actors/store/wire.ts";
import { setLogLevel } from "../../shared/log.ts";
import { startEmbeddedStore } from "./embedded_store.ts";
import { CREATION_URL, madeDataDir } from "./made_database.ts";
import { type DiskImage, RecordedDisk } from "./recorded_disk.ts";

setLogLevel("error");
/** Rows of a statement, at most. */
const ROWS_MAX = 100;
/** Writes and syncs between two cuts, at most; a checkpoint makes hundreds of them. */
const STEPS_MAX = 600;
/** Of so many statements one is a checkpoint. */
const CHECKPOINT_OF = 15;

/** What one cut left, and what had been acknowledged until then. */
interface Cut {
  readonly image: DiskImage;
  readonly due: number;
}

/**
 * Cuts the power so often, at moments that `random` chooses, and starts again on what each left: it must open, with
 * every row that was acknowledged, and none missing before one that is there.
 */
export async function cutRecorded(
  cuts: number,
  random: () => number,
  onCut: (stored: number, due: number) => void = () => {},
): Promise<void> {
  const dataDir = await madeDataDir("obm-recorded-");
  const folder = `${dataDir}/pgdata`;
  await prepareFolder(folder, CREATION_URL);
  let [acknowledged, stepsLeft] = [0, Infinity];
  let cut: Cut | null = null;
  const disk: RecordedDisk = new RecordedDisk(folder, () => {
    stepsLeft -= 1;
    if (stepsLeft !== 0) return;
    // A disk that took nothing by itself, much of it, or almost all.
    const share = [0, 0.5, 0.95][Math.floor(random() * 3)] ?? 0;
    cut = { image: disk.cut(() => random() < share), due: acknowledged };
  });
  try {
    const database = await EmbeddedDatabase.open(folder);
    const run = async (sql: string) => {
      const answers: Uint8Array[] = [];
      await database.run(query(sql), (bytes) => answers.push(bytes.slice()), null);
      for (const answer of answers) assertEquals(errorOf(answer), null, sql);
    };
    await run("CREATE TABLE kept (n int PRIMARY KEY, text text)");
    for (let made = 0; made < cuts;) {
      stepsLeft = 1 + Math.floor(random() * STEPS_MAX);
      while (cut === null) {
        const rows = 1 + Math.floor(random() * ROWS_MAX);
        await run(
          `INSERT INTO kept SELECT n, repeat(n || ' ', 20)
            FROM generate_series(${acknowledged}, ${acknowledged + rows - 1}) n`,
        );
        acknowledged += rows;
        if (random() < 1 / CHECKPOINT_OF) await run("CHECKPOINT");
      }
      const { image, due }: Cut = cut;
      cut = null;
      made += 1;
      onCut(await rowsAfter(disk, image, due), due);
    }
    await database.close();
  } finally {
    disk.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
}

/** Starts again on what a cut left, and counts. */
async function rowsAfter(disk: RecordedDisk, image: DiskImage, due: number): Promise<number> {
  const dataDir = await Deno.makeTempDir({ prefix: "obm-cut-" });
  try {
    await disk.restore(image, `${dataDir}/pgdata`);
    const store = await startEmbeddedStore(dataDir);
    const sql = store.client({ max: 1 });
    const [row] = await sql`SELECT count(*)::int AS count, coalesce(max(n), -1) AS newest,
      coalesce(bool_and(text = repeat(n || ' ', 20)), true) AS right FROM kept`;
    await sql.end();
    await store.stop();
    assertEquals([row?.newest, row?.right], [row?.count - 1, true]);
    assert(row?.count >= due, `${row?.count} of ${due} rows`);
    return row?.count;
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}
