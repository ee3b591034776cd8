/** The health check of the image: the answer of the web server decides, and nothing else. */
import { assert, assertEquals } from "@std/assert";

const ROOT = decodeURIComponent(new URL("../..", import.meta.url).pathname);

async function check(url: string, env: Readonly<Record<string, string>> = {}) {
  const { host } = new URL(url);
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--cached-only", "--no-config", "--no-lock", `--allow-net=${host}`],
      ...["deploy/livez.ts", url],
    ],
    cwd: ROOT,
    env: { ...env },
    stdin: "null",
  }).output();
  return { code, said: new TextDecoder().decode(stderr).trim() };
}

async function answering(
  status: number,
  act: (url: string) => Promise<void>,
): Promise<void> {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("{}", { status }),
  );
  await act(`http://127.0.0.1:${server.addr.port}/livez`);
}

Deno.test("the health check passes on 200, and is asked through no proxy", async () => {
  await answering(200, async (url) => {
    const proxy = "http://127.0.0.1:9";
    const env = { HTTP_PROXY: proxy, http_proxy: proxy, NO_PROXY: "", no_proxy: "" };
    assertEquals(await check(url, env), { code: 0, said: "" });
  });
});

Deno.test("the health check fails with the reason: another status, nobody there, silence", async () => {
  await answering(503, async (url) => {
    assertEquals(await check(url), { code: 1, said: `${url}: HTTP 503` });
  });
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${silent.addr.port}/livez`;
  assertEquals(await check(url), { code: 1, said: `${url}: no answer within 5000 ms` });
  silent.close();
  const { code, said } = await check(url);
  assert(code === 1 && said.startsWith(`${url}: `) && /refused/i.test(said), said);
});
