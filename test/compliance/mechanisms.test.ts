import { describe, it } from '@jest/globals';
import { mechanismCompliance } from 'rzmq/testing';
import { SUBJECTS } from './mechanism-subjects.js';

for (const [name, subject] of Object.entries(SUBJECTS)) {
  describe(`${name} is a mechanism`, () => {
    for (const { title, run } of mechanismCompliance(subject)) it(title, run);
  });
}
