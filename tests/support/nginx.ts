/** A private nginx for tests: one free port, one folder, gone after `stop`. */
import { endProcess, freePort, waitUntilAnswers } from "./child_process.ts";

/** A running proxy. */
export interface Nginx {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts nginx with these `location` blocks and directives in its one server. */
export async function startNginx(binary: string, server: string): Promise<Nginx> {
  const folder = await Deno.makeTempDir({ prefix: "obm-nginx-" });
  const port = freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/${name};`).join(" ");
  const logFile = `${folder}/log`;
  await Deno.writeTextFile(
    `${folder}/conf`,
    `daemon off; pid ${folder}/pid; error_log ${logFile}; events {}
http { access_log off; ${temporary}
server { listen 127.0.0.1:${port}; ${server} } }`,
  );
  const child = new Deno.Command(binary, {
    args: ["-c", `${folder}/conf`, "-e", logFile],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await waitUntilAnswers("nginx", logFile, child, async () => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.close();
  });
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      await endProcess(child, "SIGTERM");
      await Deno.remove(folder, { recursive: true });
    },
  };
}
