/** What had the focus left the page. */
export const isFocusLost = () => !document.activeElement || document.activeElement === document.body;

/** Takes the focus into a form that opens, at what is wrong, to be chosen or its start, but out of no other form. */
export function enter(form) {
  if (document.activeElement?.closest('.link-form')) return;
  (form.querySelector('[aria-invalid="true"], .sides button') ?? form.querySelector('input, textarea, select, button')).focus();
}

/** Leads to where a form waits for a choice, if it does. */
export const chooseFirst = form => form.querySelector('.sides button')?.focus();

/** Once a side of the field is chosen: to the next choice, or else to what ends the form. */
export const chooseNext = (form, name) =>
  (form.querySelector(`.field:not(.field-${name}) .sides button`) ?? form.querySelector('.save-link:enabled, .cancel-link')).focus();

/** Gives a row the focus of the form that it was, at its menu where that works. */
export const comeBack = row => (row.querySelector('.menu-link:enabled') ?? row).focus();

/** The focus of a row that goes passes to its neighbour. */
export function passOn(row) {
  if (!row.contains(document.activeElement)) return;
  const next = row.nextElementSibling ?? row.previousElementSibling;
  (next ?? row.closest('.links-detail').querySelector('.toolbar button')).focus();
}
