import { CongruentError, messageOf } from "@congruent/core";

/** A response that is a success. @throws CongruentError `E_FETCH` naming the address. */
export async function fetched(address: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, init);
  } catch (error) {
    throw fetchError(address, messageOf(error), error);
  }
  if (!response.ok) throw fetchError(address, `${response.status} ${response.statusText}`.trim());
  return response;
}

/** @throws CongruentError `E_JSON`. */
export async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw new CongruentError({
      code: "E_JSON",
      what: `${response.url} is not JSON: ${messageOf(error)}`,
      fix: "build the app again: npm run web",
      cause: error,
    });
  }
}

/** @throws CongruentError `E_FETCH` when the connection breaks before the end. */
export async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw fetchError(response.url, messageOf(error), error);
  }
}

function fetchError(address: string, reason: string, cause?: unknown): CongruentError {
  return new CongruentError({
    code: "E_FETCH",
    what: `could not fetch ${address} (${reason})`,
    fix: "check that the server still runs, then reload the page",
    cause,
  });
}
