/** Whether the focused element has been removed from the page. */
export const isFocusLost = () => !document.activeElement || document.activeElement === document.body;

/** Focuses an opening form: its first error, conflict or control. Never takes the focus from another form. */
export function enter(form) {
  if (document.activeElement?.closest('.link-form')) return;
  (form.querySelector('[aria-invalid="true"], .sides button') ?? form.querySelector('input, textarea, select, button')).focus();
}

/** Focuses the form's first unresolved conflict, if any. */
export const chooseFirst = form => form.querySelector('.sides button')?.focus();

/** After a field's conflict is resolved, focuses the next one or else the save or cancel button. */
export const chooseNext = (form, name) =>
  (form.querySelector(`.field:not(.field-${name}) .sides button`) ?? form.querySelector('.save-link:enabled, .cancel-link')).focus();

/** Restores the focus to a row whose form has closed: to its menu if enabled. */
export const comeBack = row => (row.querySelector('.menu-link:enabled') ?? row).focus();

/** Moves the focus from a row about to be removed to its neighbour. */
export function passOn(row) {
  if (!row.contains(document.activeElement)) return;
  const next = row.nextElementSibling ?? row.previousElementSibling;
  (next ?? row.closest('.links-detail').querySelector('.toolbar button')).focus();
}
