/**
 * A script that makes a page record its console errors and uncaught errors, for a driver that does not report them.
 * `globalThis.congruentFaults` is `{ since(index), next(index, done) }`: all from that index on, at once or as soon as
 * there is one.
 */
export const FAULT_RECORDER = `(() => {
  if (globalThis.congruentFaults) return;
  const faults = [];
  let waiting = null;
  const add = (text) => {
    faults.push(text);
    const answer = waiting;
    waiting = null;
    answer?.();
  };
  const since = (from) => ({ from, texts: faults.slice(from) });
  const next = (from, done) => {
    const answer = () => done(since(from));
    if (faults.length > from) answer();
    else waiting = answer;
  };
  globalThis.congruentFaults = { since, next };
  const said = console.error;
  console.error = (...parts) => {
    add(parts.map(String).join(" "));
    said.apply(console, parts);
  };
  // Of a script or picture that could not be loaded the event does not bubble and has no message.
  addEventListener("error", ({ message, target }) => {
    add(message ?? (target.src ?? target.href ?? target.nodeName) + " could not be loaded");
  }, true);
  addEventListener("unhandledrejection", ({ reason }) => add(String(reason?.message ?? reason)));
})();`;
