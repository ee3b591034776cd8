/** `deno task exchange`: starts the look-alike, says how to use it, ends on SIGINT and SIGTERM. */
import { RecordingError } from "../recording.ts";
import { type Exchange, startExchange } from "./exchange.ts";
import { FlagError } from "../flags.ts";
import { parseFlags, USAGE } from "./flags.ts";

/** Why the exchange could not start, in one line for a person. */
function reasonFor(error: unknown, port: number): string | null {
  if (error instanceof FlagError || error instanceof RecordingError) return error.message;
  // A script that names a symbol which is not traded here.
  if (error instanceof RangeError && error.message.startsWith("Cannot inject")) {
    return error.message;
  }
  if (error instanceof Deno.errors.AddrInUse) {
    return `--port ${port} is in use by another program; choose another, or 0 for any free one`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `--port ${port} may not be opened by this user; choose one above 1023`;
  }
  // An unknown name has no error class of its own.
  const isUnknownName = error instanceof Error && error.message.startsWith("failed to lookup");
  if (isUnknownName || error instanceof Deno.errors.AddrNotAvailable) {
    return "--host is not an address of this machine; 127.0.0.1 always works";
  }
  return null;
}

function say(text: string): void {
  // deno-lint-ignore no-console
  console.error(text);
}

async function start(): Promise<Exchange> {
  let port = 0;
  try {
    const options = parseFlags(Deno.args);
    if (options === "help") {
      say(USAGE);
      Deno.exit(0);
    }
    port = options.port ?? 0;
    return await startExchange(options);
  } catch (error) {
    const reason = reasonFor(error, port);
    if (reason === null) throw error;
    say(`exchange: ${reason}`);
    Deno.exit(1);
  }
}

const exchange = await start();
// A folder of its own: a store that has once held simulated rows takes no market's any more.
const dataDir = `./data-${exchange.label.toLowerCase()}`;
say(
  `exchange: ${exchange.label} ${exchange.symbols.join(", ")} on ${exchange.restUrl}; ` +
    `what it sent: ${exchange.restUrl}/ledger, faults: ${exchange.restUrl}/sim/faults\n` +
    `EXCHANGE_REST_URL=${exchange.restUrl} EXCHANGE_WS_URL=${exchange.wsUrl} ` +
    `SYMBOLS=${exchange.symbols.join(",")} DATA_DIR=${dataDir} deno task start`,
);
void exchange.over.then(() => say("exchange: the replay is over; the books stay as they are"));

let isStopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => {
    // The second signal does not wait for clients.
    if (isStopping) Deno.exit(1);
    isStopping = true;
    void exchange.stop().then(() => Deno.exit(0));
  });
}
