import { assertEquals } from "@std/assert";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { accessWarnings, isLoopback } from "../../shared/access_rules.ts";
import { ConfigError, readConfig } from "../../shared/config.ts";

const TOKEN = "operator-0123456789";
const OTHER = "reader-0123456789";

/** Whether it starts: with these warnings, or why not, by the first words. */
function outcome(environment: Record<string, string>): readonly string[] {
  try {
    const warnings = accessWarnings(readConfig(environment, binanceSpotDesk));
    return ["starts", ...warnings.map((line) => line.split(":")[0] ?? "")];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split("\n").map((line) => line.split(":")[0] ?? "");
  }
}

const OPEN = "HOST 0.0.0.0 is reached from other machines";
const ANYONE = "Whoever reaches the dashboard may change the list of symbols";
const PLAIN = "Tokens and sessions come unencrypted";

for (
  const [environment, expected] of [
    [{}, ["starts"]],
    [{ AUTH_TOKEN: TOKEN }, ["starts"]],
    [{ HOST: "localhost" }, ["starts"]],
    [{ HOST: "::1" }, ["starts"]],
    [{ HOST: "127.0.0.53" }, ["starts"]],
    [{ HOST: "0.0.0.0" }, [OPEN]],
    [{ HOST: "::" }, ["HOST "]],
    [{ HOST: "127.0.0.1.evil.example" }, [
      "HOST 127.0.0.1.evil.example is reached from other machines",
    ]],
    [{ HOST: "0.0.0.0", AUTH_READ_TOKEN: OTHER }, [
      OPEN,
      "AUTH_READ_TOKEN is for those who may only read",
    ]],
    [{ HOST: "0.0.0.0", AUTH_TOKEN: TOKEN }, ["starts", PLAIN]],
    [{ HOST: "0.0.0.0", AUTH_TOKEN: TOKEN, PUBLIC_URL: "https://x" }, ["starts"]],
    // As in a container whose port is published on loopback alone.
    [{ HOST: "0.0.0.0", AUTH_TOKEN: TOKEN, PUBLIC_URL: "http://127.0.0.1:9000" }, ["starts"]],
    [{ HOST: "0.0.0.0", AUTH_TOKEN: TOKEN, PUBLIC_URL: "http://[::1]:9000" }, ["starts"]],
    [{ HOST: "0.0.0.0", AUTH_TOKEN: TOKEN, PUBLIC_URL: "http://127.0.0.1.x" }, ["starts", PLAIN]],
    [{ HOST: "0.0.0.0", AUTH_DISABLED: "i-understand" }, ["starts", ANYONE]],
    [{ PUBLIC_URL: "https://x" }, ["starts", ANYONE]],
    [{ PUBLIC_URL: "http://x", AUTH_TOKEN: TOKEN }, ["starts", PLAIN]],
    [{ PUBLIC_URL: "https://x", AUTH_TOKEN: TOKEN, AUTH_READ_TOKEN: OTHER }, ["starts"]],
    [{ AUTH_READ_TOKEN: TOKEN, AUTH_TOKEN: TOKEN }, ["AUTH_READ_TOKEN must not be AUTH_TOKEN"]],
    [{ AUTH_DISABLED: "i-understand", AUTH_TOKEN: TOKEN }, [
      "AUTH_DISABLED contradicts AUTH_TOKEN",
    ]],
  ] as const
) {
  Deno.test(`${JSON.stringify(environment)}: ${expected.join("; ")}`, () => {
    assertEquals(outcome(environment), expected);
  });
}

Deno.test("isLoopback() is not taken in by what only begins so", () => {
  for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "::1"]) {
    assertEquals(isLoopback(host), true);
  }
  for (const host of ["localhost.lan", "127.0.0.1.nip.io", "1270.0.0.1", "::", "0.0.0.0"]) {
    assertEquals(isLoopback(host), false, host);
  }
});
