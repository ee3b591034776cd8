/**
 * `deno task screenshots [--url ADDRESS] [--out FOLDER] [--only PART-OF-A-NAME]`: writes the pictures of the documents,
 * docs/images, from a demo of its own, or from the monitor at an address. Each view in dark and light, in a wide window and
 * on a phone, and a desk in motion. A demo needs some minutes to make its simulated week, and five more until its rules have learnt.
 */
import { runTestProgram } from "./test_program.ts";

await runTestProgram("tests/browser/pictures/all_pictures.ts");
