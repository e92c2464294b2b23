/** Sets an own property of an object, for example a method that hides that of its class. The returned function undoes it. */
export function replaceProperty<T extends object, K extends keyof T>(
  target: T,
  name: K,
  value: T[K],
): () => void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value, configurable: true, enumerable: true, writable: true });
  return () => {
    if (own) Object.defineProperty(target, name, own);
    else Reflect.deleteProperty(target, name);
  };
}
