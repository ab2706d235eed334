/*
 * Two-box form fields (SelectFilter2.js): the options in the second box are the chosen ones.
 */
(function () {
    "use strict";

    var all = window.liveAdmin.all;
    var SELECT = "select.selectfilter, select.selectfilterstacked";

    function values(select) {
        return all("option", select).filter(function (option) {
            return option.defaultSelected;
        }).map(function (option) { return option.value; }).sort();
    }

    function Choice(select) {
        this.id = select.id;
        this.drawn = values(select);
        this.texts = {};
        this.learn(select);
    }

    /* `select`: the field as rendered by the server. */
    Choice.prototype.learn = function (select) {
        var texts = this.texts;
        all("option", select).forEach(function (option) { texts[option.value] = option.text; });
    };

    Choice.prototype.chosen = function () {
        return SelectBox.cache[this.id + "_to"].map(function (option) {
            return option.value;
        }).sort();
    };

    Choice.prototype.isTouched = function () {
        return String(this.chosen()) !== String(this.drawn);
    };

    Choice.prototype.shown = function (chosen) {
        var texts = this.texts;
        return chosen.map(function (value) { return texts[value] || value; }).join(", ")
            || "\u2013";
    };

    Choice.prototype.choose = function (chosen) {
        var from = this.id + "_from", to = this.id + "_to", texts = this.texts;
        SelectBox.cache[from] = [];
        SelectBox.cache[to] = [];
        Object.keys(texts).forEach(function (value) {
            SelectBox.add_to_cache(chosen.indexOf(value) < 0 ? from : to,
                                   {value: value, text: texts[value]});
        });
        SelectBox.redisplay(from);
        SelectBox.redisplay(to);
        SelectFilter.refresh_icons(this.id);
    };

    /* A form's {name: Choice}, read before the load event turns each select into two boxes */
    function choicesOf(form) {
        var found = {};
        all(SELECT, form).forEach(function (select) {
            if (select.name.indexOf("__prefix__") < 0) {
                found[select.name] = new Choice(select);
            }
        });
        return found;
    }

    function selectOf(form, name) {
        return all(SELECT, form).filter(function (select) { return select.name === name; })[0];
    }

    window.liveAdmin.choices = {of: choicesOf, selectOf: selectOf, values: values};
}());
