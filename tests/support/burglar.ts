/** A worker that tries everything, and tells what it was allowed. Its message says where. */

/** Where a worker may try what. */
export interface Targets {
  readonly dataDir: string;
  readonly socket: string;
  /** `host:port` each; nobody listens there. */
  readonly exchange: string;
  readonly server: string;
  readonly redis: string;
}

type Attempt = (targets: Targets) => unknown;

const connect = (address: string) => {
  const [hostname = "", port] = address.split(":");
  return Deno.connect({ hostname, port: Number(port) });
};

const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  "read a file of the system": () => Deno.readTextFile("/etc/passwd"),
  "read the sources": () => Deno.readTextFile(new URL(import.meta.url)),
  "read DATA_DIR": ({ dataDir }) => Deno.stat(`${dataDir}/symbols.json`),
  "read the spool": ({ dataDir }) => Deno.stat(`${dataDir}/spool/x`),
  "write DATA_DIR": ({ dataDir }) => Deno.writeTextFile(`${dataDir}/symbols.json`, "x"),
  "write the spool": ({ dataDir }) => Deno.writeTextFile(`${dataDir}/spool/x`, "x"),
  "write elsewhere": () => Deno.makeTempFile(),
  "read every variable": () => Deno.env.toObject(),
  "read DATABASE_URL": () => Deno.env.get("DATABASE_URL"),
  "read PGPASSWORD": () => Deno.env.get("PGPASSWORD"),
  "read AUTH_TOKEN": () => Deno.env.get("AUTH_TOKEN"),
  "run a program": () => new Deno.Command("true").output(),
  "load a library": () => Deno.dlopen("/nonexistent.so", {}),
  "reach the exchange": ({ exchange }) => connect(exchange),
  "reach the database": ({ server }) => connect(server),
  "reach Redis": ({ redis }) => connect(redis),
  "reach another port": () => connect("127.0.0.1:2"),
  "reach the internet": () => connect("192.0.2.1:443"),
  "reach the store's socket": ({ socket: path }) => Deno.connect({ transport: "unix", path }),
  "reach another socket": () => Deno.connect({ transport: "unix", path: "/run/docker.sock" }),
  "listen on any address": () => Deno.listen({ port: 0 }).close(),
  "learn the host's name": () => Deno.hostname(),
  "learn the network": () => Deno.networkInterfaces(),
  "import from elsewhere": () => import(["http:", "//127.0.0.1:2/x.ts"].join("")),
  "give more to another worker": () =>
    new Worker("data:text/javascript,1", {
      type: "module",
      deno: { permissions: { run: true } },
    }).terminate(),
  "get more by asking": async () => {
    const { state } = await Deno.permissions.request({ name: "read", path: "/" });
    if (state !== "granted") throw new Deno.errors.NotCapable();
  },
};

/** Whether it was kept from it; what failed for another reason was allowed. */
function isRefusal(error: unknown): boolean {
  return error instanceof Deno.errors.NotCapable ||
    /Requires import access|Can't escalate/.test(String(error));
}

// The one face that a worker has to its parent.
const parent = globalThis as unknown as Worker;
parent.onmessage = async ({ data }: MessageEvent<Targets>) => {
  const allowed: string[] = [];
  for (const [name, attempt] of Object.entries(ATTEMPTS)) {
    try {
      await attempt(data);
      allowed.push(name);
    } catch (error) {
      if (!isRefusal(error)) allowed.push(name);
    }
  }
  parent.postMessage(allowed);
};
