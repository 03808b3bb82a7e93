/**
 * The global types of the compiler, as far as the shape of an object can depend on them. What is not in here has no type,
 * and what is spread of it is looked at again with all libraries.
 */
export const miniLib = `
interface Object {}
interface Function { readonly name: string }
interface CallableFunction extends Function {}
interface NewableFunction extends Function {}
interface Boolean {}
interface Number {}
interface BigInt {}
interface String {}
interface Symbol {}
interface RegExp {}
interface IArguments {}
interface Array<T> { readonly length: number; [index: number]: T }
interface ReadonlyArray<T> { readonly length: number; readonly [index: number]: T }
interface TemplateStringsArray extends ReadonlyArray<string> { readonly raw: readonly string[] }
interface PromiseLike<T> { then<R>(fulfilled: (value: T) => R | PromiseLike<R>, ...more: any): PromiseLike<R> }
interface Promise<T> { then<R>(fulfilled: (value: T) => R | PromiseLike<R>, ...more: any): Promise<R> }
interface ThisType<T> {}
type Partial<T> = { [K in keyof T]?: T[K] };
type Required<T> = { [K in keyof T]-?: T[K] };
type Readonly<T> = { readonly [K in keyof T]: T[K] };
type Record<K extends keyof any, T> = { [P in K]: T };
type Pick<T, K extends keyof T> = { [P in K]: T[P] };
type Exclude<T, U> = T extends U ? never : T;
type Extract<T, U> = T extends U ? T : never;
type Omit<T, K extends keyof any> = Pick<T, Exclude<keyof T, K>>;
type NonNullable<T> = T & {};
type NoInfer<T> = intrinsic;
type Parameters<F extends (...given: any) => any> = F extends (...given: infer P) => any ? P : never;
type ReturnType<F extends (...given: any) => any> = F extends (...given: any) => infer R ? R : never;
type Awaited<T> = T extends { then(fulfilled: (value: infer V, ...more: any) => any, ...more: any): any } ? Awaited<V> : T;
`;
