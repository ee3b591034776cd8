/** An embedded store on a disk of its own, written to without pause, whose power can be cut at any moment. */
import { assert, assertEquals } from "@std/assert";
import { endProcess } from "./child_process.ts";
import { embeddedClient, startEmbeddedStore } from "./embedded_store.ts";
import { eventually } from "./eventually.ts";
import { LoopDisk } from "./loop_disk.ts";

const DISK_MB = 400;
/** Rows of one statement of the second client. */
const ROWS = 20;

/** The store under load. */
export interface LoadedStore {
  /** Rows that were acknowledged so far, of both clients. */
  acknowledged(): number;
  /** Waits until so many more rows than now are acknowledged. */
  more(rows: number): Promise<void>;
  /**
   * Cuts the power, in a copy, and starts again on that: the store must open, with every row that was
   * acknowledged and, of each client, none missing before one that is there. Resolves with how many rows were
   * there, and how many must have been.
   */
  cut(): Promise<{ readonly stored: number; readonly due: number }>;
}

/** Runs a test on a store that was made a moment ago; the first row is on its way. */
export async function underLoad(test: (store: LoadedStore) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "obm-power-" });
  const disk = await LoopDisk.create(folder, DISK_MB);
  const dataDir = `${disk.path}/data`;
  await Deno.mkdir(dataDir);
  const socketDir = await Deno.makeTempDir({ prefix: "obm-power-socket-" });
  const host = await startStoreProcess(dataDir, socketDir);
  const clients = [0, 1].map(() => embeddedClient(socketDir, { max: 1 }));
  const acknowledged = [0, 0];
  let isOver = false;
  // While a cut is looked at nothing is written: on a slow machine it would fill the disk.
  let pause = Promise.resolve();
  const write = async (client: number, rows: number) => {
    const sql = clients[client];
    if (sql === undefined) throw new RangeError(`Cannot write: received client ${client}`);
    while (!isOver) {
      await pause;
      const from = acknowledged[client] ?? 0;
      await sql`INSERT INTO kept SELECT ${client}::int, n, repeat(n || ' ', 20)
        FROM generate_series(${from}::int, ${from + rows - 1}::int) n`;
      acknowledged[client] = from + rows;
    }
  };
  let cuts = 0;
  try {
    await clients[0]?.unsafe(
      `CREATE TABLE kept (client int, n int, text text, PRIMARY KEY (client, n))`,
    );
    const writing = Promise.all([write(0, 1), write(1, ROWS)]);
    let failure: unknown = null;
    writing.catch((error: unknown) => failure = error);
    const total = () => {
      if (failure !== null) throw failure;
      return acknowledged.reduce((sum, count) => sum + count, 0);
    };
    await test({
      acknowledged: total,
      more: async (rows) => {
        const wanted = total() + rows;
        await eventually(() => total() >= wanted, `${rows} more rows are acknowledged`, 120_000);
      },
      cut: async () => {
        host.kill("SIGSTOP");
        const due = [...acknowledged];
        const image = await disk.cut(`cut-${cuts++}`);
        const looked = Promise.withResolvers<void>();
        pause = looked.promise;
        host.kill("SIGCONT");
        const stored = await rowsAfter(image).finally(looked.resolve);
        for (const [client, count] of due.entries()) {
          assert((stored[client] ?? 0) >= count, `client ${client}: ${stored[client]} of ${count}`);
        }
        const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);
        return { stored: sum(stored), due: sum(due) };
      },
    });
    isOver = true;
    await writing;
  } finally {
    isOver = true;
    await endProcess(host, "SIGKILL");
    await Promise.all(clients.map((sql) => sql.end({ timeout: 0 })));
    await disk.remove();
    await Deno.remove(folder, { recursive: true });
    await Deno.remove(socketDir, { recursive: true });
  }
}

/** Starts again on what a cut left; how many rows of each client are there, of which none is missing. */
async function rowsAfter(image: string): Promise<number[]> {
  const disk = await LoopDisk.afterPowerCut(image);
  try {
    const store = await startEmbeddedStore(`${disk.path}/data`);
    const sql = store.client({ max: 1 });
    const rows = await sql`SELECT client, count(*)::int AS count, max(n)::int AS newest,
      bool_and(text = repeat(n || ' ', 20)) AS right FROM kept GROUP BY client ORDER BY client`;
    for (const row of rows) assertEquals([row.newest, row.right], [row.count - 1, true]);
    await sql.end();
    await store.stop();
    return [0, 1].map((client) => rows.find((row) => row.client === client)?.count ?? 0);
  } finally {
    await disk.remove();
  }
}

/** A store in a process of its own, which can be stopped and killed as a whole. */
export async function startStoreProcess(
  dataDir: string,
  socketDir: string,
): Promise<Deno.ChildProcess> {
  const path = (url: string) => decodeURIComponent(new URL(url, import.meta.url).pathname);
  const host = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-check", "--unstable-worker-options", "--config", path("../deno.json")],
      path("../store/store_process.ts"),
      dataDir,
      socketDir,
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  // One word when it serves.
  const output = host.stdout.getReader();
  const { done } = await output.read();
  await output.cancel();
  if (done) throw new Error("The store's process ended before it was ready");
  return host;
}
