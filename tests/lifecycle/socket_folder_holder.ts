/** A process that holds a socket folder until it is killed: socket_folder_holder.ts TMPDIR */
import { SocketFolder } from "../../actors/socket_folder.ts";

const { path } = await SocketFolder.take(Deno.args[0] ?? "/tmp");
await Deno.stdout.write(new TextEncoder().encode(`${path}\n`));
setInterval(() => {}, 1_000_000);
