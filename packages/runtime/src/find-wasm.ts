import { CongruentError, messageOf } from "@congruent/core/essentials";

/**
 * Whether the files of a build lie where the app says, before the build looks for them: one that did not find them does not look again before the
 * page is loaded again.
 *
 * @param folder the option `wasmPaths`
 * @param name of the build's files, without their endings
 * @returns the folder with a slash at its end
 * @throws CongruentError `E_WASM_NOT_FOUND`, with the address that was asked for
 */
export async function findWasm(folder: string, name: string): Promise<string> {
  const path = folder.endsWith("/") ? folder : `${folder}/`;
  await Promise.all([refuseAbsent(`${path}${name}.wasm`), refuseAbsent(`${path}${name}.mjs`)]);
  return path;
}

async function refuseAbsent(address: string): Promise<void> {
  const response = await fetch(address, { method: "HEAD" }).catch((error: unknown) => messageOf(error));
  if (typeof response === "string") throw notFound(address, response);
  // A server that has no HEAD says 405 or 501, which is no answer.
  if (!response.ok && response.status !== 405 && response.status !== 501)
    throw notFound(address, `HTTP ${response.status}`);
  // Servers of single-page apps give their page for every address.
  if (response.ok && response.headers.get("content-type")?.startsWith("text/html"))
    throw notFound(address, "it is an HTML page");
}

function notFound(address: string, why: string): CongruentError {
  return new CongruentError({
    code: "E_WASM_NOT_FOUND",
    what: `ONNX Runtime's file ${address} cannot be read: ${why}`,
    expected: "the files of onnxruntime-web's dist folder, of the version that this package depends on",
    fix: "copy them there, or correct the option wasmPaths",
  });
}
