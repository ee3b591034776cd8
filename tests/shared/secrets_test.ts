import { assertEquals } from "@std/assert";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { readConfig } from "../../shared/config.ts";
import { secretsOf } from "../../shared/config_secrets.ts";
import { concealed, unmistakable } from "../../shared/secrets.ts";

Deno.test("concealed() takes secrets out as they are and as a URL writes them, the longest first", () => {
  const said = "a p@ss/w#rd1, p%40ss%2Fw%23rd1 and p@ss/w#rd12; abc stays";
  assertEquals(
    concealed(said, ["p@ss/w#rd1", "p@ss/w#rd12", "abc", ""]),
    "a ***, *** and ***; abc stays",
  );
});

Deno.test("unmistakable() leaves passwords that are words of every text, or short", () => {
  assertEquals(
    unmistakable(["monitor", "postgres", "12345", "", "s3cr3tW0rd", "correcthorsebattery"]),
    ["s3cr3tW0rd", "correcthorsebattery"],
  );
});

Deno.test("secretsOf() has every secret of a configuration, and of the proxies on its way", () => {
  const environment = {
    DATABASE_URL: "postgres://me:pw%401@db/mon",
    DATABASE_READ_URL: "postgres://me@db/mon?password=pw2",
    REDIS_URL: "redis+sentinel://:pw3@cache/main/0?sentinel_password=pw4",
    AUTH_TOKEN: "operator-0123456789",
    AUTH_READ_TOKEN: "reader-0123456789",
    EXCHANGE_REST_URL: "https://a/key5/x,https://b",
    EXCHANGE_WS_URL: "wss://a/key6",
    HTTP_PROXY: "http://me:pw%407@proxy:3128",
    https_proxy: "http://proxy:3128",
    ALL_PROXY: "socks5://me:100%8@proxy",
  };
  assertEquals(
    secretsOf(readConfig(environment, binanceSpotDesk), environment).filter((text) => text !== ""),
    [
      ...["pw@1", "pw2", "pw3", "pw4", "operator-0123456789", "reader-0123456789"],
      ...["key5", "x", "key6", "pw@7", "100%8"],
    ],
  );
});
