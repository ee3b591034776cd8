import { assertEquals, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { readRecording, type RecordedLine, RecordingError } from "../../scripts/recording.ts";

async function read(bytes: Uint8Array, name = "r"): Promise<[RecordedLine[], number[]]> {
  const dir = await Deno.makeTempDir();
  try {
    const path = `${dir}/${name}`;
    await Deno.writeFile(path, bytes);
    const truncated: number[] = [];
    const lines: RecordedLine[] = [];
    for await (const line of readRecording(path, { onTruncated: (n) => truncated.push(n) })) {
      lines.push(line);
    }
    return [lines, truncated];
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
  assertEquals((await read(encode(SAMPLE.slice(0, -6))))[1], [2]);
  const many = Array.from(
    { length: 20_000 },
    (_, i) => `${1723161253937085768n + BigInt(i * 7919)} {"i":${i}}\n`,
  );
  const whole = gzipSync(encode(many.join("")));
  const [lines] = await read(whole.subarray(0, whole.length - 3_000));
  assertEquals(lines.length > 1_000 && lines.length < 20_000, true);
  assertEquals(lines.at(-1)?.payload, `{"i":${lines.length - 1}}`);
});

Deno.test("readRecording() reads a complete last line without a line feed", async () => {
  assertEquals((await read(encode(SAMPLE.trimEnd())))[0].length, 2);
});

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
