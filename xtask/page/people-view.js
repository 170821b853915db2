// Who is here, on the page.

import { paint } from './colour.js';
import { make } from './element.js';
import { nameOf } from './people.js';

/** Shows in `root` who is here. */
export function peopleView(root) {
  return function show(sites, names, own) {
    root.replaceChildren(...sites.map((site) => {
      const name = nameOf(names, site);
      const chip = make('li', { className: site === own ? 'own' : '', title: site === own ? `${name}, that is you` : name }, name);
      paint(chip, site);
      return chip;
    }));
  };
}
