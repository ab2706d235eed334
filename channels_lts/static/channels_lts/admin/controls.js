/*
 * The form controls of the admin: their current values, and those rendered by the server.
 */
(function () {
    "use strict";

    function all(selector, root) {
        return Array.prototype.slice.call((root || document).querySelectorAll(selector));
    }

    function controls(row) {
        return all("input:not([type=hidden]), select, textarea", row);
    }

    function isTouched(control) {
        return siblings(control).some(function (each) {
            return valueOf(each) !== drawnValue(each);
        });
    }

    /* All radio buttons of the field; for other controls, just the control itself */
    function siblings(control) {
        return control.type !== "radio" ? [control] : all("input[type=radio]", control.form).filter(
            function (each) { return each.name === control.name; });
    }

    function chosen(select, attribute) {
        var found = Array.prototype.filter.call(select.options, function (option) {
            return option[attribute];
        });
        return found.length || select.multiple ? found : Array.prototype.slice.call(
            select.options, 0, 1);
    }

    /* A control's value as a string: the current one and the one rendered by the server */
    function valueOf(control) {
        return read(control, "checked", "selected", "value");
    }

    function drawnValue(control) {
        return read(control, "defaultChecked", "defaultSelected", "defaultValue");
    }

    function read(control, checked, selected, value) {
        if (control.type === "checkbox" || control.type === "radio") {
            return control[checked] ? "1" : "";
        }
        if (control.options) {
            return JSON.stringify(chosen(control, selected).map(function (option) {
                return option.value;
            }));
        }
        return control[value];
    }

    /* A name that is unique within the form */
    function nameOf(control) {
        return control.name + (control.type === "radio" ? "=" + control.value : "");
    }

    /* A form's {name: control}, without two-box fields (choices.js), file inputs and empty inline rows */
    function named(form) {
        var found = {};
        controls(form).forEach(function (control) {
            if (control.name && control.type !== "file" && control.name.indexOf("__prefix__") < 0
                    && !control.closest(".selector") && !/selectfilter/.test(control.className)) {
                found[nameOf(control)] = control;
            }
        });
        return found;
    }

    function touched(row) {
        return controls(row).filter(isTouched);
    }

    /* Sets a value returned by valueOf. */
    function set(control, value) {
        if (control.type === "checkbox" || control.type === "radio") {
            control.checked = value === "1";
        } else if (control.options) {
            var values = JSON.parse(value);
            Array.prototype.forEach.call(control.options, function (option) {
                option.selected = values.indexOf(option.value) >= 0;
            });
        } else {
            control.value = value;
        }
    }

    function reset(control) {
        set(control, drawnValue(control));
    }

    function button(label, action) {
        var made = document.createElement("button");
        made.type = "button";
        made.textContent = label;
        made.addEventListener("click", action);
        return made;
    }

    window.liveAdmin = {
        all: all, button: button, chosen: chosen, controls: controls, drawnValue: drawnValue,
        isTouched: isTouched, nameOf: nameOf, named: named, reset: reset, set: set, touched: touched, valueOf: valueOf
    };
}());
