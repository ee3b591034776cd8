/** What becomes of a start on a database that is damaged: one line that names the folder and what to do. */
import { assertEquals, assertMatch } from "@std/assert";
import { run } from "../support/child_process.ts";
import { startEmbeddedStore, startStoreActor } from "../support/embedded_store.ts";

type Damage = readonly [name: string, reason: RegExp, act: (folder: string) => Promise<void>];

const DAMAGES: readonly Damage[] = [
  [
    "its control file is gone",
    /global\/pg_control/,
    (folder) => Deno.remove(`${folder}/global/pg_control`),
  ],
  [
    "its control file is cut off",
    /read 100 of/,
    (folder) => Deno.truncate(`${folder}/global/pg_control`, 100),
  ],
  [
    "its control file is noise",
    /incompatible/,
    (folder) => Deno.writeFile(`${folder}/global/pg_control`, new Uint8Array(8192).fill(0xa5)),
  ],
  [
    "its log is gone",
    /checkpoint record/,
    async (folder) => {
      for (const { name, isFile } of Deno.readDirSync(`${folder}/pg_wal`)) {
        if (isFile) await Deno.remove(`${folder}/pg_wal/${name}`);
      }
    },
  ],
  [
    "its tables are gone",
    /does not exist/,
    (folder) => Deno.remove(`${folder}/base`, { recursive: true }),
  ],
  [
    "a table of its own is noise",
    /invalid page/,
    (folder) => Deno.writeFile(`${folder}/base/5/1259`, new Uint8Array(32768).fill(0xa5)),
  ],
  [
    "half of it is there",
    /no PG_VERSION/,
    (folder) => Deno.remove(`${folder}/PG_VERSION`),
  ],
];

Deno.test("store: a damaged database is refused with one line, and left as it is", async (t) => {
  const store = await startEmbeddedStore();
  await store.stop();
  for (const [name, reason, damage] of DAMAGES) {
    await t.step(name, async () => {
      const dataDir = await Deno.makeTempDir({ prefix: "obm-damaged-" });
      const folder = `${dataDir}/pgdata`;
      await run("cp", ["-r", `${store.dataDir}/pgdata`, folder]);
      await damage(folder);
      const actor = startStoreActor(dataDir, dataDir);
      const { reason: line } = await actor.report("fatal");
      assertMatch(line, reason);
      assertMatch(
        line,
        new RegExp(`^DATA_DIR: .*${folder}.*: restore ${folder} from a copy, or move it away`),
      );
      assertEquals(line.includes("\n"), false);
      actor.crash();
      await Deno.remove(dataDir, { recursive: true });
    });
  }
  await store.remove();
});
