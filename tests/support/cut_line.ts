/**
 * A line to a server that can be cut as a network is: what stands stays open and carries nothing more, who calls is taken and
 * not answered. Mended, what was cut ends, and who calls gets through.
 */
import { connect, createServer, type Socket } from "node:net";

/** A line that stands. */
export interface CutLine {
  /** `host:port` of this end. */
  readonly host: string;
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Opens one to `host:port`. */
export async function openLine(to: string): Promise<CutLine> {
  const [host = "", port] = to.split(":");
  const sockets = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    keep(near);
    if (isCut) return;
    const far = connect(Number(port), host);
    keep(far);
    for (const [from, on] of [[near, far], [far, near]] as const) {
      from.on("data", (bytes) => {
        if (!isCut) on.write(bytes);
      });
      from.once("close", () => {
        if (!isCut) on.destroy();
      });
    }
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const end = () => {
    for (const socket of sockets) socket.destroy();
  };
  const address = server.address();
  return {
    host: `127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    cut: () => {
      isCut = true;
    },
    mend: () => {
      end();
      isCut = false;
    },
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      end();
      await closed;
    },
  };
}
