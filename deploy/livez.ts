/**
 * The image's health check: whether the web server answers this URL with 200 within five seconds. Exit code 0, or
 * 1 with the reason, which `docker inspect` shows. By node's client, which knows no proxy: what is on this
 * machine must not be asked for through one.
 */
// deno-lint-ignore-file no-console
import { get } from "node:http";

/** Below the timeout of the health check itself, whose end would give no reason. */
const ANSWER_MAX_MS = 5_000;

function statusOf(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    request.on("error", reject);
    setTimeout(() => reject(new Error(`no answer within ${ANSWER_MAX_MS} ms`)), ANSWER_MAX_MS);
  });
}

const url = Deno.args[0] ?? "";
try {
  const status = await statusOf(url);
  if (status !== 200) throw new Error(`HTTP ${status}`);
  Deno.exit(0);
} catch (error) {
  console.error(`${url}: ${error instanceof Error ? error.message : error}`);
  Deno.exit(1);
}
