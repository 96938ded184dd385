import { getSystemErrorName } from 'node:util';

/** A number of errno as the error that Node would throw for it. */
export function systemError(errno: number, call: string): Error {
  const number = -Math.abs(errno);
  let code: string;
  try {
    code = getSystemErrorName(number);
  } catch {
    code = `ERRNO_${-number}`;
  }
  return Object.assign(new Error(`${call} ${code}`), { code, errno: number, syscall: call });
}
