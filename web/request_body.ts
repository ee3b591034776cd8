/** Bodies of requests, bounded. */
import { BadRequest } from "./query.ts";

/** The whole text. @throws {BadRequest} when it is longer than `bytesMax`, with `hint`, or cut off. */
export async function readBody(request: Request, bytesMax: number, hint: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  const chunks = (request.body ?? new Blob().stream()).getReader();
  while (true) {
    const { value, done } = await chunks.read().catch((cause) => {
      throw new BadRequest("The body was cut off", { cause });
    });
    if (done) return text + decoder.decode();
    bytes += value.length;
    if (bytes > bytesMax) {
      throw new BadRequest(`The body is longer than ${bytesMax} bytes: ${hint}`);
    }
    text += decoder.decode(value, { stream: true });
  }
}
