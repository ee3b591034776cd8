/** One private PostgreSQL, reached or refused in every way that a DATABASE_URL can name. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import postgres from "postgres";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import { credentials, hostsOf, tlsRequest } from "../../shared/database_address.ts";
import { Dialler } from "../../shared/database_dial.ts";
import { freePort } from "../support/child_process.ts";
import { findPostgresBin, startPostgres } from "../support/postgres_server.ts";
import { serverAt } from "../support/services.ts";
import { bucketFrame, delivery, START_MS } from "../writer/outputs.ts";
import { startWorker, webArgs } from "../web/web_worker.ts";
import { startWriter, SymbolPort } from "./writer_stage.ts";

const AUTHORITY = new URL("../fixtures/tls/authority.pem", import.meta.url);
const ODD = "p@ss/w#rd1x%$:?&é ";
const ODD_ENCODED = encodeURIComponent(ODD);

function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

/** That a web server reads history. */
async function assertReads(web: ReturnType<typeof startWorker>): Promise<void> {
  const { address = "" } = await web.report("ready");
  const range = `from=${START_MS - 1_000}&to=${START_MS + 3_600_000}`;
  const answer = await fetch(`${address}/api/metrics?symbol=BTCUSDT&${range}`);
  const body = await answer.json();
  assertEquals(answer.status, 200, JSON.stringify(body));
  assert(body.columns.timeMs.length > 0);
}

Deno.test({
  name: "writer and web: every way to name a server leads there, or is refused with its own remedy",
  ignore: findPostgresBin() === null,
  fn: async (t) => {
    const isIpv6 = hasIpv6();
    const server = await startPostgres({
      addresses: isIpv6 ? "127.0.0.1,::1" : "127.0.0.1",
      hasTls: true,
      access: [
        "host all odd all scram-sha-256",
        "hostssl all careful all trust",
        "hostnossl all careful all reject",
        "host all nobody all reject",
      ],
    });
    const { port, folder } = server;
    const admin = postgres(server.url, { max: 1, onnotice: () => {} });
    await admin.unsafe(`CREATE ROLE odd SUPERUSER LOGIN PASSWORD '${ODD}'`);
    for (const role of ["careful", "nobody", "plain", "reader"]) {
      await admin.unsafe(`CREATE ROLE ${role} LOGIN`);
    }
    await admin.unsafe("ALTER ROLE careful SUPERUSER");
    await admin.unsafe("CREATE DATABASE mon");
    await admin.unsafe("GRANT ALL ON DATABASE mon TO plain");
    const at = `127.0.0.1:${port}/postgres`;
    const dead = `127.0.0.1:${freePort()}`;
    const works: [string, string][] = [
      ["a password of any characters", `postgres://odd:${ODD_ENCODED}@${at}?sslmode=disable`],
      ["a password as a parameter", `postgres://odd@${at}?password=${ODD_ENCODED}`],
      ["TLS where it is had, without being asked for", `postgres://careful@${at}`],
      ["TLS that is asked for", `postgres://careful@${at}?sslmode=require`],
      ["Neon's parameters, one left out", `postgres://postgres@${at}?sslmode=require&keepalives=1`],
      ["a second host where the first is down", `postgres://postgres@${dead},${at}`],
      ["the primary of two", `postgres://postgres@${dead},${at}?target_session_attrs=primary`],
      ["a Unix socket", `postgres://postgres@/postgres?host=${folder}&port=${port}`],
      ["options of the session", `postgres://postgres@${at}?options=-c%20geqo%3Doff`],
      ["an application name", `postgres://postgres@${at}?application_name=desk`],
    ];
    if (isIpv6) works.push(["IPv6", `postgres://postgres@[::1]:${port}/postgres`]);
    let rows = 0;
    for (const [what, url] of works) {
      await t.step(`${what} works`, async () => {
        const database: DatabaseAddress = serverAt(url);
        const writer = startWriter({ database });
        const symbol = new SymbolPort(writer);
        const web = startWorker(webArgs({ database }));
        try {
          rows += 1;
          symbol.send(delivery(1, [bucketFrame(rows)]));
          await symbol.acked(1);
          const [stored] = await admin`SELECT count(*)::int AS n FROM metrics`;
          assertEquals(stored?.n, rows);
          await assertReads(web);
        } finally {
          symbol.close();
          await web.drain();
          await writer.drain();
        }
      });
    }
    const refusals: [string, string, RegExp][] = [
      [
        "a wrong password",
        `postgres://odd:s3cr3tW0rd@${at}`,
        /refuses this user and password; correct/,
      ],
      ["no password", `postgres://odd@${at}`, /refuses this user and password; correct/],
      ["TLS that is not asked for", `postgres://careful@${at}?sslmode=disable`, /pg_hba\.conf/],
      ["a user who is let in nowhere", `postgres://nobody@${at}`, /lets nobody in from here/],
      [
        "no such database",
        `postgres://postgres@127.0.0.1:${port}/no%20where`,
        /CREATE DATABASE "no where"/,
      ],
      [
        "no right to create tables",
        `postgres://plain:x@127.0.0.1:${port}/mon`,
        /permission denied for schema public; as its administrator say ALTER DATABASE mon OWNER TO plain/,
      ],
      [
        "an unknown authority",
        `postgres://careful@localhost:${port}/postgres?sslmode=verify-full`,
        /DENO_CERT/,
      ],
      [
        "a host that is none",
        `postgres://me:s3cr3tW0rd@nowhere.invalid/x`,
        /host name .*correct the host/,
      ],
      [
        "hosts that are all down",
        `postgres://me@${dead},${dead}/x`,
        /connection refused; start Postgre/,
      ],
    ];
    for (const [what, url, expected] of refusals) {
      await t.step(`${what} is refused`, async () => {
        const writer = startWriter({ database: serverAt(url) });
        const { reason } = await writer.report("fatal");
        assertMatch(reason, /^DATABASE_URL postgres:\/\//);
        assertMatch(reason, expected);
        assert(!/s3cr3tW0rd|\n/.test(reason), reason);
        await writer.drain();
      });
    }
    await t.step("a certificate is proven by name and by authority", async () => {
      const ca = await Deno.readTextFile(AUTHORITY);
      const table = [
        ["verify-full", "localhost", "ok"],
        ["verify-full", "127.0.0.1", "ERR_TLS_CERT_ALTNAME_INVALID"],
        ["verify-ca", "127.0.0.1", "ok"],
      ] as const;
      for (const [mode, host, expected] of table) {
        const url = `postgres://careful@${host}:${port}/postgres?sslmode=${mode}`;
        const address = serverAt(url);
        const [place] = hostsOf(address);
        const tls = place && tlsRequest(address, place);
        if (!place || !tls) throw new TypeError("no host, or no TLS");
        const dialler = new Dialler(place, { ...tls, options: { ...tls.options, ca } });
        const sql = postgres({ ...dialler.options, ...credentials(address), max: 1 });
        const got = await sql`SELECT 1`.then(() => "ok", (error) => error.code);
        assertEquals(got, expected, `${mode} ${host}`);
        await sql.end({ timeout: 0 });
      }
    });
    await t.step(
      "a DATABASE_READ_URL that may not read is refused, and one that may is used",
      async () => {
        const read = {
          ...serverAt(`postgres://reader:x@${at}`),
          variable: "DATABASE_READ_URL",
        } as const;
        const refused = startWorker(webArgs({ database: read }));
        const { reason } = await refused.report("fatal");
        assertMatch(
          reason,
          /^DATABASE_READ_URL .*GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader$/,
        );
        await refused.drain();
        await admin.unsafe("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
        const web = startWorker(webArgs({ database: read }));
        await assertReads(web);
        await web.drain();
      },
    );
    await admin.end();
    await server.stop();
  },
});
