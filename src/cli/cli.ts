import { version, ZmqError } from '../index.js';
import { DOCTOR_USAGE, doctor } from './doctor.js';
import { KEYGEN_USAGE, keygen } from './keygen.js';
import { type CliOutput, UsageError } from './output.js';

const USAGE = `Usage: rzmq COMMAND [OPTIONS]

Commands:
  doctor     says what this machine offers: io_uring, crypto, IPv6, ipc
  keygen     makes a pair of CURVE keys

Options:
  --help     says this, or what a command takes: rzmq keygen --help
  --version  says the version

Exit status: 0 done, 1 not possible, 2 not understood.
`;

/** The command `rzmq`: runs what the arguments say, and resolves with the exit status. Never rejects. */
export async function runCli(args: readonly string[], output: CliOutput): Promise<number> {
  const [command, ...rest] = args;
  try {
    switch (command) {
      case 'keygen':
        await keygen(rest, output);
        return 0;
      case 'doctor':
        await doctor(rest, output);
        return 0;
      case '--version':
      case '-v':
        output.out(`${version}\n`);
        return 0;
      case '--help':
      case '-h':
        output.out(USAGE);
        return 0;
      case 'help':
        output.out(rest[0] === 'keygen' ? KEYGEN_USAGE : rest[0] === 'doctor' ? DOCTOR_USAGE : USAGE);
        return 0;
      default:
        throw new UsageError(command === undefined ? 'a command is missing' : `there is no command ${command}`, USAGE);
    }
  } catch (error) {
    if (error instanceof UsageError) {
      output.error(`rzmq: ${error.message}\n\n${error.usage}`);
      return 2;
    }
    output.error(`rzmq: ${error instanceof ZmqError ? error.message : String(error)}\n`);
    return 1;
  }
}
