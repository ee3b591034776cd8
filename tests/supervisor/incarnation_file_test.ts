import { assertEquals } from "@std/assert";
import { IncarnationFile } from "../../actors/incarnation_file.ts";
import { setLogLevel } from "../../shared/log.ts";

setLogLevel("error");

async function withFolder(act: (dir: string) => void | Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await act(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("IncarnationFile gives the next process the highest number, also of a folder that is new", () =>
  withFolder((dir) => {
    const data = `${dir}/data`;
    assertEquals(new IncarnationFile(data).read(), 0);
    new IncarnationFile(data).write(1_795_908_808_000);
    assertEquals(new IncarnationFile(data).read(), 1_795_908_808_000);
    new IncarnationFile(data).write(1_795_908_807_000);
    assertEquals(new IncarnationFile(data).read(), 1_795_908_808_000, "the greatest stays");
    assertEquals(Array.from(Deno.readDirSync(data), ({ name }) => name), ["incarnation"]);
  }));

Deno.test("IncarnationFile knows of none where the file holds no number, and goes on", () =>
  withFolder((dir) => {
    for (const text of ["", "soon", "-1", "1.5", "1e300", "{}"]) {
      Deno.writeTextFileSync(`${dir}/incarnation`, text);
      assertEquals(new IncarnationFile(dir).read(), 0, text);
    }
    new IncarnationFile(dir).write(7);
    assertEquals(new IncarnationFile(dir).read(), 7);
  }));

Deno.test("IncarnationFile stops nothing where it cannot be written", () =>
  withFolder((dir) => {
    Deno.mkdirSync(`${dir}/incarnation`);
    const file = new IncarnationFile(dir);
    assertEquals(file.read(), 0);
    file.write(7);
    file.write(8);
  }));

Deno.test("IncarnationFile tells once that its file cannot be used, however many lives begin", () =>
  withFolder((dir) => {
    Deno.mkdirSync(`${dir}/incarnation`);
    const file = new IncarnationFile(dir);
    const told: string[] = [];
    const { error } = console;
    console.error = (line: string) => void told.push(line);
    setLogLevel("warn");
    try {
      file.read();
      for (const incarnation of [7, 8, 9]) file.write(incarnation);
    } finally {
      console.error = error;
      setLogLevel("error");
    }
    assertEquals(told.length, 1, told.join("\n"));
    assertEquals(told[0]?.includes("lives are told apart by the clock alone"), true);
  }));
