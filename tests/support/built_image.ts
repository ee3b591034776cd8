/** A Dockerfile carried out by hand: what COPY copies is copied, what RUN runs is run, each stage in a tree of its own. */
import { ignoreRules, type Instruction, readStages, settingsOf, type Stage } from "./dockerfile.ts";
import type { ImageSettings } from "./dockerfile.ts";
import { inContainer, makeRoot, outputOf } from "./container.ts";
import { run } from "./child_process.ts";

/** What came of it. */
export interface BuiltImage {
  /** Tree of the last stage. */
  readonly root: string;
  readonly settings: ImageSettings;
}

/** They say something of the image, and do nothing to its tree. */
const SAYINGS = ["ENV", "LABEL", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK"]
  .concat("ENTRYPOINT", "CMD");

/**
 * Builds the image of `dockerfile` from the files of `context`, below `folder`.
 *
 * @throws {Error} with what a step said, when it fails.
 */
export async function buildImage(
  context: string,
  dockerfile: string,
  folder: string,
): Promise<BuiltImage> {
  const isLetIn = ignoreRules(await Deno.readTextFile(`${context}/.dockerignore`));
  const roots: Record<string, string> = {};
  const stages = readStages(await Deno.readTextFile(`${context}/${dockerfile}`));
  let built: BuiltImage | null = null;
  for (const [i, stage] of stages.entries()) {
    const root = `${folder}/stage-${i}`;
    await makeRoot(root);
    for (const [at, instruction] of stage.instructions.entries()) {
      const before = settingsOf({ ...stage, instructions: stage.instructions.slice(0, at) });
      await carryOut(instruction, before, { root, context, isLetIn, roots });
    }
    roots[stage.name] = root;
    built = { root, settings: settingsOf(stage) };
  }
  if (built === null) throw new TypeError(`Cannot build ${dockerfile}: it has no stage`);
  return built;
}

interface Place {
  readonly root: string;
  readonly context: string;
  readonly isLetIn: (path: string) => boolean;
  readonly roots: Readonly<Record<Stage["name"], string>>;
}

async function carryOut(step: Instruction, settings: ImageSettings, place: Place): Promise<void> {
  const { keyword, text } = step;
  if (SAYINGS.includes(keyword)) return;
  if (keyword === "WORKDIR") await Deno.mkdir(place.root + text, { recursive: true });
  else if (keyword === "COPY") await copy(step, settings.workdir, place);
  else if (keyword === "RUN") {
    const { workdir, env } = settings;
    const container = {
      ...{ root: place.root, isWritable: true as const, workdir },
      // Proxies, certificates and registries of this machine, as a builder has them.
      env: { ...Deno.env.toObject(), ...env },
    };
    const { code, said } = await outputOf(inContainer(container, ["sh", "-c", text]));
    if (code !== 0) throw new Error(`Cannot run "${text}": exit code ${code}, ${said}`);
  } else throw new TypeError(`Cannot carry out ${keyword}: it is not known here`);
}

async function copy({ flags, text }: Instruction, workdir: string, place: Place): Promise<void> {
  const words = text.split(/\s+/);
  const [target = "", sources] = [words.at(-1), words.slice(0, -1)];
  const to = place.root + (target.startsWith("/") ? target : `${workdir}/${target}`);
  for (const source of sources) {
    const from = flags["from"] === undefined
      ? `${place.context}/${source}`
      : (place.roots[flags["from"]] ?? "") + source;
    const isFolder = (await Deno.stat(from)).isDirectory;
    if (flags["from"] !== undefined) {
      await Deno.mkdir(to, { recursive: true });
      // Nothing changes a tree that has been built, so that its files may be shared.
      await run("cp", ["--archive", "--link", `${from}/.`, to]);
    } else if (isFolder) await copyLetIn(place, source, to);
    else {
      const isInto = target.endsWith("/") || sources.length > 1;
      await copyFile(place, source, isInto ? `${to}/${source.replace(/.*\//, "")}` : to);
    }
  }
}

async function copyLetIn(place: Place, folder: string, to: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(`${place.context}/${folder}`)) {
    const path = `${folder}/${name}`;
    if (isDirectory) await copyLetIn(place, path, `${to}/${name}`);
    else if (place.isLetIn(path)) await copyFile(place, path, `${to}/${name}`);
  }
}

async function copyFile({ context, isLetIn }: Place, path: string, to: string): Promise<void> {
  if (!isLetIn(path)) throw new Error(`Cannot copy ${path}: .dockerignore keeps it out`);
  await Deno.mkdir(to.replace(/\/[^/]*$/, ""), { recursive: true });
  await Deno.copyFile(`${context}/${path}`, to);
}
