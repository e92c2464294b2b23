import { CongruentError } from "@congruent/core";

/**
 * An address of the server that this page came from. Anyone can write a link to the page; what it fetches and posts must not leave its origin.
 *
 * @param address relative to the page, or whole
 * @throws CongruentError `E_FOREIGN_ADDRESS` for another host, port or protocol, and for what is no address
 */
export function ownAddress(address: string): string {
  let url: URL;
  try {
    url = new URL(address, location.href);
  } catch {
    throw foreign(address);
  }
  // A blob: address has the origin of its page too, but nobody serves it.
  if (url.origin !== location.origin || url.protocol !== location.protocol) throw foreign(address);
  return url.href;
}

function foreign(address: string): CongruentError {
  return new CongruentError({
    code: "E_FOREIGN_ADDRESS",
    what: `this page neither fetches from nor posts to ${address}`,
    expected: `an address of ${location.origin}, from which the page came`,
    fix: "serve the job and the page from one origin, as congruent parity does",
  });
}
