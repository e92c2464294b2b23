/** Gives an object a property of its own, such as a method in place of its class's, until the returned function is called. */
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
