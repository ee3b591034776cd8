/** Which version of the program this is. */

/** As deno.json says. */
export async function programVersion(): Promise<string> {
  const { version } = JSON.parse(await Deno.readTextFile(new URL("../deno.json", import.meta.url)));
  return String(version);
}
