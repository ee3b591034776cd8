/** What the driver asks by itself must not fail where nobody can hear it: that would be a crash of the writer. */
import { assertEquals, assertRejects } from "@std/assert";
import { connect } from "../../actors/writer/writer_connection.ts";
import { codeOf } from "../../shared/error_text.ts";
import { readDatabaseUrl } from "../../shared/database_url.ts";

/** A message of PostgreSQL's protocol. */
function message(type: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(5 + body.length);
  bytes[0] = type.charCodeAt(0);
  new DataView(bytes.buffer).setInt32(1, 4 + body.length);
  bytes.set(body, 5);
  return bytes;
}

const AUTHENTICATED = message("R", new Uint8Array(4));
const READY = message("Z", new TextEncoder().encode("I"));
/** As PgBouncer says it of each question while its server is away. */
const REFUSED = message(
  "E",
  new TextEncoder().encode("SFATAL\0C08P01\0Mserver_login_has_been_failing\0\0"),
);

/** Lets everyone in, and refuses whatever is asked. */
function poolerWithoutServer(): { readonly port: number; close(): void; readonly asked: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let asked = 0;
  const serve = async (connection: Deno.TcpConn) => {
    const buffer = new Uint8Array(65_536);
    let isIn = false;
    for (let n = await connection.read(buffer); n !== null; n = await connection.read(buffer)) {
      const answers = isIn ? [REFUSED, READY] : [AUTHENTICATED, READY];
      if (isIn) asked += 1;
      isIn = true;
      for (const answer of answers) await connection.write(answer);
    }
    connection.close();
  };
  void (async () => {
    for await (const connection of listener) serve(connection).catch(() => {});
  })();
  return {
    port: listener.addr.port,
    close: () => listener.close(),
    get asked() {
      return asked;
    },
  };
}

Deno.test("A pooler that lets the writer in and refuses each question is a refusal, and no crash", async () => {
  const pooler = poolerWithoutServer();
  const unheard: unknown[] = [];
  const hear = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unheard.push(event.reason);
  };
  addEventListener("unhandledrejection", hear);
  try {
    const url = `postgres://u:p@127.0.0.1:${pooler.port}/monitor?sslmode=disable`;
    const error = await assertRejects(() =>
      connect({
        address: { kind: "server", server: readDatabaseUrl(url), variable: "DATABASE_URL" },
        applicationName: "test",
        isPooled: false,
        onClose: () => {},
      })
    );
    assertEquals(codeOf(error), "08P01");
    assertEquals(pooler.asked > 0, true, "nothing was asked");
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(unheard, []);
  } finally {
    removeEventListener("unhandledrejection", hear);
    pooler.close();
  }
});
