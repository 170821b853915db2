// Chooses who brings a late joiner up to date: somebody of the same type, or else of the same family, which is what stands
// before the `/`: `editor/2` can help `editor/1`.

import { updater } from './parlor/index.js';

export default updater({
  /** null means that anybody will do. */
  matchUpdaterType(wanted, available) {
    if (available.includes(wanted)) return wanted;
    return available.find((other) => family(other) === family(wanted)) ?? null;
  },
});

function family(type) {
  return type.split('/')[0];
}
