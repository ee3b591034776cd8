/** Telling the operating system to keep what is in a file or a folder. Shared by all who store. */

/** Syncs a file, or the names in a folder; throws what the system says. */
export async function syncPath(path: string): Promise<void> {
  const file = await Deno.open(path, { read: true });
  try {
    await file.sync();
  } finally {
    file.close();
  }
}
