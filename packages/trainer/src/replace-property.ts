/** Gives an object another property, such as a method instead of its class', until the returned function is called. */
export function replaceProperty<T extends object, K extends keyof T>(
  target: T,
  name: K,
  value: T[K],
): () => void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  target[name] = value;
  return () => {
    if (own) Object.defineProperty(target, name, own);
    else Reflect.deleteProperty(target, name);
  };
}
