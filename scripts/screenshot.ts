/** One picture of a running monitor: `deno run -A scripts/screenshot.ts --url http://127.0.0.1:8000 --out FILE.png [--points 120] [--light]`. */
import { runTestProgram } from "./test_program.ts";

await runTestProgram("tests/browser/pictures/one_picture.ts");
