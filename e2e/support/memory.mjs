//! How much memory the worker's program has.

/** Lets a story see it. To be called before the phone opens the app. */
export function watchMemory(phone) {
  const watch = `{
    const begin = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...given) => {
      const begun = await begin.apply(WebAssembly, given);
      self.storyMemory = begun.instance.exports.memory;
      return begun;
    };
  }\n`;
  phone.line.alter = (call, answer) =>
    call.path === '/worker_loader.js' ? { ...answer, body: Buffer.concat([Buffer.from(watch), answer.body]) } : answer;
}

/** In bytes; a WebAssembly memory only grows. */
export const memoryOf = (phone) => phone.page.workers()[0].evaluate(() => self.storyMemory.buffer.byteLength);
