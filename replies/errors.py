"""What can be wrong with a template, a pack or an imported row: a place, a code and its parameters, so that the person
who has to mend it reads a sentence in their own language. It never decides how to go on.

ValueError
└── BadTemplate        key, code, params: one thing is wrong at one place
    └── BadPack        and the file and line it stands in
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

SENTENCES: Mapping[str, str] = {
    "unreadable": "cannot be read ({said}); check the path and its permissions.",
    "too_big": "is larger than {limit} MB; cut it into several.",
    "not_utf8": "is not UTF-8; save it as UTF-8.",
    "encoding": "is written in {encoding}; save it as UTF-8 (in Excel: “CSV UTF-8”) and try again.",
    "not_toml": "is not valid TOML: {said}; often a quote or comma is missing there.",
    "not_json": "is not valid JSON: {said}.",
    "not_csv": "is not a sheet that can be read: {said}.",
    "nested": "is nested too deep.",
    "no_pack": 'is missing; begin the file with [pack] and id = "a-short-name".',
    "no_templates": "is missing; write at least one [[template]] section.",
    "not_a_table": "must be a table of settings.",
    "unknown_key": "is not known here; there are: {known}.",
    "used_twice": "{id} is used twice; rename one of them.",
    "also_in": "{id} is in {file} too; rename one of them.",
    "bad_id": "must be a short name of letters, digits, - and _, at most {limit} characters.",
    "bad_name": "must be a short name of small Latin letters, digits and _ that begins with a letter.",
    "missing": "is missing; write it.",
    "not_text": "is not a text; remove it, or put it in quotes.",
    "no_texts": "must be a list of texts with at least one.",
    "no_language": "is missing; write it in at least one of {languages}.",
    "both_languages": "is missing; the team reads this in {languages}.",
    "too_many": "has more than {limit} entries; remove some.",
    "too_long": "is longer than {limit} characters; shorten it.",
    "control": "holds the invisible character {character}; type the text again.",
    "syntax": "may hold text and plain variables alone: no dots, calls, filters or blocks.",
    "braces": "has double braces that do not belong together ({said}).",
    "unknown_variable": "has no variable {name}; there are: {known}.",
    "too_many_variables": "holds more than {limit} variables.",
    "fact_variable": "is a fact, which is plain text: variables have no place in it.",
    "unknown_part": "names the part {id}, which there is not; there are: {known}.",
    "unknown_fact": "names the fact {id}, which there is not; there are: {known}.",
    "unknown_link": "names the link {id}, which there is not; there are: {known}.",
    "wrong_role": "names {id}, whose role is {role}; it must be {wanted}.",
    "one_of": "must be one of: {expected}.",
    "hours": "must be two different times such as 22:00-08:00.",
    "day": "must be a date such as 2027-12-31.",
    "signature": "must be true, false or the id of a signature.",
    "url": "must be an address that begins with https:// and names a site, without a password.",
    "no_column": "is a column that is missing; the header needs purpose, phrases and zh-TW or en.",
    "no_rows": "has no rows.",
    "columns": "must have two columns: question and answer.",
    "unsupported_language": "is in a language that cannot be answered in; there are: {languages}.",
}
"""By code, the English sentence; `template_error.<code>` of both locales says the same with the same placeholders."""


class BadTemplate(ValueError):
    """One thing is wrong.

    `key`: dotted path to it, entries counted from 1 (`bodies.en.2`); `params` of the sentence.
    """

    def __init__(self, code: str, key: str = "", **params: object) -> None:
        """`code`: one of `SENTENCES`."""
        self.code, self.key, self.params = code, key, params
        super().__init__(f"{key}: {self.sentence}" if key else self.sentence)

    @property
    def sentence(self) -> str:
        """What is wrong, in English, without the place."""
        return SENTENCES[self.code].format_map(self.params)

    def under(self, prefix: str) -> BadTemplate:
        """The same, seen from further out."""
        return BadTemplate(self.code, f"{prefix}.{self.key}" if self.key else prefix, **self.params)


class BadPack(BadTemplate):
    """A pack cannot be used.

    `line` counts from 1, None where it cannot be told; `section`: such as `template 'hours'`.
    """

    def __init__(self, file: Path, error: BadTemplate, section: str = "", line: int | None = None) -> None:
        super().__init__(error.code, error.key, **error.params)
        self.file, self.section, self.line = file, section, line
        place = f"{file.name}:{line}" if line else file.name
        self.args = (": ".join(filter(None, (place, section, error.key, self.sentence))),)
