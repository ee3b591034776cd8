/** BoundedText: the text of a body that somebody else has made as long as they like. */

/** The whole text; `null`: it is longer than `bytesMax`, and the rest is not waited for. Throws what the stream does when it is cut off. */
export async function boundedText(
  body: ReadableStream<Uint8Array> | null,
  bytesMax: number,
): Promise<string | null> {
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
