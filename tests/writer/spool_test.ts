import { crc32 } from "node:zlib";
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import type { Loss } from "../../actors/writer/losses.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { Spool } from "../../actors/writer/spool.ts";
import type { SpoolOwner } from "../../actors/writer/spool_format.ts";
import { SpoolError } from "../../actors/writer/spool_lock.ts";
import type { Output } from "../../shared/output.ts";
import { run } from "../support/child_process.ts";
import { loopDevice } from "../support/services.ts";
import { setLogLevel } from "../../shared/log.ts";
import { alertEvent, bookFrame, bucketFrame, delivery, gapRecord } from "./outputs.ts";

setLogLevel("error");
const MIB = 1_048_576;
const OWNER: SpoolOwner = {
  source: { kind: "exchange", label: "Binance spot" },
  database: "the embedded database",
};
const SIMULATED: SpoolOwner = { ...OWNER, source: { kind: "simulation", label: "SIMULATED" } };
const FIXTURE = new URL("../fixtures/spool_v1/", import.meta.url);

interface Stage {
  readonly folder: string;
  readonly losses: Loss[];
  /** A life of the spool, claimed by `owner` unless that is `null`. */
  open(bytesMax?: number, owner?: SpoolOwner | null, fsyncMs?: number): Promise<Spool>;
}

async function onStage(act: (stage: Stage) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "obm-spool-" });
  const losses: Loss[] = [];
  try {
    await act({
      folder,
      losses,
      open: async (bytesMax = 512 * MIB, owner = OWNER, fsyncMs = 1_000) => {
        const limits = { bytesMax, fsyncMs };
        const spool = await Spool.open(folder, limits, (some) => losses.push(...some));
        if (owner !== null) assertEquals(spool.claim(owner), null);
        return spool;
      },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function append(spool: Spool, ...items: Output[]): boolean {
  return spool.append([delivery(1, items)]);
}

function frames(from: number, count: number, symbol = "BTCUSDT"): Output[] {
  return Array.from({ length: count }, (_, n) => bucketFrame(from + n, { symbol }));
}

/** Everything in it, in the order in which it is to be stored. */
async function storeAll(spool: Spool): Promise<string[]> {
  const stored: string[] = [];
  for (let part = await spool.next(); part !== null; part = await spool.next()) {
    const { reading } = part;
    const rows = reading.kind === "read" ? reading.records.flatMap(rowsOf) : [];
    stored.push(...rows.map(({ item }) => `${item.type} ${item.timeMs}`));
    spool.done(part, reading.kind !== "read" || reading.damaged > 0);
  }
  assertEquals([spool.isEmpty, spool.rows, spool.bytes], [true, 0, 0]);
  return stored;
}

const named = (...items: readonly Output[]) => items.map(({ type, timeMs }) => `${type} ${timeMs}`);

/** The only segment of a lane. */
function pathOf(folder: string, lane: string): string {
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name);
  const [name, ...others] = names.filter((each) => each.startsWith(lane));
  assert(name !== undefined && others.length === 0, `${names}`);
  return `${folder}/${name}`;
}

Deno.test("Spool gives back what it took, in order, what is never dropped first", () =>
  onStage(async ({ folder, open }) => {
    const spool = await open();
    assert(spool.isEmpty && await spool.next() === null);
    assert(append(spool, bucketFrame(1), alertEvent(), bookFrame()));
    assert(append(spool, gapRecord(), bucketFrame(2)));
    assert(append(spool, bookFrame()));
    assertEquals([spool.rows, spool.has("kept"), spool.hasMore], [4, true, true]);
    const first = await spool.next();
    assert(first !== null);
    // What comes meanwhile joins the end.
    assert(append(spool, bucketFrame(3)));
    spool.done(first, false);
    assertEquals(spool.has("kept"), false);
    const frames = [bucketFrame(1), bucketFrame(2), bucketFrame(3)];
    assertEquals(await storeAll(spool), named(...frames));
    assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name).sort(), [
      "damaged",
      "lock",
    ]);
    await spool.close();
  }));

Deno.test("Spool keeps for the next life what was written, whatever ended this one", () =>
  onStage(async ({ open, folder, losses }) => {
    for (const isOrderly of [false, true]) {
      const spool = await open();
      append(spool, alertEvent(), ...frames(1, 3));
      // The lock is the file's: a life that is cut off leaves everything else as it is.
      if (isOrderly) await spool.close();
      else await cutOff(folder, spool);
      const next = await open();
      assertEquals(next.rows, 4);
      assert(append(next, bucketFrame(4)));
      const all = [alertEvent(), ...frames(1, 4)];
      assertEquals(await storeAll(next), named(...all));
      await next.close();
    }
    assertEquals(losses, []);
  }));

/** Its folder as a power cut or a kill leaves it: without the names and the end of an orderly close. */
async function cutOff(folder: string, spool: Spool): Promise<void> {
  const files = Array.from(Deno.readDirSync(folder)).filter(({ isFile }) => isFile)
    .map(({ name }) => ({ name, bytes: Deno.readFileSync(`${folder}/${name}`) }));
  await spool.close();
  for (const { name } of Array.from(Deno.readDirSync(folder)).filter(({ isFile }) => isFile)) {
    Deno.removeSync(`${folder}/${name}`);
  }
  for (const { name, bytes } of files) Deno.writeFileSync(`${folder}/${name}`, bytes);
}

Deno.test("Spool drops the oldest of what is sampled when it is full, and tells of which markets", () =>
  onStage(async ({ open, losses }) => {
    const spool = await open(MIB);
    assert(append(spool, alertEvent({ summary: "never dropped" })));
    let sent = 0;
    for (let round = 0; losses.length === 0; round++) {
      assert(round < 200, "it is never full");
      assert(append(spool, ...frames(sent, 10, "AAA"), ...frames(sent, 5, "BBB")));
      sent += 10;
    }
    assert(spool.bytes <= MIB && spool.trouble === null);
    const [a, b, ...others] = losses;
    assertEquals([a?.cause, a?.market?.symbol, b?.market?.symbol, others.length], [
      "spool full",
      "AAA",
      "BBB",
      0,
    ]);
    const count = a?.rows ?? 0;
    assertEquals([b?.rows, a?.span], [count / 2, {
      fromMs: bucketFrame(0).timeMs,
      toMs: bucketFrame(count - 1).timeMs,
    }]);
    const stored = await storeAll(spool);
    assertEquals(stored.length, 1 + sent * 1.5 - count * 1.5);
    assertEquals(stored[0], `alert ${alertEvent().timeMs}`);
    assertEquals(stored[1], `metrics ${bucketFrame(count).timeMs}`);
    await spool.close();
  }));

Deno.test("Spool takes no more when only what is never dropped is left, and goes on when there is room", () =>
  onStage(async ({ open, losses }) => {
    const spool = await open(MIB);
    let taken = 0;
    const gaps = () => Array.from({ length: 100 }, (_, n) => gapRecord({ number: taken + n + 1 }));
    while (append(spool, ...gaps())) taken += 100;
    assertMatch(`${spool.trouble}`, /full of what is never dropped/);
    assertEquals(append(spool, ...frames(1, 100)), false);
    assertEquals([spool.rows, losses], [taken, []]);
    const part = await spool.next();
    assert(part !== null);
    spool.done(part, false);
    assert(append(spool, ...gaps()));
    assertEquals([spool.trouble, spool.rows], [null, taken - part.rows + 100]);
    await spool.close();
  }));

Deno.test("Spool sets aside what is damaged, under its name, and reads the rest", () =>
  onStage(async ({ open, folder }) => {
    const spool = await open();
    for (const frame of frames(1, 3)) append(spool, frame);
    await cutOff(folder, spool);
    const path = pathOf(folder, "sampled");
    const text = Deno.readTextFileSync(path);
    // The last record is torn, and a digit in the first one is another.
    Deno.writeTextFileSync(path, text.slice(0, -20).replace('"bucketMs":1000', '"bucketMs":9000'));
    const next = await open();
    assertEquals(await storeAll(next), named(bucketFrame(2)));
    const [aside] = Array.from(Deno.readDirSync(`${folder}/damaged`), ({ name }) => name);
    assertMatch(`${aside}`, /^sampled-0000000001/);
    assertMatch(Deno.readTextFileSync(`${folder}/damaged/${aside}`), /"bucketMs":9000/);
    // A later segment has another name, so that nothing that is set aside is written over.
    await next.close();
    const last = await open();
    append(last, bucketFrame(4));
    assertMatch(pathOf(folder, "sampled"), /sampled-0000000002/);
    await last.close();
  }));

Deno.test("Spool is of one source and one database, and of no program that is newer", () =>
  onStage(async ({ open, folder }) => {
    const spool = await open();
    append(spool, bucketFrame(1));
    await spool.close();
    const again = await open(undefined, null);
    const elsewhere = { ...OWNER, database: "the database elsewhere:5432/x" };
    assertEquals(again.claim(OWNER), null);
    assertMatch(
      again.claim(SIMULATED) ?? "",
      /^DATA_DIR: .* holds rows of Binance spot \(exchange\).* source is SIMULATED.*move the folder/,
    );
    assertMatch(
      again.claim(elsewhere) ?? "",
      /holds rows for the embedded database .* stores in the database elsewhere:5432\/x; start once/,
    );
    // A renewed label is the same source.
    assertEquals(again.claim({ ...OWNER, source: { kind: "exchange", label: "Binance" } }), null);
    await storeAll(again);
    assertEquals(again.claim(SIMULATED), null);
    await again.close();
    const line = '{"spool":2}';
    const text = `${crc32(line).toString(16).padStart(8, "0")} ${line}\n`;
    Deno.writeTextFileSync(`${folder}/kept-0000000001.jsonl`, text);
    const newer = await open(undefined, null);
    assertMatch(newer.claim(OWNER) ?? "", /written by a newer version .* \(form 2\); start that/);
    assertThrows(() => append(newer, bucketFrame(1)), TypeError, "nobody has claimed it");
    await newer.close();
  }));

Deno.test("Spool is held by one life at a time, and says by whom", () =>
  onStage(async ({ open, folder }) => {
    const spool = await open();
    await assertRejects(
      () => open(),
      SpoolError,
      `DATA_DIR: ${folder} is in use by process ${Deno.pid} (since `,
    );
    const waiting = open();
    await spool.close();
    await (await waiting).close();
  }));

Deno.test("Spool that cannot be written says which folder, and what to do", () =>
  onStage(async ({ folder }) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    const limits = { bytesMax: MIB, fsyncMs: 1_000 };
    const { message } = await assertRejects(
      () => Spool.open(`${folder}/file/spool`, limits, () => {}),
      SpoolError,
    );
    assertMatch(message, /^DATA_DIR: .*file\/spool cannot keep rows .*or SPOOL_MAX_MB=0 to do/);
  }));

if (loopDevice !== null) {
  Deno.test("Spool on a disk that is full takes nothing, and gives back all that it takes when there is room", () =>
    onStage(async ({ folder, open, losses }) => {
      await run("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]);
      try {
        const spool = await open();
        assertThrows(() => Deno.writeFileSync(`${folder}/filler`, new Uint8Array(MIB)));
        for (let n = 0; n < 3; n++) assert(!append(spool, gapRecord(), bucketFrame(1)));
        Deno.removeSync(`${folder}/filler`);
        // From now on in the middle of a segment.
        let taken = 0;
        while (append(spool, gapRecord(), bucketFrame(++taken)));
        const stored = await storeAll(spool);
        // What it has refused it may have in part, and is brought again.
        assert(stored.filter((each) => each.startsWith("gap")).length >= taken - 1);
        assertEquals(stored.filter((each) => each.startsWith("metrics")).length, taken - 1);
        assert(append(spool, gapRecord(), bucketFrame(1)));
        assertEquals(await storeAll(spool), named(gapRecord(), bucketFrame(1)));
        await spool.close();
        assertEquals(losses, []);
        assertEquals(Array.from(Deno.readDirSync(`${folder}/damaged`)), []);
      } finally {
        await run("umount", ["--lazy", folder]);
      }
    }));
}

Deno.test("Spool.isUnsafe is true from a sync that fails to one that does not, and both are told", () =>
  onStage(async ({ open, folder }) => {
    // Without a timer of its own, which would come in between.
    const spool = await open(MIB, OWNER, 1e9);
    const told: string[] = [];
    const { error } = console;
    console.error = (line: string) => told.push(line);
    setLogLevel("info");
    try {
      assert(append(spool, bucketFrame(1)));
      Deno.renameSync(folder, `${folder}.away`);
      for (let n = 0; n < 3; n++) {
        await spool.sync();
        assert(spool.isUnsafe);
      }
      Deno.renameSync(`${folder}.away`, folder);
      for (let n = 0; n < 3; n++) {
        await spool.sync();
        assert(!spool.isUnsafe);
      }
    } finally {
      console.error = error;
      setLogLevel("error");
    }
    const words = told.map((line) => /cannot be synced|can be synced again/.exec(line)?.[0]);
    assertEquals(words, ["cannot be synced", "can be synced again"]);
    await spool.close();
  }));

Deno.test("Spool reads what the first version of the program has written", () =>
  onStage(async ({ open, folder, losses }) => {
    for (const { name } of Deno.readDirSync(FIXTURE)) {
      Deno.copyFileSync(new URL(name, FIXTURE), `${folder}/${name}`);
    }
    const spool = await open();
    assertEquals(spool.rows, 8);
    const stored = await storeAll(spool);
    assertEquals(stored.map((word) => word.split(" ")[0]), [
      ...["alert", "feed", "gap", "audit"],
      ...["metrics", "trades_1s", "proof", "metrics"],
    ]);
    assertEquals(Array.from(Deno.readDirSync(`${folder}/damaged`)), []);
    assertEquals(losses, []);
    await spool.close();
  }));
