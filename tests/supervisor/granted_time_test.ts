import { assertEquals } from "@std/assert";
import { GrantedTime } from "../../actors/supervisor/granted_time.ts";

Deno.test("GrantedTime goes on by what the machine grants, and never stands still", () => {
  const spans: [what: string, elapsedMs: number, starvedMs: number, grantedMs: number][] = [
    ["nothing is held up", 1_000, 0, 1_000],
    ["the supervisor is late", 1_800, 0, 1_000],
    ["threads wait", 1_000, 300, 700],
    ["both, at the same time", 1_500, 300, 1_000],
    ["both, and the threads waited longer", 1_500, 1_200, 300],
    ["the process was stopped for an hour", 3_600_000, 0, 1_000],
    ["nothing was granted", 1_000, 1_000, 50],
    ["waits of several threads are told as more than there was", 1_000, 1_700, 50],
  ];
  for (const [what, elapsedMs, starvedMs, grantedMs] of spans) {
    const granted = new GrantedTime(1_000);
    granted.pass(elapsedMs, starvedMs);
    assertEquals(granted.nowMs, grantedMs, what);
  }
});
