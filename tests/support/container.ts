/**
 * Containers without an engine: namespaces of mounts and of the network, `chroot`, and a user without a single
 * capability. The root file system is the image's tree, read-only, over this machine's /usr and /etc.
 */
import { findBinary } from "./child_process.ts";

/** What Deno's own image, on which ours stands, sets. */
export const BASE_ENV = { DENO_DIR: "/deno-dir/" } as const;

const NEEDED = ["unshare", "nsenter", "setpriv", "chroot", "mount", "perl"];
/** Where this process's Deno is seen in a container, whatever its path here. */
const DENO = "/opt/deno";
/** First Deno, then what any Debian image has. */
const PATH = `${DENO}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;

/**
 * $1 root, $2 `ro` or `rw`, $3 Deno, $4 file of host names, $5 folder of the volume or nothing, $6 its place, $7 folder
 * of secrets or nothing; then the command.
 */
const ENTER = `set -eu
root=$1 mode=$2 deno=$3 hosts=$4 volume=$5 place=$6 secrets=$7
shift 7
mount --bind "$root" "$root"
cd "$root"
for folder in usr etc; do
  mount --rbind "/$folder" "$folder"
  mount -o remount,bind,ro "$folder"
done
mount --bind "$hosts" etc/hosts
mount --rbind /dev dev
mount -t proc proc proc
mount -t tmpfs -o mode=1777,nosuid,nodev,noexec tmpfs tmp
mount --bind "$deno" ${DENO.slice(1)}/deno
[ -z "$volume" ] || mount --bind "$volume" "./$place"
if [ -n "$secrets" ]; then
  mount -t tmpfs tmpfs run
  mkdir run/secrets
  for secret in $(ls "$secrets"); do
    touch "run/secrets/$secret"
    mount --bind "$secrets/$secret" "run/secrets/$secret"
  done
fi
[ "$mode" = rw ] || mount -o remount,bind,ro "$root"
exec chroot "$root" "$@"`;

/** A network of its own, in which nothing is but loopback; a process that does nothing holds it, once it is up. */
const HOLD_NETWORK = `set -e
perl -e 'my $up = pack("a16 s x22", "lo", 0x41); socket(S, 2, 2, 0) && ioctl(S, 0x8914, $up) or die $!'
echo open
exec sleep infinity`;

/** Whether this machine lets the tests make containers; `null`: no. */
export function findContainer(): string | null {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return null;
  if (NEEDED.some((name) => findBinary([name]) === null)) return null;
  // A container's root may be one in name only.
  const { success } = new Deno.Command("unshare", {
    args: ["--mount", "--net", "mount", "-t", "tmpfs", "tmpfs", "/tmp"],
    stdin: "null",
    stderr: "null",
  }).outputSync();
  return success ? "yes" : null;
}

/** What a command sees and is. */
export interface Container {
  /** Tree of the image. */
  readonly root: string;
  readonly isWritable?: true;
  readonly workdir: string;
  /** `uid:gid`; without any capability then. Absent: root. */
  readonly user?: string;
  readonly env: Readonly<Record<string, string>>;
  /** A folder of this machine, and where it is mounted. */
  readonly volume?: { readonly folder: string; readonly place: string };
  /** A folder of this machine, each file of which is in /run/secrets. */
  readonly secrets?: string;
  /** Absent: this machine's own. */
  readonly network?: Network;
}

/** An empty tree to copy an image into: what a base image brings comes from this machine. */
export async function makeRoot(root: string): Promise<void> {
  for (const name of ["usr", "etc", "proc", "dev", "tmp", "run", DENO, BASE_ENV.DENO_DIR]) {
    await Deno.mkdir(`${root}/${name}`, { recursive: true });
  }
  await Deno.chmod(root, 0o755);
  await Deno.writeTextFile(`${root}${DENO}/deno`, "");
  for (const name of ["bin", "sbin", "lib", "lib64"]) {
    await Deno.symlink(`usr/${name}`, `${root}/${name}`);
  }
}

/** The command in a container of its own, as a process of this machine: a signal to it is one to the command. */
export function inContainer(container: Container, command: readonly string[]): Deno.Command {
  const { root, volume, secrets, network, isWritable } = container;
  const args = [
    ...["unshare", "--mount", "sh", "-c", ENTER, "sh"],
    ...[root, isWritable ? "rw" : "ro", Deno.execPath(), network?.hosts ?? "/etc/hosts"],
    ...[volume?.folder ?? "", volume?.place ?? "", secrets ?? ""],
    ...asItsUser(container, command),
  ];
  return commandOf(container, network?.enter(args) ?? args);
}

/** A further command in a container that runs: it sees all that the process `pid` sees. */
export function besideIn(
  container: Container,
  pid: number,
  command: readonly string[],
): Deno.Command {
  const enter = ["nsenter", `--target=${pid}`, "--mount", "--net", "--root"];
  return commandOf(container, [...enter, ...asItsUser(container, command)]);
}

function asItsUser({ user, workdir }: Container, command: readonly string[]): string[] {
  const [uid, gid] = user?.split(":") ?? [];
  const asUser = uid === undefined
    ? []
    : ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--no-new-privs"]
      .concat("--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all");
  return [...asUser, "env", "--chdir", workdir, ...command];
}

function commandOf({ env }: Container, [program = "", ...args]: readonly string[]): Deno.Command {
  return new Deno.Command(program, {
    args,
    clearEnv: true,
    env: { ...env, PATH },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs a command to its end. */
export async function outputOf(
  command: Deno.Command,
): Promise<{ readonly code: number; readonly said: string }> {
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, said: (decoder.decode(stdout) + decoder.decode(stderr)).trim() };
}

/** A network that nobody else is in: every port is free, and every name is this machine. */
export class Network {
  /** A file of host names. */
  readonly hosts: string;
  readonly #holder: Deno.ChildProcess;

  private constructor(hosts: string, holder: Deno.ChildProcess) {
    this.hosts = hosts;
    this.#holder = holder;
  }

  /** `names`: of neighbours, as Compose's network knows them. */
  static async open(folder: string, names: readonly string[]): Promise<Network> {
    const hosts = `${folder}/hosts`;
    await Deno.writeTextFile(hosts, `127.0.0.1 localhost ${names.join(" ")}\n`);
    const holder = new Deno.Command("unshare", {
      args: ["--net", "sh", "-c", HOLD_NETWORK],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const reader = holder.stdout.getReader();
    const { done } = await reader.read();
    await reader.cancel();
    if (done) throw new Error("Cannot open a network: its holder has ended");
    return new Network(hosts, holder);
  }

  /** The command line that runs another one in it. */
  enter(command: readonly string[]): string[] {
    return ["nsenter", `--net=/proc/${this.#holder.pid}/ns/net`, ...command];
  }

  async close(): Promise<void> {
    this.#holder.kill("SIGKILL");
    await this.#holder.status;
  }
}
