import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import { readRecording, type RecordedLine, RecordingError } from "../../scripts/recording.ts";

/** The lines without their path, and what was told beside them. */
async function read(
  bytes: Uint8Array,
  name = "r",
): Promise<[Omit<RecordedLine, "path">[], string[]]> {
  const dir = await Deno.makeTempDir();
  try {
    const path = `${dir}/${name}`;
    await Deno.writeFile(path, bytes);
    const notes: string[] = [];
    const lines: Omit<RecordedLine, "path">[] = [];
    const onNote = (text: string) => notes.push(text.replace(path, "FILE"));
    for await (const { path: of, ...line } of readRecording(path, { onNote })) {
      assertEquals(of, path);
      lines.push(line);
    }
    return [lines, notes];
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const encode = (text: string) => new TextEncoder().encode(text);
const SAMPLE = '1723161253937085768 {"a":1}\n1723161254036059768 {"b":"é"}\n';

Deno.test("readRecording() gives every line of a plain and of a gzip file, whatever its name", async () => {
  const [plain] = await read(encode(SAMPLE));
  assertEquals(plain.map((l) => l.payload), ['{"a":1}', '{"b":"é"}']);
  assertEquals(plain.map((l) => Math.floor(l.receivedMs)), [1723161253937, 1723161254036]);
  assertEquals(await read(gzipSync(encode(SAMPLE))), [plain, []]);
  const members = new Uint8Array([
    ...gzipSync(encode(SAMPLE.slice(0, 40))),
    ...gzipSync(encode(SAMPLE.slice(40))),
  ]);
  assertEquals((await read(members))[0], plain);
});

Deno.test("readRecording() leaves out the unfinished last line of a killed recorder and tells", async () => {
  const torn = "FILE ends in the middle of line 2, which is left out";
  for (const missing of [1, 6, 10, 22]) {
    const [lines, notes] = await read(encode(SAMPLE.slice(0, -1 - missing)));
    assertEquals([lines.length, notes], [1, [torn]], `${missing} characters are missing`);
  }
});

Deno.test("readRecording() reads what a cut gzip stream holds, and tells that its end is missing", async () => {
  const many = Array.from(
    { length: 20_000 },
    (_, i) => `${1723161253937085768n + BigInt(i * 7919)} {"i":${i}}\n`,
  );
  const cut = "FILE: its gzip stream is cut off, so its end is missing; what is there is read";
  const whole = gzipSync(encode(many.join("")));
  for (const missing of [60_000, 3_000, 100]) {
    const [lines, notes] = await read(whole.subarray(0, whole.length - missing));
    assertEquals(lines.length > 1_000 && lines.length < 20_000, true);
    assertEquals(lines.at(-1)?.payload, `{"i":${lines.length - 1}}`);
    const torn = `FILE ends in the middle of line ${lines.length + 1}, which is left out`;
    assertEquals(notes, [cut, torn]);
  }
  // All that was written is there, but not that it was all.
  const [lines, notes] = await read(whole.subarray(0, whole.length - 4));
  assertEquals([lines.length, notes], [20_000, [cut]]);
});

Deno.test("readRecording() reads a complete last line without a line feed", async () => {
  assertEquals((await read(encode(SAMPLE.trimEnd())))[0].length, 2);
});

Deno.test("readRecording() takes local times of microseconds as such, and says so", async () => {
  const [expected] = await read(encode(SAMPLE));
  const micros = SAMPLE.replaceAll(/^(\d+)\d{3} /gm, "$1 ");
  const [lines, notes] = await read(encode(micros));
  assertEquals(notes, ["FILE: its local times are in microseconds, and are read so"]);
  assertEquals(lines.map((l) => l.payload), expected.map((l) => l.payload));
  assertEquals(lines.map((l) => l.receivedMs), [1723161253937.085, 1723161254036.059]);
});

Deno.test("readRecording() ignores the line ends and the mark of a text editor", async () => {
  const [expected] = await read(encode(SAMPLE));
  const edited = `\ufeff${SAMPLE.replaceAll("\n", "\r\n")}\r\n\n`;
  assertEquals(await read(encode(edited)), [expected, []]);
});

const FRAME = '{"e":"trade"}';

Deno.test("readRecording() says of a local time in another unit which it is, and where", async () => {
  const ns = "1723161253937085768";
  for (
    const [times, line, words] of [
      [["1723161253"], 1, "1723161253 is in seconds"],
      [["1723161253.937085"], 1, "its local time is in seconds with a fraction"],
      [["1723161253937"], 1, "1723161253937 is in milliseconds"],
      [["0"], 1, "0 is no time since 1970"],
      [["2024-08-08T23:54:13.9370857Z"], 1, "its local time is a date, as in raw files of Tardis"],
      [[ns, "1723161253937"], 2, "1723161253937 is in milliseconds"],
      [[ns, ns.slice(0, -3)], 2, "is in microseconds, those before it in nanoseconds"],
      [[ns.slice(0, -3), ns], 2, "is in nanoseconds, those before it in microseconds"],
    ] as const
  ) {
    const text = times.map((time) => `${time} ${FRAME}\n`).join("");
    const { message } = await assertRejects(() => read(encode(text)), RecordingError);
    assertStringIncludes(message, `/r line ${line}: `);
    assertStringIncludes(message, words);
  }
});

Deno.test("readRecording() says what a file is that is no recording", async () => {
  const csv = "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n" +
    "binance,BTCUSDT,1723161253937085,1723161253940000,false,bid,61837.63,1.5\n";
  for (
    const [bytes, words] of [
      ["", "/r: it is empty"],
      ["\n\r\n", "/r: it is empty"],
      [gzipSync(encode("")), "/r: it is empty"],
      [csv, "/r line 1: not a recorded frame, it is a CSV file of Tardis"],
      [gzipSync(encode(csv)), "/r line 1: not a recorded frame, it is a CSV file of Tardis"],
      [
        "12,61837.63,0.1,1723161253937,true\n",
        "/r line 1: not a recorded frame, it is a table with",
      ],
      [`[${FRAME},${FRAME}]`, "/r line 1: not a recorded frame, it is a JSON array"],
      [`[\n  ${FRAME}\n]\n`, "/r line 1: not a recorded frame, it is a JSON array"],
      [`${FRAME}\n`, "/r line 1: not a recorded frame, it is JSON without a local time"],
      [FRAME, "/r line 1: not a recorded frame, it is JSON without a local time"],
      [`1723161253937085768\t${FRAME}\n`, "one space must stand between"],
      [`1723161253937085768 [1,2]\n`, "after its local time there is no JSON object"],
      [new Uint8Array([0x50, 0x4b, 3, 4, 20, 0]), "/r: not a recording, but a zip archive"],
      [
        new Uint8Array([0x93, ...encode("NUMPY"), 1, 0]),
        "/r: not a recording, but an array of NumPy",
      ],
      [gzipSync(gzipSync(encode(SAMPLE))), "/r: not a recording, but compressed with gzip twice"],
      [new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 4]), "compressed with zstd: decompress it first"],
      [new Uint8Array([7, 0, 0, 1, 10]), "/r line 1: not a recorded frame, it is no text"],
      [gzipSync(encode(SAMPLE)).subarray(0, 12), "/r: it is empty"],
      [flipped(gzipSync(encode(SAMPLE))), "/r: cannot be read: "],
    ] as const
  ) {
    const file = typeof bytes === "string" ? encode(bytes) : bytes;
    const { message } = await assertRejects(() => read(file), RecordingError);
    assertStringIncludes(message, words);
    assertEquals(message.includes("\n"), false, message);
  }
});

/** With one bit wrong in the middle. */
function flipped(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, at) => at === bytes.length >> 1 ? byte ^ 0x10 : byte);
}

Deno.test("readRecording() names file and line of what is not a recorded frame", async () => {
  const error = await assertRejects(
    () => read(encode(`${SAMPLE}hello\n${SAMPLE}`), "bad"),
    RecordingError,
  );
  assertEquals(/\/bad line 3: not a recorded frame/.test(error.message), true, error.message);
  const missing = await assertRejects(async () => {
    for await (const _ of readRecording("/nowhere/x.gz")) { /* nothing */ }
  }, RecordingError);
  assertEquals(missing.message, "/nowhere/x.gz: cannot be read: no such file");
});

Deno.test("readRecording() closes the file of a reader that stops early", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.writeFile(`${dir}/r`, gzipSync(encode(SAMPLE.repeat(50_000))));
  for await (const _ of readRecording(`${dir}/r`)) break;
  await Deno.remove(dir, { recursive: true });
});
