/** The chosen model stands in the address, so that a link shows the same. */
export function modelInAddress(): string | null {
  return new URLSearchParams(location.search).get("model");
}

export function showInAddress(name: string): void {
  const address = new URL(location.href);
  address.searchParams.set("model", name);
  history.replaceState(null, "", address);
}
