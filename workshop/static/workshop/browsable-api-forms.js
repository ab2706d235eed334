/* global $ */
$(() => $('form').ajaxForm());
