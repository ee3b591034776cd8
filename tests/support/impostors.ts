/** Servers that are none of what they should be, and say back what they were told. */

/** Something that listens in another's place. */
export interface Impostor {
  stop(): Promise<void>;
}

const TEXT = new TextEncoder();

/** Asks for the password as PostgreSQL may, in the clear, and quotes it in a refusal of no known kind. */
export function startPostgresEcho(port: number): Impostor {
  return listen(port, async (connection) => {
    const startup = await read(connection);
    // Whether TLS is spoken: no.
    if (startup.length === 8) {
      await connection.write(TEXT.encode("N"));
      await read(connection);
    }
    await connection.write(new Uint8Array([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
    const password = (await read(connection)).slice(5, -1);
    const said = new TextDecoder().decode(password);
    const fields = `SFATAL\0CXX000\0Mnobody has the password ${said} here\0\0`;
    const body = TEXT.encode(fields);
    const head = new DataView(new ArrayBuffer(5));
    head.setUint8(0, 0x45);
    head.setUint32(1, body.length + 4);
    await connection.write(new Uint8Array(head.buffer));
    await connection.write(body);
  });
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

function listen(port: number, talk: (connection: Deno.Conn) => Promise<void>): Impostor {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const talks = new Set<Promise<void>>();
  const accepting = (async () => {
    for await (const connection of listener) {
      const talking = talk(connection).catch(() => {}).finally(() => connection.close());
      talks.add(talking);
      void talking.finally(() => talks.delete(talking));
    }
  })();
  return {
    stop: async () => {
      listener.close();
      await accepting.catch(() => {});
      await Promise.all(talks);
    },
  };
}

async function read(connection: Deno.Conn): Promise<Uint8Array> {
  const bytes = new Uint8Array(4_096);
  const length = await connection.read(bytes);
  return bytes.slice(0, length ?? 0);
}
