/**
 * What a page needs at once as one file. The bundler cuts a script wherever two parts share something, so that the first
 * number would wait for dozens of small files, of which a browser fetches six at a time over HTTP/1.1. rollup joins them,
 * and leaves out what they only told each other. What is loaded later stays in parts of its own.
 */
import { type Plugin, rollup } from "rollup";
import type { BundledFile } from "./bundle.ts";

/**
 * The first of these, with all that it imports at once, before those that are left; each by a name that changes with what
 * is in it.
 *
 * @throws {Error} with rollup's words when the parts do not fit together.
 */
export async function joinedParts(
  parts: readonly [BundledFile, ...BundledFile[]],
): Promise<readonly [BundledFile, ...BundledFile[]]> {
  const [{ name: entry }] = parts;
  const made = await rollup({
    input: entry,
    plugins: [inMemory(parts)],
    // Only the other parts import the entry, for what they share with it.
    preserveEntrySignatures: false,
    // The bundler has left out what nobody uses.
    treeshake: false,
    onLog: (_level, { message }) => {
      throw new Error(message);
    },
  });
  const needed = new Set<string>();
  const need = (part: string, importsOf: (part: string) => readonly string[]) => {
    if (needed.has(part)) return;
    needed.add(part);
    for (const imported of importsOf(part)) need(imported, importsOf);
  };
  const { output } = await made.generate({
    format: "es",
    compact: true,
    generatedCode: "es2015",
    hashCharacters: "base36",
    entryFileNames: ({ name }) => `${nameOf(name)}-[hash].js`,
    chunkFileNames: ({ name }) => `${nameOf(name)}-[hash].js`,
    manualChunks: (part, { getModuleInfo }) => {
      need(entry, (each) => getModuleInfo(each)?.importedIds ?? []);
      return needed.has(part) ? entry : null;
    },
  });
  await made.close();
  const files = output.flatMap((each) =>
    each.type === "chunk"
      ? [{
        name: each.fileName,
        bytes: new TextEncoder().encode(each.code),
        isFirst: each.moduleIds.includes(entry),
      }]
      : []
  );
  const [first] = files.filter(({ isFirst }) => isFirst);
  if (first === undefined) throw new Error(`Cannot join the parts of ${entry}: none has it`);
  return [first, ...files.filter((file) => file !== first)];
}

function inMemory(parts: readonly BundledFile[]): Plugin {
  const codes = new Map(
    parts.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)] as const),
  );
  const known = (id: string) => {
    const name = id.replace(/^\.\//, "");
    return codes.has(name) ? name : null;
  };
  return { name: "in memory", resolveId: known, load: (id) => codes.get(id) ?? null };
}

/** The bundler's name of a part, without the hash that it has put behind it. */
function nameOf(name: string): string {
  return name.replace(/(?:-[0-9A-Z]{8})?(?:\.js)?$/, "");
}
