import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DataFolderError } from "../../actors/data_lock.ts";
import { SocketFolder } from "../../actors/socket_folder.ts";

/** Its name is short: a socket's path has little room, and tests have a folder of their own in TMPDIR. */
async function withTempDir(act: (tempDir: string) => Promise<void>): Promise<void> {
  const tempDir = await Deno.realPath(await Deno.makeTempDir({ prefix: "t" }));
  try {
    await act(tempDir);
  } finally {
    await Deno.remove(tempDir, { recursive: true });
  }
}

const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

Deno.test("SocketFolder.take() removes the folder of a process that was killed, and leaves those of the living", () =>
  withTempDir(async (tempDir) => {
    const holder = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--no-check", "--config"],
        decodeURIComponent(new URL("../deno.json", import.meta.url).pathname),
        decodeURIComponent(new URL("./socket_folder_holder.ts", import.meta.url).pathname),
        tempDir,
      ],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const output = holder.stdout.getReader();
    const { value } = await output.read();
    const killed = new TextDecoder().decode(value).trim();
    const living = await SocketFolder.take(tempDir);
    assertEquals(living.removed, 0);
    holder.kill("SIGKILL");
    await holder.status;
    await output.cancel();
    assertEquals(names(tempDir).length, 2);
    const next = await SocketFolder.take(tempDir);
    assertEquals(next.removed, 1);
    assertEquals(
      names(tempDir).map((name) => `${tempDir}/${name}`),
      [living.path, next.path].sort(),
    );
    assertEquals([living.path, next.path].includes(killed), false);
    await next.release();
    await living.release();
    assertEquals(names(tempDir), []);
  }));

Deno.test("SocketFolder.take() removes of an earlier version's folders those whose socket is dead", () =>
  withTempDir(async (tempDir) => {
    const folder = async (name: string) => {
      await Deno.mkdir(`${tempDir}/order-book-monitor-${name}`);
      return `${tempDir}/order-book-monitor-${name}/.s.PGSQL.5432`;
    };
    // The runtime removes the name that it listened on: the other one is as a process leaves it that was killed.
    const dead = await folder("dead");
    const listener = Deno.listen({ transport: "unix", path: `${tempDir}/name` });
    await Deno.link(`${tempDir}/name`, dead);
    listener.close();
    const living = Deno.listen({ transport: "unix", path: await folder("living") });
    await folder("starting");
    await Deno.mkdir(`${tempDir}/someone-else`);
    const next = await SocketFolder.take(tempDir);
    assertEquals(next.removed, 1);
    await next.release();
    assertEquals(names(tempDir), [
      "order-book-monitor-living",
      "order-book-monitor-starting",
      "someone-else",
    ]);
    living.close();
  }));

Deno.test("SocketFolder.take() removes the drafts of processes that were killed, and leaves that of a living one", () =>
  withTempDir(async (tempDir) => {
    const draft = async (name: string, hasOwner: boolean) => {
      const folder = `${tempDir}/order-book-monitor.new-${name}`;
      await Deno.mkdir(folder);
      if (hasOwner) await Deno.writeTextFile(`${folder}/owner`, "");
      return folder;
    };
    await draft("killed-before-its-lock", false);
    await draft("killed-with-its-lock", true);
    const living = await Deno.open(`${await draft("living", true)}/owner`, { write: true });
    await living.lock(true);
    const next = await SocketFolder.take(tempDir);
    assertEquals(next.removed, 2);
    await next.release();
    assertEquals(names(tempDir), ["order-book-monitor.new-living"]);
    living.close();
  }));

Deno.test("SocketFolder.take() of many starts at once gives each a folder of its own, with its lock", () =>
  withTempDir(async (tempDir) => {
    for (let round = 0; round < 5; round++) {
      const taken = await Promise.all(Array.from({ length: 8 }, () => SocketFolder.take(tempDir)));
      assertEquals(
        names(tempDir).map((name) => `${tempDir}/${name}`),
        taken.map(({ path }) => path).sort(),
      );
      for (const { path } of taken) assertEquals(names(path), ["owner"]);
      await Promise.all(taken.map((folder) => folder.release()));
    }
  }));

const REFUSED: [string, (tempDir: string) => string, RegExp][] = [
  [
    "is not there",
    (dir) => `${dir}/missing`,
    /^TMPDIR .*\/missing cannot be used .*: set TMPDIR to a folder that is there, e\.g\. \/tmp$/,
  ],
  ["is a file", (dir) => `${dir}/file`, /^TMPDIR .*\/file cannot be used .*: a file is in the way/],
  [
    "has too long a path",
    (dir) => `${dir}/${"x".repeat(100)}`,
    /^TMPDIR .* is too long for the socket .* \(\d+ of at most 103 bytes\): set TMPDIR/,
  ],
];
for (const [what, path, line] of REFUSED) {
  Deno.test(`SocketFolder.take() refuses a TMPDIR that ${what}, and leaves nothing there`, () =>
    withTempDir(async (tempDir) => {
      const long = `${tempDir}/${"x".repeat(100)}`;
      await Deno.mkdir(long);
      await Deno.writeTextFile(`${tempDir}/file`, "");
      const { message } = await assertRejects(
        () => SocketFolder.take(path(tempDir)),
        DataFolderError,
      );
      assertMatch(message, line);
      assertEquals(names(long), []);
    }));
}
