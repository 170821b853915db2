// The colour of a site. Neighbouring numbers are far apart on the wheel.

/** Gives an element, and what is in it, the colour of a site. */
export function paint(element, site) {
  element.style.setProperty('--hue', String((265 + (site - 1) * 137.508) % 360));
}
