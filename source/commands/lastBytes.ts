/**
 * The last bytes of what a stream gives, `most` of them; what came before is not kept.
 * @throws what the stream does: the system's error.
 */
export async function lastBytes(stream: AsyncIterable<Buffer>, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let kept = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    kept += chunk.length;
    for (let first = chunks[0]; first && kept - first.length >= most; first = chunks[0]) {
      kept -= first.length;
      chunks.shift();
    }
  }
  const bytes = Buffer.concat(chunks);
  return bytes.subarray(Math.max(0, bytes.length - most));
}
