/** The values of ZMQ_MECHANISM. */
export const SecurityMechanism = {
  NULL: 0,
  PLAIN: 1,
  CURVE: 2,
} as const;
