/**
 * `deno task export TARGET`, `deno task import SOURCE`: moves everything that is stored between the embedded database in DATA_DIR
 * and a PostgreSQL, or two of either, while no monitor runs on them. Progress on standard error; what stands in the way is
 * said in one line, and the exit code is 1.
 */
// deno-lint-ignore-file no-console
import { completed, processEnvironment } from "../actors/environment.ts";
import { setLogLevel } from "../shared/log.ts";
import { FlagError, readCommandLine } from "./flags.ts";
import { configured, nowAndThen, OPERATORS } from "./store_task.ts";
import { type CopiedRows, copyStore, type Progress } from "./stores/store_copy.ts";
import { isSamePlace, placeText, readStorePlace, type StorePlace } from "./stores/store_place.ts";
import { openSide } from "./stores/store_side.ts";

/** For a person. */
const USAGE =
  `deno task export TARGET    copies everything from the embedded database in DATA_DIR into TARGET
deno task import SOURCE    copies everything from SOURCE into the embedded database in DATA_DIR
A store is postgres://USER:PASSWORD@HOST/DATABASE, the word DATABASE_URL (what the environment or .env says), or the DATA_DIR
of an embedded database. No monitor may run on either. It may be repeated: nothing is doubled, and what was interrupted is completed.
  --own STORE              in place of the embedded database in DATA_DIR`;

const PROGRESS_MS = 2_000;
const COUNT = new Intl.NumberFormat("en-GB");

interface Move {
  readonly from: StorePlace;
  readonly to: StorePlace;
  readonly tempDir: string;
}

/** @throws {FlagError} {ConfigError} */
function readMove(args: readonly string[]): Move | "help" {
  const [direction = "", ...rest] = args;
  if (direction !== "export" && direction !== "import") throw new FlagError(USAGE);
  const cannot = `Cannot ${direction}: `;
  const line = readCommandLine(rest, { "--own": "one" }, { takesFiles: true, cannot });
  if (line === "help") return "help";
  const [named, ...more] = line.files;
  if (named === undefined || more.length > 0) {
    throw new FlagError(
      `${cannot}name one store, as in deno task ${direction} DATABASE_URL; see --help`,
    );
  }
  const { config, tempDir } = configured(completed(processEnvironment(["--env-file"]).environment));
  const other = readStorePlace(named, config);
  const [given] = line.flags.get("--own") ?? [];
  const own: StorePlace = given === undefined
    ? { kind: "folder", dataDir: config.dataDir }
    : readStorePlace(given, config);
  if (isSamePlace(own, other)) throw new FlagError(`${cannot}${placeText(own)} is on both sides`);
  return direction === "export"
    ? { from: own, to: other, tempDir }
    : { from: other, to: own, tempDir };
}

async function move({ from, to, tempDir }: Move): Promise<void> {
  const source = await openSide(from, { isTarget: false, tempDir });
  try {
    const target = await openSide(to, { isTarget: true, tempDir });
    try {
      console.error(`from ${source.name}\n  to ${target.name}`);
      tell(await copyStore(source, target, progress()));
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

function progress(): Progress {
  const told = nowAndThen(PROGRESS_MS);
  return (table, done, total) =>
    told(() => console.error(`${table}: ${COUNT.format(done)} of ${COUNT.format(total)} rows`));
}

function tell(copied: readonly CopiedRows[]): void {
  const filled = copied.filter(({ rows }) => rows > 0);
  for (const { name, rows, written, elsewhere, inTarget } of filled) {
    const said = [
      `${name}: ${COUNT.format(rows)} rows`,
      `${COUNT.format(written)} written`,
      ...elsewhere === 0
        ? []
        : [`${COUNT.format(elsewhere)} there already under another version's name`],
      ...inTarget === rows ? [] : [`${COUNT.format(inTarget)} there now`],
    ];
    console.error(said.join(", "));
  }
  const sum = filled.reduce((all, { rows }) => all + rows, 0);
  console.log(
    `${COUNT.format(sum)} rows of ${filled.length} tables are in the target, each table counted`,
  );
}

async function main(args: readonly string[]): Promise<number> {
  setLogLevel("warn");
  try {
    const task = readMove(args);
    if (task === "help") console.error(USAGE);
    else await move(task);
    return 0;
  } catch (error) {
    if (!(error instanceof Error) || !OPERATORS.some((kind) => error instanceof kind)) throw error;
    console.error(error.message);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
