/*
 * What somebody has typed into a form, from before the page is loaded anew to after it: rows of
 * inlines are found by their keys, new ones by their order.
 */
(function () {
    "use strict";

    var live = window.liveAdmin, all = live.all;
    var INLINE = /^(.+)-(\d+)-([^-]+)$/;
    var MOST_ROWS = 50;  // that are added for what was typed

    function hidden(form, name) {
        var field = form.querySelector('input[name="' + name + '"]');
        return field ? field.value : "";
    }

    /* What stands for a control in the next page: its name, or its inline's row and its name there */
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

    /* `label(control)`: what the page calls it. */
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

    /* What the page before this one has saved, once; or null. */
    function take() {
        var name = "live-admin:" + location.pathname, text = sessionStorage.getItem(name);
        sessionStorage.removeItem(name);
        return text && JSON.parse(text);
    }

    /* {key: control}, with rows added where somebody had added some */
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
