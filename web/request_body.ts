/** Bodies of requests, bounded. */
import { boundedText } from "../shared/bounded_text.ts";
import { BadRequest } from "./refusals.ts";

/** The whole text. @throws {BadRequest} when it is longer than `bytesMax`, with `hint`, or cut off. */
export async function readBody(request: Request, bytesMax: number, hint: string): Promise<string> {
  const text = await boundedText(request.body, bytesMax).catch((cause) => {
    throw new BadRequest("The body was cut off", "invalid_body", { cause });
  });
  if (text !== null) return text;
  throw new BadRequest(`The body is longer than ${bytesMax} bytes: ${hint}`, "invalid_body");
}
