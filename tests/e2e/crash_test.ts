/** What nobody has caught ends the process with its trace in the log, without secrets, whichever program it is. */
import { assertEquals, assertMatch } from "@std/assert";
import { startMonitor } from "../support/monitor.ts";

const SECRET = "s3cr3tW0rd-s3cr3tW0rd";

for (const program of ["actors/main.ts", "scripts/demo.ts"]) {
  Deno.test(`${program}: a crash ends the process with an ERROR of the log that has no secret`, async () => {
    const dataDir = await Deno.makeTempDir();
    const monitor = startMonitor(
      {
        DATA_DIR: dataDir,
        SYMBOLS: "BTCUSDT",
        AUTH_TOKEN: SECRET,
        EXCHANGE_REST_URL: "http://127.0.0.1:1",
        EXCHANGE_WS_URL: "ws://127.0.0.1:1",
      },
      [],
      ["--preload=tests/support/falls_over.ts", program],
    );
    const { code } = await monitor.status;
    assertEquals(code, 1, monitor.log());
    assertMatch(monitor.log(), / ERROR monitor +Error: fell over with \*\*\*\n/);
    assertMatch(monitor.log(), /\n {4}at .*falls_over\.ts/);
    assertEquals(monitor.log().includes(SECRET), false, monitor.log());
    await Deno.remove(dataDir, { recursive: true });
  });
}
