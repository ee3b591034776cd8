/** What is logged while something runs. */
import { setLogLevel } from "../../shared/log.ts";

/** The lines, from `info` on, without their time. */
export async function toldLines(run: () => Promise<void>): Promise<string[]> {
  const told: string[] = [];
  const { error } = console;
  console.error = (line: string) => told.push(line.slice(13));
  setLogLevel("info");
  try {
    await run();
  } finally {
    console.error = error;
    setLogLevel("error");
  }
  return told;
}
