/** Lives of a process that feeds a writer (`row_feeder.ts`), what they were told is safe, and whether it is stored. */
import { assertEquals } from "@std/assert";
import type postgres from "postgres";
import { bucketFrame } from "../writer/outputs.ts";
import { endProcess } from "./child_process.ts";
import { eventually } from "./eventually.ts";
import { type FeederArgs, ROWS_PER_GAP } from "./row_feeder.ts";

const PROGRAM = decodeURIComponent(new URL("./row_feeder.ts", import.meta.url).pathname);
const CONFIG = decodeURIComponent(new URL("../deno.json", import.meta.url).pathname);

/** Rows of one symbol that one life was told are safe, both included. */
interface Acknowledged {
  readonly symbol: string;
  readonly from: number;
  readonly to: number;
}

/** One life after another, each of which goes on with the numbers of the last. */
export class FedRows {
  readonly #args: Omit<FeederArgs, "from">;
  readonly #acknowledged: Acknowledged[] = [];
  #life: Life | null = null;
  #from = 1;

  constructor(args: Omit<FeederArgs, "from">) {
    this.#args = args;
  }

  /** A new life; its rows begin after those of the last one, acknowledged or not. */
  start(): void {
    this.#life = new Life({ ...this.#args, from: this.#from });
  }

  /** The number that every symbol of this life has had acknowledged; 0 before. */
  get acked(): number {
    const { acked } = this.#living;
    this.#living.check();
    return acked.size < this.#args.symbols ? 0 : Math.min(...acked.values());
  }

  /** Waits until so many more rows of every symbol are acknowledged. */
  async untilAcked(more: number): Promise<void> {
    const goal = Math.max(this.#from - 1, this.acked) + more;
    await eventually(() => this.acked >= goal, `row ${goal} is acknowledged`, 120_000);
  }

  /** Ends a worker of it in the middle of whatever it does; its next life starts at once. */
  crash(worker: "writer" | "store"): Promise<void> {
    return this.#living.say(`${worker}\n`);
  }

  /** Ends this life as `kill -9` does. */
  async kill(): Promise<void> {
    const life = this.#living;
    this.#life = null;
    await life.kill();
    for (const [symbol, to] of life.acked) {
      this.#acknowledged.push({ symbol, from: this.#from, to });
    }
    // Some thousand that were perhaps sent and not acknowledged are left out.
    this.#from = Math.max(this.#from, ...life.acked.values()) + 10_000;
  }

  /** Rows that were acknowledged in lives that have ended. */
  get count(): number {
    return this.#acknowledged.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  }

  /** Rows of those lives that are not in the database, and those that are there twice. */
  async missing(sql: postgres.Sql): Promise<{ lost: number; doubled: number }> {
    const metrics = await stored(
      sql,
      "metrics",
      `round((extract(epoch FROM time)::float8 * 1000 - ${bucketFrame(0).timeMs}) / 1000)::int`,
    );
    const gaps = await stored(sql, "gaps", "number");
    let lost = 0;
    for (const { symbol, from, to } of this.#acknowledged) {
      for (let number = from; number <= to; number++) {
        const key = `${symbol} ${number}`;
        if (!metrics.has(key)) lost += 1;
        if (number % ROWS_PER_GAP === 0 && !gaps.has(key)) lost += 1;
      }
    }
    const doubled = [...metrics.values(), ...gaps.values()].filter((times) => times > 1).length;
    return { lost, doubled };
  }

  /** Waits until everything that was acknowledged is stored; none is there twice. */
  async untilStored(sql: postgres.Sql): Promise<void> {
    await eventually(
      async () => (await this.missing(sql)).lost === 0,
      "everything that was acknowledged is stored",
      120_000,
    );
    assertEquals(await this.missing(sql), { lost: 0, doubled: 0 });
  }

  get #living(): Life {
    if (this.#life === null) throw new TypeError("Cannot ask a feeder: none lives");
    return this.#life;
  }
}

/** How often each row is there, by symbol and number. */
async function stored(sql: postgres.Sql, table: string, number: string) {
  const rows = await sql.unsafe<{ symbol: string; number: number; times: number }[]>(
    `SELECT symbol, ${number} AS number, count(*)::int AS times
     FROM ${table} JOIN symbols USING (symbol_id) GROUP BY 1, 2`,
  );
  return new Map(rows.map(({ symbol, number, times }) => [`${symbol} ${number}`, times]));
}

class Life {
  /** The newest row of each symbol that was acknowledged. */
  readonly acked = new Map<string, number>();
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  #hasEnded = false;

  constructor(args: FeederArgs) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--config", CONFIG, PROGRAM, JSON.stringify(args)],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#reading = this.#read();
  }

  /** @throws {Error} when it has ended by itself. */
  check(): void {
    if (this.#hasEnded) throw new Error("The feeder has ended; its last words are above");
  }

  async say(text: string): Promise<void> {
    const writer = this.#child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(text));
    writer.releaseLock();
  }

  async kill(): Promise<void> {
    await endProcess(this.#child, "SIGKILL");
    await this.#child.stdin.abort().catch(() => {});
    await this.#reading;
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const [symbol = "", number] = line.split(" ");
        this.acked.set(symbol, Number(number));
      }
    }
    this.#hasEnded = true;
  }
}
