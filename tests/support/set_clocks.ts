/** The clocks of a worker under test, as a file has them (`clocked_writer.ts`): a machine whose time is wrong, or that was asleep. */

/** By how much each is ahead, milliseconds. */
export interface Clocks {
  readonly wallMs: number;
  readonly monotonicMs: number;
  /** For so much longer than that the system has been up. */
  readonly sleptMs: number;
}

/** Sets them; the file is replaced as a whole, so that nobody reads a part of it. */
export function setClocks(file: string, over: Partial<Clocks> = {}): void {
  const clocks: Clocks = { wallMs: 0, monotonicMs: 0, sleptMs: 0, ...over };
  Deno.writeTextFileSync(`${file}.new`, JSON.stringify(clocks));
  Deno.renameSync(`${file}.new`, file);
}

/** As they are set. */
export function clocksOf(file: string): Clocks {
  return JSON.parse(Deno.readTextFileSync(file));
}
