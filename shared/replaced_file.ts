/** Files that are replaced as a whole. Shared by all who keep what a person has said. */

/**
 * Writes a draft beside the file and renames it: afterwards the old or the new one is there, whatever happens. A file keeps who
 * may read it, and a link leads to what is new. Throws what the system says.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const target = await Deno.realPath(path).catch(() => path);
  const mode = await Deno.stat(target).then((found) => found.mode, () => null);
  const draft = `${target}.new`;
  const file = await Deno.open(draft, { create: true, write: true, truncate: true });
  try {
    if (mode !== null) await Deno.chmod(draft, mode & 0o777);
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await file.sync();
  } finally {
    file.close();
  }
  await Deno.rename(draft, target);
}
