/*
 * Carries what was typed into a form over a reload. Inline rows are matched by their keys, new ones
 * by their order.
 */
(function () {
    "use strict";

    var live = window.liveAdmin, all = live.all;
    var INLINE = /^(.+)-(\d+)-([^-]+)$/;
    var MOST_ROWS = 50;  // limit for inline rows added to hold typed values

    function hidden(form, name) {
        var field = form.querySelector('input[name="' + name + '"]');
        return field ? field.value : "";
    }

    /* Identifies a control across reloads: by its name or, in an inline, by its row and its name there */
    function keyOf(control) {
        var parts = INLINE.exec(control.name), form = control.form;
        var initial = parts && hidden(form, parts[1] + "-INITIAL_FORMS");
        if (!initial) {
            return live.nameOf(control);
        }
        var row = parts[2] - initial;
        var key = row < 0 ? all('input[type=hidden][name^="' + parts[1] + "-" + parts[2] + '-"]', form)
            .map(function (field) { return field.value; }).join(",") : "+" + row;
        return [parts[1], key, live.nameOf(control).replace(INLINE, "$3")].join("|");
    }

    function byKey(form) {
        var found = {}, named = live.named(form);
        Object.keys(named).forEach(function (name) {
            found[keyOf(named[name])] = named[name];
        });
        return found;
    }

    /* `label(control)`: the control's label on the page. */
    function save(form, choices, label) {
        var controls = byKey(form), kept = {controls: [], choices: [], version: ""};
        Object.keys(controls).forEach(function (key) {
            var control = controls[key];
            if (live.isTouched(control)) {
                kept.controls.push({key: key, label: label(control), value: live.valueOf(control),
                                    drawn: live.drawnValue(control)});
            }
        });
        Object.keys(choices).forEach(function (name) {
            if (choices[name].isTouched()) {
                kept.choices.push({name: name, drawn: choices[name].drawn,
                                   value: choices[name].chosen()});
            }
        });
        kept.version = hidden(form, "_version");
        sessionStorage.setItem("live-admin:" + location.pathname, JSON.stringify(kept));
    }

    /* What the previous page saved, or null; can be read only once. */
    function take() {
        var name = "live-admin:" + location.pathname, text = sessionStorage.getItem(name);
        sessionStorage.removeItem(name);
        return text && JSON.parse(text);
    }

    /* {key: control}; adds inline rows to replace unsaved ones */
    function controlsFor(form, kept) {
        var tries = 0;
        kept.forEach(function (each) {
            var parts = each.key.split("|"), add;
            while (/^\+/.test(parts[1]) && !byKey(form)[each.key] && tries < MOST_ROWS) {
                add = document.querySelector("#" + parts[0] + "-group .add-row a");
                tries = add ? tries + 1 : MOST_ROWS;
                if (add) {
                    add.click();
                }
            }
        });
        return byKey(form);
    }

    live.typed = {controlsFor: controlsFor, save: save, take: take};
}());
