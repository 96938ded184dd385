'use strict';
/** Says whether io_uring can be used here: exit status 0, or 1 and the reason. For CI. */
try {
  const { setup } = require('./load.cjs').load().probe();
  if (setup < 0) {
    console.log(`io_uring_setup fails with errno ${-setup}`);
    process.exitCode = 1;
  }
} catch (error) {
  console.log(`the addon does not load: ${error.message.split('\n')[0]}`);
  process.exitCode = 1;
}
