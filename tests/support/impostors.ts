/** Servers that are none of what they should be, and say back what they were told. */

/** Something that listens in another's place. */
export interface Impostor {
  stop(): Promise<void>;
}

const TEXT = new TextEncoder();
/** PostgreSQL's messages that somebody is let in, and may ask. */
const AUTHENTICATED = new Uint8Array([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
const READY = new Uint8Array([0x5a, 0, 0, 0, 5, 0x49]);

/** Asks for the password as PostgreSQL may, in the clear, and quotes it in a refusal of no known kind. */
export function startPostgresEcho(port: number): Impostor {
  return listen(port, async (connection) => {
    await readStartup(connection);
    await connection.write(new Uint8Array([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
    const password = (await read(connection)).slice(5, -1);
    const said = new TextDecoder().decode(password);
    await connection.write(refusal("XX000", `nobody has the password ${said} here`));
  });
}

/** How a host answers that has no database behind it, or one that is half dead. */
export type Manner =
  | "hangs up"
  | "says nothing"
  | "hangs up when it is asked"
  | "hangs up in the middle"
  | "falls silent in the middle"
  | "gives up in a query"
  | "speaks otherwise";

/** A host that takes calls, and no more. */
export interface DeadHost extends Impostor {
  readonly port: number;
  /** So many have been taken. */
  calls(): number;
}

/** Starts one; calls that it leaves hanging end with it. */
export function startDeadHost(manner: Manner, at = 0): DeadHost {
  const end = Promise.withResolvers<void>();
  let calls = 0;
  const { port, stop } = listen(at, async (connection) => {
    calls += 1;
    if (manner === "hangs up") return;
    if (manner === "says nothing") return await end.promise;
    await read(connection);
    if (manner === "hangs up when it is asked") return;
    if (manner === "speaks otherwise") {
      return void await connection.write(TEXT.encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
    }
    // No TLS; and, whoever asks, a session that is allowed and never ready.
    await connection.write(TEXT.encode("N"));
    await read(connection);
    await connection.write(AUTHENTICATED);
    if (manner === "falls silent in the middle") await end.promise;
    if (manner !== "gives up in a query") return;
    await connection.write(READY);
    await read(connection);
    await connection.write(refusal("08P01", "query_wait_timeout"));
  });
  return {
    port,
    calls: () => calls,
    stop: () => {
      end.resolve();
      return stop();
    },
  };
}

/** A pooler that has nothing behind it. */
export interface LonePooler extends Impostor {
  readonly port: number;
  /** So many questions it has refused. */
  asked(): number;
}

/** Lets everyone in, and refuses each question as PgBouncer does while its server is away. */
export function startLonePooler(): LonePooler {
  let asked = 0;
  const { port, stop } = listen(0, async (connection) => {
    await readStartup(connection);
    await connection.write(AUTHENTICATED);
    await connection.write(READY);
    while ((await read(connection)).length > 0) {
      asked += 1;
      await connection.write(refusal("08P01", "server_login_has_been_failing"));
      await connection.write(READY);
    }
  });
  return { port, asked: () => asked, stop };
}

/** Says to everybody what a web server would say, with all that it was sent. */
export function startHttpEcho(port: number): Impostor {
  return listen(port, async (connection) => {
    const said = new TextDecoder().decode(await read(connection));
    const body = `{"code":-1,"msg":${JSON.stringify(`what is ${said}`)}}`;
    const head = `HTTP/1.1 500 No\r\ncontent-type: application/json\r\ncontent-length: `;
    await connection.write(TEXT.encode(`${head}${TEXT.encode(body).length}\r\n\r\n${body}`));
  });
}

/** PostgreSQL's last words in a session. */
function refusal(code: string, message: string): Uint8Array {
  const body = TEXT.encode(`SFATAL\0C${code}\0M${message}\0\0`);
  const bytes = new Uint8Array(5 + body.length);
  bytes.set(body, 5);
  bytes[0] = 0x45;
  new DataView(bytes.buffer).setUint32(1, body.length + 4);
  return bytes;
}

function listen(
  at: number,
  talk: (connection: Deno.Conn) => Promise<void>,
): Impostor & { readonly port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: at });
  const talks = new Set<Promise<void>>();
  const accepting = (async () => {
    for await (const connection of listener) {
      const talking = talk(connection).catch(() => {}).finally(() => connection.close());
      talks.add(talking);
      void talking.finally(() => talks.delete(talking));
    }
  })();
  return {
    port: listener.addr.port,
    stop: async () => {
      listener.close();
      await accepting.catch(() => {});
      await Promise.all(talks);
    },
  };
}

/** Reads how somebody begins, who may ask first whether TLS is spoken: no. */
async function readStartup(connection: Deno.Conn): Promise<void> {
  const startup = await read(connection);
  if (startup.length !== 8) return;
  await connection.write(TEXT.encode("N"));
  await read(connection);
}

async function read(connection: Deno.Conn): Promise<Uint8Array> {
  const bytes = new Uint8Array(4_096);
  const length = await connection.read(bytes);
  return bytes.slice(0, length ?? 0);
}
